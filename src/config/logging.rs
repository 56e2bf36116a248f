//! `[logging]`

use serde::Deserialize;

/// Shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// Least severe line that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Our faults, and the database's.
    Error,
    /// What may become one.
    Warn,
    /// What operators and developers of apps ask about.
    Info,
    /// More.
    Debug,
    /// Everything of ours.
    Trace,
}

impl Level {
    /// As filters spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// What is written to stderr.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Logging {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: Level,
    /// `text` or `json`.
    pub format: Format,
}

impl Default for Logging {
    fn default() -> Self {
        Self { level: Level::Info, format: Format::Text }
    }
}

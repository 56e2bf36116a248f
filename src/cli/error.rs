//! What ends a command, and with which exit code.

use crate::{config, http::Problem, store};

/// Exit codes: 2 usage, 69 unavailable, 78 configuration.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error("{detail}")]
    Usage { code: &'static str, detail: String },
    #[error("{0}")]
    Configuration(String),
    #[error("{0}")]
    Unavailable(String),
    /// The same, but trying again may help.
    #[error("{0}")]
    NotYet(String),
}

impl CliError {
    pub(super) fn usage(code: &'static str, detail: impl Into<String>) -> Self {
        Self::Usage { code, detail: detail.into() }
    }

    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::Unavailable(_) | Self::NotYet(_) => 69,
            Self::Configuration(_) => 78,
        }
    }

    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Usage { code, .. } => code,
            Self::Unavailable(_) | Self::NotYet(_) => "unavailable",
            Self::Configuration(_) => "configuration",
        }
    }
}

impl From<config::Error> for CliError {
    fn from(error: config::Error) -> Self {
        Self::Configuration(error.to_string())
    }
}

/// What the rules of administration refuse.
impl From<Problem> for CliError {
    fn from(problem: Problem) -> Self {
        match problem.code() {
            "unavailable" => Self::NotYet(problem.words().to_owned()),
            "internal" => Self::Unavailable(problem.words().to_owned()),
            // Options are spelt otherwise than members.
            code => Self::usage(code, problem.words().replace("lock_out", "--lock-out")),
        }
    }
}

impl From<store::Error> for CliError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::WrongKey { .. }
            | store::Error::NoKey
            | store::Error::TooNew { .. }
            | store::Error::BadUrl => Self::Configuration(error.to_string()),
            _ if error.is_worth_waiting() => Self::NotYet(error.to_string()),
            store::Error::Unavailable(_)
            | store::Error::Stale
            | store::Error::Database(_)
            | store::Error::Decode(_) => Self::Unavailable(error.to_string()),
        }
    }
}

//! `[logging]`

use std::path::PathBuf;

use super::{section::section, setting::choice};

choice! {
    /// Shape of a log line.
    Format: "\"text\" or \"json\"" {
        /// For people.
        Text = "text",
        /// For machines.
        Json = "json",
    }
}

choice! {
    /// Least severe line that is written.
    Level: "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"" {
        /// Our faults, and the database's.
        Error = "error",
        /// What may become one.
        Warn = "warn",
        /// What operators and developers of apps ask about.
        Info = "info",
        /// More.
        Debug = "debug",
        /// Everything of ours.
        Trace = "trace",
    }
}

section! {
    /// What is written to stderr.
    Logging in "logging" {
        /// Least severe line that is written.
        level: Level = Level::Info,
        /// Shape of a line.
        format: Format = Format::Text,
        /// A file that lines are appended to, beside stderr.
        file: Option<PathBuf> = None,
    }
}

//! What is wrong with a configuration, in words for an operator.

use std::fmt;

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Dotted key, or the file that can't be read.
    pub key: String,
    /// The file or the variable that set it; nothing for a default.
    pub source: Option<String>,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// A problem with one key.
    pub fn new(key: &str, detail: impl Into<String>) -> Self {
        Self { key: key.to_owned(), source: None, detail: detail.into() }
    }

    /// A problem with one key as this source sets it.
    pub fn sourced(key: &str, source: &str, detail: impl Into<String>) -> Self {
        Self { source: Some(source.to_owned()), ..Self::new(key, detail) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(f, "{} (from {source}): {}", self.key, self.detail),
            None => write!(f, "{}: {}", self.key, self.detail),
        }
    }
}

/// Every problem found. The process ends with exit code 78.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// In the order they were found.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.problems.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Error {}

/// Keeps the value or files the problem.
pub(super) fn collect<T>(problems: &mut Vec<Problem>, result: Result<T, Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

//! What is wrong with a configuration, in words for an operator.

use std::fmt;

/// One thing to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Dotted key, or where the problem lies.
    pub key: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    /// A problem with one key.
    pub fn new(key: &str, detail: impl Into<String>) -> Self {
        Self { key: key.to_owned(), detail: detail.into() }
    }
}

/// Every problem found. The process ends with exit code 78.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// In the order of the sections.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.problems.iter().map(|p| format!("{}: {}", p.key, p.detail)).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Error {}

/// Keeps the value or files the problem.
pub(super) fn collect<T>(problems: &mut Vec<Problem>, result: Result<T, Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

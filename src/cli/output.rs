//! What commands print: for people on stdout, or JSON; errors on stderr.

use serde::Serialize;
use serde_json::json;

use super::error::CliError;

/// Where to print and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a value as JSON, or as the words that `words` makes of it.
    pub(super) fn print<T: Serialize>(self, value: &T, words: impl Fn(&T) -> String) {
        match self.json.then(|| serde_json::to_string_pretty(value)) {
            Some(Ok(text)) => println!("{text}"),
            _ => println!("{}", words(value)),
        }
    }

    pub(super) fn error(self, error: &CliError) {
        if self.json {
            eprintln!("{}", json!({ "code": error.code(), "detail": error.to_string() }));
        } else {
            eprintln!("{error}");
        }
    }
}

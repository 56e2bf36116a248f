//! `[database]`

use std::path::Path;

use super::{problem::Problem, section::section};
use crate::crypto::secret::Secret;

section! {
    /// Where the truth is kept.
    Database in "database" {
        /// `sqlite://path` or `postgres://…`; by default a SQLite file in the data directory.
        url: Option<Secret<String>> = None,
        /// Whether `serve` migrates the schema at start.
        migrate: bool = true,
    }
}

impl Database {
    /// The scheme decides; the rest may have a password, so it is never repeated.
    pub(super) fn check_url(&self) -> Result<(), Problem> {
        let known = |url: &Secret<String>| {
            ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme))
        };
        match self.url.as_ref().is_none_or(known) {
            true => Ok(()),
            false => Err(Problem::new("database.url", "must begin with sqlite:// or postgres://")),
        }
    }

    pub(super) fn url_or_file(&self, data_dir: &Path) -> String {
        let file = || format!("sqlite://{}", data_dir.join("claviger.db").display());
        self.url.as_ref().map_or_else(file, |url| url.expose().clone())
    }
}

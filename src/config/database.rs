//! `[database]`

use std::path::Path;

use serde::Deserialize;

use super::problem::Problem;

/// Where the truth is kept.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite://path` or `postgres://…`; by default a SQLite file in the data directory.
    pub url: Option<String>,
    /// Whether `serve` migrates the schema at start.
    pub migrate: bool,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, migrate: true }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let url = self.url.as_ref().map(|_| "[redacted]");
        f.debug_struct("Database").field("url", &url).field("migrate", &self.migrate).finish()
    }
}

impl Database {
    /// The scheme decides; the rest may have a password, so it is never repeated.
    pub(super) fn check_url(&self) -> Result<(), Problem> {
        let known = |url: &String| ["sqlite:", "postgres://", "postgresql://"].iter().any(|s| url.starts_with(s));
        match self.url.as_ref().is_none_or(known) {
            true => Ok(()),
            false => Err(Problem::new("database.url", "must begin with sqlite:// or postgres://")),
        }
    }

    pub(super) fn url_or_file(&self, data_dir: &Path) -> String {
        self.url.clone().unwrap_or_else(|| format!("sqlite://{}", data_dir.join("claviger.db").display()))
    }
}

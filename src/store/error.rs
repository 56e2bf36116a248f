//! What can go wrong in the store. "Not found" is `None`, never an error.

use sea_orm::DbErr;

/// An error of the store. It never reaches a client in words.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or is not there.
    #[error("database: {0}")]
    Database(DbErr),
    /// The database is busy or unreachable; trying again may help.
    #[error("database unavailable: {0}")]
    Unavailable(DbErr),
    /// A row that we wrote can't be read: column and reason.
    #[error("cannot read {0}")]
    Decode(&'static str),
    /// No key-encryption key of the list opens the data keys.
    #[error("the encryption key does not match this database: it was wrapped by key {wrapped_by}, given: {given}")]
    WrongKey {
        /// Id of the key that is needed.
        wrapped_by: String,
        /// Ids of the keys that were given.
        given: String,
    },
    /// The database already has data keys or wants new ones, and there is no key-encryption key.
    #[error(
        "no key-encryption key is configured: make one with `claviger key generate` and set security.encryption_keys"
    )]
    NoKey,
    /// The schema is newer than this binary can read.
    #[error(
        "the database was migrated by a newer version: this one knows {known} migrations, it needs {readable_from}"
    )]
    TooNew {
        /// Migrations that this binary knows.
        known: usize,
        /// Oldest number that can read the schema.
        readable_from: usize,
    },
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::from_database(error)
    }
}

impl Error {
    /// Sorts a database error: connection trouble and lock waits are not faults of ours.
    #[must_use]
    pub fn from_database(error: DbErr) -> Self {
        let text = error.to_string();
        let passing = matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
            || ["database is locked", "(code: 5)", "40001", "40P01", "connection"].iter().any(|s| text.contains(s));
        if passing { Self::Unavailable(error) } else { Self::Database(error) }
    }

    /// Whether trying again may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

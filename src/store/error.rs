//! What can go wrong in the store. "Not found" is `None`, never an error.

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// An error of the store. It never reaches a client in words.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or is not there.
    #[error("database: {0}")]
    Database(DbErr),
    /// The database is busy or unreachable; trying again may help.
    #[error("database unavailable: {0}")]
    Unavailable(DbErr),
    /// Changes of other instances could not be followed for too long: what is in memory may be out of date.
    #[error("what other instances changed cannot be followed")]
    Stale,
    /// The URL is none that the driver understands. It is not repeated: it may have a password.
    #[error("database.url cannot be understood")]
    BadUrl,
    /// A value that we wrote can't be read: which one.
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

/// False for a write that a unique column refused. The transaction is over then: whoever asks must refuse, too.
pub(super) fn unless_taken<T>(written: Result<T, DbErr>) -> Result<bool, Error> {
    match written {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
        Err(error) => Err(error.into()),
    }
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
        let passing = match &error {
            DbErr::ConnectionAcquire(_) => true,
            DbErr::Conn(RuntimeErr::SqlxError(e))
            | DbErr::Exec(RuntimeErr::SqlxError(e))
            | DbErr::Query(RuntimeErr::SqlxError(e)) => is_passing(e),
            _ => false,
        };
        if passing { Self::Unavailable(error) } else { Self::Database(error) }
    }

    /// Whether a server that starts should wait: not for a file that is read-only, broken or on a full disk.
    #[must_use]
    pub fn is_worth_waiting(&self) -> bool {
        match self {
            Self::Unavailable(error) => !sqlite_code(error).is_some_and(|code| SQLITE_BROKEN.contains(&code)),
            Self::Stale => true,
            _ => false,
        }
    }

    /// Whether trying again may help.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Stale)
    }
}

/// Serialization failures, deadlocks, lock timeouts, shutdowns and exhausted connections of PostgreSQL (appendix A).
const POSTGRES_PASSING: [&str; 10] =
    ["40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "53300", "53400", "25006"];

/// SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN.
const SQLITE_BROKEN: [i64; 4] = [8, 10, 13, 14];

/// The primary code of an error of SQLite; PostgreSQL's codes have five characters.
fn sqlite_code(error: &DbErr) -> Option<i64> {
    let (DbErr::Conn(RuntimeErr::SqlxError(error))
    | DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))) = error
    else {
        return None;
    };
    let code = error.as_database_error()?.code()?;
    (code.len() != 5).then(|| code.parse::<i64>().ok()).flatten().map(|code| code & 0xff)
}

/// SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN (descriptors may have run out).
const SQLITE_PASSING: [i64; 6] = [5, 6, 8, 10, 13, 14];

fn is_passing(error: &sqlx::Error) -> bool {
    use sqlx::Error as Sqlx;
    match error {
        Sqlx::Io(_)
        | Sqlx::Tls(_)
        | Sqlx::Protocol(_)
        | Sqlx::PoolTimedOut
        | Sqlx::PoolClosed
        | Sqlx::WorkerCrashed => true,
        Sqlx::Database(error) => error.code().is_some_and(|code| {
            // PostgreSQL's codes have five characters; SQLite's are numbers whose low byte is the primary code.
            let sqlite = || code.parse::<i64>().is_ok_and(|code| SQLITE_PASSING.contains(&(code & 0xff)));
            if code.len() == 5 { code.starts_with("08") || POSTGRES_PASSING.contains(&&*code) } else { sqlite() }
        }),
        _ => false,
    }
}

//! How the databases are talked to.

use std::time::Duration;

use sea_orm::ConnectOptions;

/// For so long a writer of SQLite, or whoever wants a connection to it, waits for another.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// One connection or more to a file.
pub(super) fn sqlite(url: &str, connections: u32, query_only: bool) -> ConnectOptions {
    use sea_orm::sqlx::{
        Connection,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    };
    let mut options = common(url, connections);
    options.map_sqlx_sqlite_opts(move |options| {
        options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("temp_store", "memory")
            .pragma("query_only", if query_only { "on" } else { "off" })
    });
    if query_only {
        return options;
    }
    options.map_sqlx_sqlite_pool_opts(|options| {
        // Where a transaction ended behind the library's back, what it counts is wrong: such a connection ends here. The
        // ping waits until what was queued on the way out is done.
        options.after_release(|connection, _| {
            Box::pin(async move { connection.ping().await.map(|()| !connection.is_in_transaction()) })
        })
    });
    options
}

/// Without a connection for so long the answer is 503: nobody should wait for a database that is not there.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(2);

/// Longer than any request; migrations lift it for themselves.
const STATEMENT_TIMEOUT: Duration = Duration::from_mins(1);

/// The pool of a server.
pub(super) fn postgres(url: &str) -> ConnectOptions {
    let mut options = common(url, 16);
    options.acquire_timeout(POSTGRES_PATIENCE).statement_timeout(STATEMENT_TIMEOUT);
    options
}

fn common(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .acquire_timeout(BUSY_TIMEOUT);
    options
}

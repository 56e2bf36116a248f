//! Migrations: inside one transaction under a lock, so that several starters do it once.

use migration::Migrator;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;

use super::{Error, Store, Tx, setting};
use crate::clock::Time;

/// Oldest number of migrations that can still run on the newest schema (expand and contract).
/// Binaries from before the ninth know neither clients that sign nor what requests and families hold since.
const READABLE_FROM: usize = 9;

const READABLE_FROM_SETTING: &str = "readable_from";

/// Any fixed number: the lock is ours alone.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7161823408117)";

/// Brings the schema up to date. Whoever comes second waits and finds nothing to do.
///
/// # Errors
/// When the database fails or is newer than this binary can read.
pub async fn up(store: &Store, now: Time) -> Result<(), Error> {
    store
        .write(async |tx| {
            lock(tx).await?;
            refuse_newer(tx).await?;
            let known = Migrator::migrations().len();
            let before = applied(tx).await?;
            if before >= known {
                return Ok(());
            }
            Migrator::up(tx.raw(), None).await?;
            let readable_from = READABLE_FROM.to_string();
            setting::put(tx, READABLE_FROM_SETTING, readable_from.as_bytes(), now).await
        })
        .await
}

/// Refuses a schema that only a newer binary can read.
///
/// # Errors
/// [`Error::TooNew`], or when the database fails.
pub async fn check(store: &Store) -> Result<(), Error> {
    refuse_newer(&store.read()).await
}

/// Whether nothing was ever migrated here.
///
/// # Errors
/// When the database fails.
pub async fn is_empty(store: &Store) -> Result<bool, Error> {
    Ok(!has_table(&store.read(), "data_keys").await?)
}

/// How many migrations wait.
///
/// # Errors
/// When the database fails.
pub async fn pending(store: &Store) -> Result<usize, Error> {
    Ok(Migrator::migrations().len().saturating_sub(applied(&store.read()).await?))
}

async fn lock(tx: &Tx) -> Result<(), Error> {
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        tx.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        tx.execute_unprepared(LOCK).await?;
    }
    Ok(())
}

async fn applied<C: ConnectionTrait>(connection: &C) -> Result<usize, Error> {
    if !has_table(connection, "seaql_migrations").await? {
        return Ok(0);
    }
    let sql = "SELECT version FROM seaql_migrations".to_owned();
    let statement = sea_orm::Statement::from_string(connection.get_database_backend(), sql);
    Ok(connection.query_all_raw(statement).await?.len())
}

async fn refuse_newer<C: ConnectionTrait>(connection: &C) -> Result<(), Error> {
    if !has_table(connection, "settings").await? {
        return Ok(());
    }
    let stored = setting::find(connection, READABLE_FROM_SETTING).await?;
    let parsed = stored.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
    let (known, readable_from) = (Migrator::migrations().len(), parsed.unwrap_or(0));
    if readable_from > known { Err(Error::TooNew { known, readable_from }) } else { Ok(()) }
}

async fn has_table<C: ConnectionTrait>(connection: &C, name: &str) -> Result<bool, Error> {
    let backend = connection.get_database_backend();
    let sql = match backend {
        sea_orm::DbBackend::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
        _ => "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1",
    };
    let statement = sea_orm::Statement::from_sql_and_values(backend, sql, [name.into()]);
    Ok(connection.query_one_raw(statement).await?.is_some())
}

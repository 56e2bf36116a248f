//! Connections: one writer and a pool of readers on SQLite, one pool on PostgreSQL.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, Statement, TransactionTrait,
};

use super::{
    Error, Tx,
    options::{self, BUSY_TIMEOUT},
    shared_commit::Group,
    webhook::Subscription,
};
use crate::clock::Time;

/// The database behind one door for reading and one for writing.
#[derive(Clone)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// On SQLite, which has one writer.
    group: Option<Group>,
    counters: Arc<Counters>,
    /// Who is told of events, as of the last look.
    subscriptions: Arc<ArcSwap<Vec<Subscription>>>,
}

/// How often the database was asked: the statement budget is held by tests.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) reads: AtomicU64,
    pub(super) transactions: AtomicU64,
    pub(super) statements: AtomicU64,
}

/// A reading of the counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Statements outside transactions.
    pub reads: u64,
    /// Write transactions.
    pub transactions: u64,
    /// Statements inside them, BEGIN and COMMIT not counted.
    pub statements: u64,
}

impl Store {
    /// Opens `sqlite://path` (made if missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn connect(url: &str) -> Result<Self, Error> {
        if url::Url::parse(url).is_err() {
            return Err(Error::BadUrl);
        }
        let connect = |options| async { Database::connect(options).await.map_err(Error::from_database) };
        let (writer, reader) = if url.starts_with("sqlite:") {
            let writer = patiently(async || connect(options::sqlite(url, 1, false)).await).await?;
            (writer, patiently(async || connect(options::sqlite(url, 4, true)).await).await?)
        } else {
            let pool = connect(options::postgres(url)).await?;
            (pool.clone(), pool)
        };
        let group = (writer.get_database_backend() == DbBackend::Sqlite).then(|| Group::new(writer.clone()));
        Ok(Self { writer, reader, group, counters: Arc::default(), subscriptions: Arc::default() })
    }

    /// Whether dialect and locking are those of SQLite.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Sqlite
    }

    /// The pool, on PostgreSQL.
    pub(super) fn postgres(&self) -> Option<&sea_orm::sqlx::PgPool> {
        (!self.is_sqlite()).then(|| self.writer.get_postgres_connection_pool())
    }

    /// The database's own clock; on SQLite it is this machine's, and only whether the database answers is asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clock(&self) -> Result<Option<Time>, Error> {
        let backend = self.reader.get_database_backend();
        let sql = if self.is_sqlite() { "SELECT 1" } else { "SELECT clock_timestamp() AS now" };
        let row = self.read().query_one_raw(Statement::from_string(backend, sql)).await?;
        match row {
            Some(row) if !self.is_sqlite() => Ok(Some(row.try_get("", "now")?)),
            _ => Ok(None),
        }
    }

    /// Connections of each pool: its name, how many there are, how many of them rest.
    #[must_use]
    pub fn pools(&self) -> Vec<(&'static str, u32, usize)> {
        let read = |connection: &DatabaseConnection| match self.is_sqlite() {
            true => {
                let pool = connection.get_sqlite_connection_pool();
                (pool.size(), pool.num_idle())
            }
            false => {
                let pool = connection.get_postgres_connection_pool();
                (pool.size(), pool.num_idle())
            }
        };
        let named = |name, connection| {
            let (size, idle) = read(connection);
            (name, size, idle)
        };
        match self.is_sqlite() {
            true => vec![named("writer", &self.writer), named("reader", &self.reader)],
            false => vec![named("writer", &self.writer)],
        }
    }

    /// From now on these are told of events, whoever records them.
    pub fn follow_subscriptions(&self, subscriptions: Vec<Subscription>) {
        self.subscriptions.store(Arc::new(subscriptions));
    }

    /// For so long those who wait for SQLite's one writer go on in the same commit, from its beginning; 10 ms unless said. Tests
    /// say it, so that what they see does not depend on how slow a machine is.
    pub async fn share_commits_for(&self, longest: Duration) {
        if let Some(group) = &self.group {
            group.share_for(longest).await;
        }
    }

    /// How many wait for the one writer of SQLite.
    #[must_use]
    pub fn waiting_writers(&self) -> usize {
        self.group.as_ref().map_or(0, Group::waiting)
    }

    /// What was asked of the database so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters { reads, transactions, statements } = &*self.counters;
        Counts { reads: read(reads), transactions: read(transactions), statements: read(statements) }
    }

    /// For reading outside a transaction.
    #[must_use]
    pub fn read(&self) -> Reader<'_> {
        Reader { connection: &self.reader, reads: &self.counters.reads }
    }

    /// The one door for writing: begins (IMMEDIATE on SQLite), runs `f`, commits once. On SQLite those who wait for the writer
    /// share a commit; none is answered before it.
    ///
    /// It rolls back when `f` fails or when any statement in it failed, whatever `f` made of that: PostgreSQL aborts
    /// a transaction at its first error and would still answer COMMIT politely.
    ///
    /// # Errors
    /// What `f` returns, or the database error.
    pub async fn write<T, E>(&self, f: impl AsyncFnOnce(&Tx) -> Result<T, E> + Send) -> Result<T, E>
    where
        E: From<Error>,
    {
        self.counters.transactions.fetch_add(1, Ordering::Relaxed);
        let failed = |error| E::from(Error::from_database(error));
        let Some(group) = &self.group else {
            let begun = Arc::new(self.writer.begin().await.map_err(failed)?);
            let result = self.run(begun.clone(), f).await;
            let open = Arc::into_inner(begun).ok_or_else(|| failed(timed_out()))?;
            // The first error is what matters; a rollback that fails too ends with the connection.
            let ended = if result.is_ok() { open.commit().await } else { open.rollback().await };
            return result.and_then(|value| ended.map(|()| value).map_err(failed));
        };
        let turn = tokio::time::timeout(BUSY_TIMEOUT, group.turn()).await;
        let mut turn = turn.map_err(|_| failed(timed_out()))?;
        let begun = turn.begin().await.map_err(failed)?;
        let result = self.run(begun, f).await;
        let ended = turn.end(result.is_ok()).await;
        result.and_then(|value| ended.map(|()| value).map_err(failed))
    }

    /// Runs `f`. What `f` made of a statement that failed is an error all the same.
    async fn run<T, E>(
        &self,
        begun: Arc<DatabaseTransaction>,
        f: impl AsyncFnOnce(&Tx) -> Result<T, E> + Send,
    ) -> Result<T, E>
    where
        E: From<Error>,
    {
        let tx = Tx::new(begun, self.counters.clone(), self.subscriptions.load_full());
        let result = f(&tx).await;
        match tx.end(result.is_ok()).await {
            None => result,
            Some(failure) => Err(result.err().unwrap_or_else(|| E::from(Error::Unavailable(failure)))),
        }
    }

    /// Closes the pools, so that the database can be copied or dropped.
    pub async fn close(self) {
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }
}

/// Reads outside a transaction and counts.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    connection: &'a DatabaseConnection,
    reads: &'a AtomicU64,
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.connection.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.connection.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.connection.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.connection.query_all_raw(statement).await
    }
}

/// Where two open a new file at once, SQLite tells one that it is locked without waiting: switching to WAL has no busy
/// handler. The wait is ours then, as long as any other.
async fn patiently<T>(open: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
    let begun = std::time::Instant::now();
    loop {
        match open().await {
            Err(error) if error.is_worth_waiting() && begun.elapsed() < BUSY_TIMEOUT => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened,
        }
    }
}

/// Nobody should wait for the writer for longer than for a locked file.
fn timed_out() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

/// The file behind a SQLite URL, if it is one.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<&Path> {
    let rest = url.strip_prefix("sqlite:")?;
    let path = rest.strip_prefix("//").unwrap_or(rest);
    Some(Path::new(path.split('?').next().unwrap_or(path)))
}

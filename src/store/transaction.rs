//! A write transaction that remembers whether anything in it failed.

use std::sync::{Arc, Mutex, PoisonError, atomic::Ordering};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::connection::Counters;

/// What `Store::write` hands to its closure.
pub struct Tx {
    inner: DatabaseTransaction,
    failure: Mutex<Option<DbErr>>,
    counters: Arc<Counters>,
}

impl Tx {
    pub(super) fn new(inner: DatabaseTransaction, counters: Arc<Counters>) -> Self {
        Self { inner, failure: Mutex::new(None), counters }
    }

    /// The open transaction, with the first database error if there was one.
    pub(super) fn end(self) -> Result<DatabaseTransaction, (DatabaseTransaction, DbErr)> {
        match self.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(self.inner),
            Some(failure) => Err((self.inner, failure)),
        }
    }

    /// The transaction itself, for migrations, which run their own statements.
    pub(super) fn raw(&self) -> &DatabaseTransaction {
        &self.inner
    }

    fn watch<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        self.counters.statements.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = &result {
            let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
            failure.get_or_insert_with(|| error.clone());
        }
        result
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.watch(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.watch(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.watch(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.watch(self.inner.query_all_raw(statement).await)
    }
}

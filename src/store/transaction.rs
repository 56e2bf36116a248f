//! A write transaction that remembers whether anything in it failed, and asks the database as rarely as it can.

use std::sync::{Arc, Mutex, PoisonError, atomic::Ordering};

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExecResult, IntoActiveModel,
    QueryResult, QueryTrait, Statement,
    sea_query::{CommonTableExpression, InsertStatement, OnConflict, WithClause},
};

use super::{connection::Counters, webhook::Subscription};

/// Rows of one statement: databases bound its values, and PostgreSQL plans each row by itself.
const TOGETHER: usize = 64;

/// What `Store::write` hands to its closure.
pub struct Tx {
    inner: Arc<DatabaseTransaction>,
    failure: Mutex<Option<DbErr>>,
    /// Rows that nobody has read since: they go together, before anything else is asked and before the commit.
    later: Mutex<Vec<InsertStatement>>,
    counters: Arc<Counters>,
    subscriptions: Arc<Vec<Subscription>>,
}

impl Tx {
    pub(super) fn new(
        inner: Arc<DatabaseTransaction>,
        counters: Arc<Counters>,
        subscriptions: Arc<Vec<Subscription>>,
    ) -> Self {
        Self { inner, failure: Mutex::default(), later: Mutex::default(), counters, subscriptions }
    }

    /// Who is told of events.
    pub(super) fn subscriptions(&self) -> &[Subscription] {
        &self.subscriptions
    }

    /// Writes what waits, if it is to be kept; the first database error, if there was one.
    pub(super) async fn end(self, keep: bool) -> Option<DbErr> {
        if keep && self.failure().is_none() {
            // The failure is kept beside, where every other is.
            let _ = self.write_waiting().await;
        }
        self.failure()
    }

    /// The transaction itself, for migrations, which run their own statements.
    pub(super) fn raw(&self) -> &DatabaseTransaction {
        &self.inner
    }

    /// Adds a row whose outcome nobody waits for: several make one round trip, and an error undoes the transaction.
    pub(super) fn insert_later<M>(&self, row: M, on_conflict: Option<OnConflict>)
    where
        M: ActiveModelTrait,
        <M::Entity as EntityTrait>::Model: IntoActiveModel<M>,
    {
        let mut insert = M::Entity::insert(row).into_query();
        if let Some(on_conflict) = on_conflict {
            insert.on_conflict(on_conflict);
        }
        self.later.lock().unwrap_or_else(PoisonError::into_inner).push(insert);
    }

    async fn write_waiting(&self) -> Result<(), DbErr> {
        let mut waiting = std::mem::take(&mut *self.later.lock().unwrap_or_else(PoisonError::into_inner)).into_iter();
        let mut next = || together(self.inner.get_database_backend(), waiting.by_ref().take(TOGETHER).collect());
        while let Some(statement) = next() {
            self.watch(self.inner.execute_raw(statement).await)?;
        }
        Ok(())
    }

    fn failure(&self) -> Option<DbErr> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// After an error nothing more is asked: SQLite may have ended the transaction, and would keep each statement by itself.
    async fn ready(&self) -> Result<(), DbErr> {
        match self.failure() {
            Some(failure) => Err(failure),
            None => self.write_waiting().await,
        }
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

/// Several rows, into several tables, as one statement: SQLite takes a list, PostgreSQL one statement WITH the others.
fn together(backend: DbBackend, mut inserts: Vec<InsertStatement>) -> Option<Statement> {
    let mut last = inserts.pop()?;
    if inserts.is_empty() {
        return Some(backend.build(&last));
    }
    if backend == DbBackend::Postgres {
        let mut others = WithClause::new();
        for (number, insert) in inserts.into_iter().enumerate() {
            others.cte(CommonTableExpression::new().table_name(format!("insert_{number}")).query(insert).to_owned());
        }
        return Some(backend.build(last.with_cte(others)));
    }
    let mut whole = backend.build(&inserts.remove(0));
    for insert in inserts.into_iter().chain([last]) {
        let next = backend.build(&insert);
        whole.sql.push(';');
        whole.sql.push_str(&next.sql);
        if let (Some(values), Some(more)) = (&mut whole.values, next.values) {
            values.0.extend(more.0);
        }
    }
    Some(whole)
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.ready().await?;
        self.watch(self.inner.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.ready().await?;
        self.watch(self.inner.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.ready().await?;
        self.watch(self.inner.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ready().await?;
        self.watch(self.inner.query_all_raw(statement).await)
    }
}

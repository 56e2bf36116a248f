//! Group commit on SQLite: whoever waits for the one writer joins the transaction that is open, each behind a savepoint of
//! its own, and one wait for the disk serves them all. Nobody is answered before the commit.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sea_orm::{
    ConnAcquireErr, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// How many share a commit, at most: the first waits for the last.
const LARGEST: usize = 32;

/// Those who write, one after the other.
#[derive(Clone)]
pub(super) struct Group {
    open: Arc<Mutex<Open>>,
    waiting: Arc<AtomicUsize>,
}

/// What the writer is at.
struct Open {
    writer: DatabaseConnection,
    /// The transaction that others may join.
    transaction: Option<DatabaseTransaction>,
    /// Those who are done, and wait for its commit.
    done: Vec<oneshot::Sender<Result<(), DbErr>>>,
}

/// The turn of one who writes.
pub(super) struct Turn {
    group: Group,
    state: State,
}

enum State {
    Waiting,
    Writing(OwnedMutexGuard<Open>),
    Over,
}

impl Group {
    pub(super) fn new(writer: DatabaseConnection) -> Self {
        Self {
            open: Arc::new(Mutex::new(Open { writer, transaction: None, done: Vec::new() })),
            waiting: Arc::default(),
        }
    }

    /// Waits until it is one's turn.
    pub(super) async fn turn(&self) -> Turn {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut turn = Turn { group: self.clone(), state: State::Waiting };
        turn.state = State::Writing(self.open.clone().lock_owned().await);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        turn
    }

    /// How many wait for their turn.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }

    fn is_awaited(&self) -> bool {
        self.waiting() > 0
    }
}

impl Turn {
    /// A transaction to write in: a new one, or a savepoint in the one that is open.
    pub(super) async fn begin(&mut self) -> Result<DatabaseTransaction, DbErr> {
        let open = self.open()?;
        match &open.transaction {
            Some(transaction) => transaction.begin().await,
            None => {
                let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
                let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
                open.writer.begin_with_options(options).await
            }
        }
    }

    /// Ends what [`Self::begin`] gave. Who wants it kept comes back once it is on the disk, with those that joined.
    pub(super) async fn end(mut self, transaction: DatabaseTransaction, keep: bool) -> Result<(), DbErr> {
        let is_awaited = self.group.is_awaited();
        let open = self.open()?;
        let is_first = open.transaction.is_none();
        if !keep {
            let undone = transaction.rollback().await;
            return match undone {
                Err(error) => self.give_up(error).await,
                Ok(()) if is_first || is_awaited => {
                    self.pass();
                    Ok(())
                }
                Ok(()) => self.commit().await,
            };
        }
        if is_first {
            open.transaction = Some(transaction);
        } else if let Err(error) = transaction.commit().await {
            return self.give_up(error).await;
        }
        if !is_awaited || open.done.len() + 1 >= LARGEST {
            return self.commit().await;
        }
        let (tell, told) = oneshot::channel();
        open.done.push(tell);
        self.pass();
        told.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Commits for all. Whoever asked for it may leave meanwhile: the others are told all the same.
    async fn commit(mut self) -> Result<(), DbErr> {
        let State::Writing(mut open) = std::mem::replace(&mut self.state, State::Over) else { return Err(lost()) };
        if open.done.is_empty() {
            return open.commit().await;
        }
        tokio::spawn(async move { open.commit().await }).await.unwrap_or_else(|_| Err(lost()))
    }

    /// The next one goes on.
    fn pass(&mut self) {
        self.state = State::Over;
    }

    /// SQLite undid the whole transaction by itself, as it does on a full disk: nothing of anybody's is kept.
    async fn give_up(mut self, error: DbErr) -> Result<(), DbErr> {
        let open = self.open()?;
        open.transaction = None;
        open.tell(&Err(error.clone()));
        open.renew().await;
        self.pass();
        Err(error)
    }

    fn open(&mut self) -> Result<&mut Open, DbErr> {
        match &mut self.state {
            State::Writing(open) => Ok(open),
            State::Waiting | State::Over => Err(lost()),
        }
    }
}

/// Somebody left: before their turn, or amid it, when dropping the transaction has undone what they wrote. If nobody else
/// comes, somebody must commit for those who are done.
impl Drop for Turn {
    fn drop(&mut self) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Over => return,
            State::Waiting => drop(self.group.waiting.fetch_sub(1, Ordering::SeqCst)),
            State::Writing(open) => drop(open),
        }
        let group = self.group.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut open = group.open.lock().await;
                if !group.is_awaited() {
                    // Those who wait for it are told.
                    let _ = open.commit().await;
                }
            });
        }
    }
}

impl Open {
    async fn commit(&mut self) -> Result<(), DbErr> {
        let Some(transaction) = self.transaction.take() else { return Ok(()) };
        let result = transaction.commit().await;
        self.tell(&result);
        if result.is_err() {
            self.renew().await;
        }
        result
    }

    fn tell(&mut self, result: &Result<(), DbErr>) {
        for tell in self.done.drain(..) {
            // Whoever left does not want to know.
            let _ = tell.send(result.clone());
        }
    }

    /// A transaction that ended behind the library's back leaves its count of savepoints wrong: the next ones begin on a
    /// connection of their own.
    async fn renew(&self) {
        if let Ok(connection) = self.writer.get_sqlite_connection_pool().acquire().await {
            let _ = connection.close().await;
        }
    }
}

/// Nobody knows whether it was committed: the server is about to end.
fn lost() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

//! Group commit on SQLite: whoever waits for the one writer goes on in the transaction that is open, and one wait for the disk
//! serves them all. Nobody is answered before the commit.
//!
//! Between two turns there is a savepoint, set by whoever passes on. Who fails, or leaves amid their turn, is undone up to it.
//! Where SQLite has undone everything by itself, as on a full disk, the savepoint is gone, and all are told. The savepoints are
//! our own statements: the library's nested transactions undo too much when a future is dropped while one begins.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// How many turns share a commit, at most.
const LARGEST: usize = 32;

/// After so long nobody is passed on to, unless somebody said otherwise; whoever has begun by then is waited for all the same.
const LONGEST: Duration = Duration::from_millis(10);

/// Those who write, one after the other.
#[derive(Clone)]
pub(super) struct Group {
    open: Arc<Mutex<Open>>,
    waiting: Arc<AtomicUsize>,
}

/// What the writer is at.
struct Open {
    writer: DatabaseConnection,
    transaction: Option<Arc<DatabaseTransaction>>,
    /// Somebody left amid their turn: what they wrote is to be undone before anybody goes on.
    left: bool,
    turns: usize,
    begun: Instant,
    longest: Duration,
    /// Those who are done, and wait for the commit.
    done: Vec<oneshot::Sender<Result<(), DbErr>>>,
}

/// The turn of one who writes.
pub(super) struct Turn {
    group: Group,
    state: State,
}

enum State {
    Waiting,
    /// Their turn has come; `first` is known once a transaction is there.
    Writing {
        open: OwnedMutexGuard<Open>,
        first: Option<bool>,
    },
    Over,
}

impl Group {
    pub(super) fn new(writer: DatabaseConnection) -> Self {
        let (begun, longest) = (Instant::now(), LONGEST);
        let open = Open { writer, transaction: None, left: false, turns: 0, begun, longest, done: Vec::new() };
        Self { open: Arc::new(Mutex::new(open)), waiting: Arc::default() }
    }

    /// For so long whoever waits is passed on to.
    pub(super) async fn share_for(&self, longest: Duration) {
        self.open.lock().await.longest = longest;
    }

    /// Waits until it is one's turn.
    pub(super) async fn turn(&self) -> Turn {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut turn = Turn { group: self.clone(), state: State::Waiting };
        turn.state = State::Writing { open: self.open.clone().lock_owned().await, first: None };
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        turn
    }

    /// How many wait for their turn.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

impl Turn {
    /// The transaction to write in.
    pub(super) async fn begin(&mut self) -> Result<Arc<DatabaseTransaction>, DbErr> {
        let State::Writing { open, first } = &mut self.state else { return Err(lost()) };
        open.undo_who_left().await;
        let transaction = match &open.transaction {
            Some(transaction) => transaction.clone(),
            None => open.begin().await?,
        };
        open.turns += 1;
        *first = Some(open.turns == 1);
        Ok(transaction)
    }

    /// Ends the turn. Who wants it kept comes back once it is on the disk, with those that followed.
    pub(super) async fn end(mut self, keep: bool) -> Result<(), DbErr> {
        let is_awaited = self.group.waiting() > 0;
        let State::Writing { open, first: Some(first) } = &mut self.state else { return Err(lost()) };
        let passes = is_awaited && !open.is_full();
        let statement = match (keep, *first) {
            (false, true) => {
                // Nobody else wrote anything yet.
                let result = open.take()?.rollback().await;
                self.state = State::Over;
                return result;
            }
            (false, false) => "ROLLBACK TO turn",
            (true, _) if !passes => "",
            // One of the same name inside of the last: who leaves now has sent it, or has not.
            (true, _) => "SAVEPOINT turn",
        };
        if let Err(error) = open.execute(statement).await {
            open.give_up();
            self.state = State::Over;
            return Err(error);
        }
        if !passes {
            return self.commit().await;
        }
        let told = keep.then(|| {
            let (tell, told) = oneshot::channel();
            open.done.push(tell);
            told
        });
        self.state = State::Over;
        match told {
            Some(told) => told.await.unwrap_or_else(|_| Err(lost())),
            None => Ok(()),
        }
    }

    /// Commits for all. Whoever asked for it may leave meanwhile: the others are told all the same.
    async fn commit(mut self) -> Result<(), DbErr> {
        let State::Writing { mut open, .. } = std::mem::replace(&mut self.state, State::Over) else {
            return Err(lost());
        };
        if open.done.is_empty() {
            return open.commit().await;
        }
        tokio::spawn(async move { open.commit().await }).await.unwrap_or_else(|_| Err(lost()))
    }
}

/// Somebody left: before their turn, or amid it. If nobody else comes, somebody must commit for those who are done.
impl Drop for Turn {
    fn drop(&mut self) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Over => return,
            State::Waiting => drop(self.group.waiting.fetch_sub(1, Ordering::SeqCst)),
            State::Writing { mut open, first } => match first {
                None => {}
                Some(true) => open.give_up(),
                Some(false) => open.left = true,
            },
        }
        let group = self.group.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut open = group.open.lock().await;
                if group.waiting() == 0 {
                    // Those who wait for it are told.
                    let _ = open.commit().await;
                }
            });
        }
    }
}

impl Open {
    async fn begin(&mut self) -> Result<Arc<DatabaseTransaction>, DbErr> {
        let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
        let transaction = Arc::new(self.writer.begin_with_options(options).await?);
        (self.turns, self.begun) = (0, Instant::now());
        self.transaction = Some(transaction.clone());
        Ok(transaction)
    }

    /// Whether whoever is done should wait no longer.
    fn is_full(&self) -> bool {
        self.turns >= LARGEST || self.begun.elapsed() >= self.longest
    }

    /// Undoing twice is as good as once, so whoever does it may leave, too.
    async fn undo_who_left(&mut self) {
        if self.left && self.execute("ROLLBACK TO turn").await.is_err() {
            self.give_up();
        }
        self.left = false;
    }

    async fn execute(&self, statement: &str) -> Result<(), DbErr> {
        if statement.is_empty() {
            return Ok(());
        }
        self.transaction.as_ref().ok_or_else(lost)?.execute_unprepared(statement).await.map(|_| ())
    }

    async fn commit(&mut self) -> Result<(), DbErr> {
        self.undo_who_left().await;
        if self.transaction.is_none() {
            return Ok(());
        }
        let result = self.take()?.commit().await;
        for tell in self.done.drain(..) {
            // Whoever left does not want to know.
            let _ = tell.send(result.clone());
        }
        result
    }

    /// Nothing of anybody's is kept: the transaction is rolled back as it is dropped.
    fn give_up(&mut self) {
        self.transaction = None;
        self.left = false;
        for tell in self.done.drain(..) {
            let _ = tell.send(Err(lost()));
        }
    }

    /// The transaction, for its end; nobody else has it by then.
    fn take(&mut self) -> Result<DatabaseTransaction, DbErr> {
        Arc::try_unwrap(self.transaction.take().ok_or_else(lost)?).map_err(|_| lost())
    }
}

/// Not kept, through no fault of whoever is told: they may try again.
fn lost() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)
}

//! Telling other servers what they are owed: at once where it can be, again until they have heard, and fairly: one that is slow
//! holds up nobody else.

use std::{collections::HashMap, sync::Arc};

use chrono::Duration;
use tokio::{sync::watch, task::JoinSet};
use uuid::Uuid;

use crate::{
    app::App,
    store::{
        self,
        task::{self, Ticket},
    },
};

/// How many are told at a time, and how many of them to one: enough for every webhook that there may be.
const AT_ONCE: usize = 40;
const OF_ONE: usize = 2;

/// Longer than any call takes, waiting for its turn included.
const LEASE: Duration = Duration::minutes(1);

/// How often at least it is looked for what is due.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// Something that one other server is to be told.
pub(super) trait Owed: Send + Sized + 'static {
    /// For the log.
    const NAME: &'static str;
    /// Whether `App::outbox` wakes for it; a second later is soon enough otherwise.
    const AT_ONCE: bool;

    /// Whom it is for.
    fn whom(&self) -> Uuid;

    /// What it is leased and finished by.
    fn ticket(&self) -> Ticket;

    /// What is due, without what is for those who have enough to hear.
    fn due(app: &App, busy: &[Uuid], limit: u64) -> impl Future<Output = Result<Vec<Self>, store::Error>> + Send;

    /// Tells it, and notes what came of it.
    fn deliver(self, app: Arc<App>, holder: Uuid) -> impl Future<Output = Result<(), store::Error>> + Send;
}

/// Delivers until asked to stop.
pub(super) async fn run<O: Owed>(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(LOOK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut under_way = UnderWay::default();
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = app.outbox.notified(), if O::AT_ONCE => {}
            () = under_way.next(), if !under_way.tasks.is_empty() => {}
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if let Err(error) = under_way.start::<O>(&app).await {
            tracing::warn!(%error, "{} could not be delivered; they come again", O::NAME);
        }
    }
}

/// Delivers what is due, once, and waits for it.
///
/// # Errors
/// When the database fails.
pub(super) async fn run_due<O: Owed>(app: &Arc<App>) -> Result<(), store::Error> {
    let mut under_way = UnderWay::default();
    while under_way.start::<O>(app).await? > 0 {
        while !under_way.tasks.is_empty() {
            under_way.next().await;
        }
    }
    Ok(())
}

/// Deliveries that are being made, and how many of them to each.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<Uuid>,
    by_whom: HashMap<Uuid, usize>,
}

impl UnderWay {
    /// Begins as many as may be; how many that were.
    async fn start<O: Owed>(&mut self, app: &Arc<App>) -> Result<usize, store::Error> {
        let mut started = 0;
        loop {
            match self.look::<O>(app).await? {
                0 => return Ok(started),
                more => started += more,
            }
        }
    }

    /// Looks once, past those who have enough to hear.
    async fn look<O: Owed>(&mut self, app: &Arc<App>) -> Result<usize, store::Error> {
        let free = AT_ONCE.saturating_sub(self.tasks.len()) as u64;
        if free == 0 {
            return Ok(0);
        }
        let busy: Vec<Uuid> = self.by_whom.iter().filter(|(_, of)| **of >= OF_ONE).map(|(id, _)| *id).collect();
        let mut started = 0;
        for owed in O::due(app, &busy, free).await? {
            let whom = owed.whom();
            let of_one = self.by_whom.entry(whom).or_default();
            if *of_one >= OF_ONE {
                continue;
            }
            // Before anybody looks again.
            let (ticket, holder, lease) = (owed.ticket(), app.uuid(), (app.now(), LEASE));
            if !app.store.write(async |tx| task::lease(tx, ticket, holder, lease).await).await? {
                continue;
            }
            *of_one += 1;
            started += 1;
            let app = app.clone();
            self.tasks.spawn(async move {
                if let Err(error) = owed.deliver(app, holder).await {
                    tracing::warn!(%error, "a delivery could not be noted; it comes again");
                }
                whom
            });
        }
        self.by_whom.retain(|_, count| *count > 0);
        Ok(started)
    }

    /// Waits until one is done.
    async fn next(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok(whom)) => {
                if let Some(count) = self.by_whom.get_mut(&whom) {
                    *count = count.saturating_sub(1);
                }
            }
            // One that panicked can't say whose it was; all begin anew.
            Some(Err(_)) => self.by_whom.clear(),
            None => {}
        }
    }
}

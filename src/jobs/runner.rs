//! Leases jobs that are due and runs them; stops between two batches when asked.

use std::sync::Arc;

use chrono::Duration;
use tokio::sync::watch;
use uuid::Uuid;

use super::{purge_expired, rotate_keys};
use crate::{
    app::App,
    metrics::Job,
    store::{
        self,
        job::{self, Lease},
    },
};

/// A job that runs longer than this lost its instance.
const LEASE: Duration = Duration::minutes(2);

/// How often at most it is looked for jobs.
const FINEST: std::time::Duration = std::time::Duration::from_secs(1);

/// A recurring job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Tidies expired rows away.
    PurgeExpired,
    /// Turns the rings of signing keys.
    RotateKeys,
}

impl Kind {
    /// All jobs.
    pub const ALL: [Self; 2] = [Self::PurgeExpired, Self::RotateKeys];

    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PurgeExpired => "purge_expired",
            Self::RotateKeys => "rotate_keys",
        }
    }

    fn interval(self, app: &App) -> Duration {
        match self {
            Self::PurgeExpired => app.config.raw.jobs.janitor_interval.get(),
            Self::RotateKeys => Duration::hours(1),
        }
    }

    fn is_on(self, app: &App) -> bool {
        self != Self::PurgeExpired || app.config.raw.jobs.janitor
    }
}

/// A running job's hold on its lease, and whether it should come to an end.
pub struct Hold<'a> {
    /// The server.
    pub app: &'a App,
    /// Becomes true when the server stops.
    pub stop: &'a watch::Receiver<bool>,
    kind: Kind,
    holder: Uuid,
}

impl Hold<'_> {
    /// Whether the job may go on: nobody asked it to stop, and the lease is still its own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn go_on(&self) -> Result<bool, store::Error> {
        if *self.stop.borrow() {
            return Ok(false);
        }
        let lease = Lease { holder: self.holder, until: self.app.now() + LEASE };
        self.app.store.write(async |tx| job::renew(tx, self.kind.as_str(), lease).await).await
    }
}

/// Runs jobs until asked to stop.
pub async fn run(app: Arc<App>, stop: watch::Receiver<bool>) {
    let mut stopped = stop.clone();
    let shortest = Kind::ALL.into_iter().map(|kind| kind.interval(&app)).min().unwrap_or(LEASE);
    // Finer than the jobs themselves, or each would just miss its time.
    let mut every = tokio::time::interval((shortest / 4).to_std().unwrap_or_default().max(FINEST));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => run_due(&app, &stop).await,
            () = async { let _ = stopped.wait_for(|stop| *stop).await; } => return,
        }
    }
}

/// Runs every job that is due and free, once.
pub async fn run_due(app: &App, stop: &watch::Receiver<bool>) {
    for kind in Kind::ALL.into_iter().filter(|kind| kind.is_on(app)) {
        let result = run_one(app, kind, stop).await;
        if !matches!(result, Ok(false)) {
            let outcome = if result.is_ok() { "success" } else { "failure" };
            app.metrics.jobs.get_or_create(&Job { job: kind.as_str(), outcome }).inc();
        }
        match result {
            Ok(true) => tracing::debug!(job = kind.as_str(), "done"),
            Ok(false) => {}
            Err(error) => tracing::error!(job = kind.as_str(), %error, "a job failed; it comes again"),
        }
    }
}

/// False when it is not due, or another instance has it.
async fn run_one(app: &App, kind: Kind, stop: &watch::Receiver<bool>) -> Result<bool, store::Error> {
    let (holder, now) = (app.uuid(), app.now());
    let lease = Lease { holder, until: now + LEASE };
    let next = now + kind.interval(app);
    if !job::is_due(&app.store.read(), kind.as_str(), (now, next)).await? {
        return Ok(false);
    }
    if !app.clocks_agree().await? {
        tracing::warn!(job = kind.as_str(), "left to others: this clock and the database's do not agree");
        return Ok(false);
    }
    if !app.store.write(async |tx| job::lease(tx, holder, kind.as_str(), lease, (now, next)).await).await? {
        return Ok(false);
    }
    let hold = Hold { app, stop, kind, holder };
    let done = match kind {
        Kind::PurgeExpired => purge_expired::run(&hold).await,
        Kind::RotateKeys => rotate_keys::run(&hold).await,
    };
    let failed = done.is_err().then_some("the store failed");
    app.store.write(async |tx| job::finish(tx, kind.as_str(), holder, next, failed).await).await?;
    done.map(|()| true)
}

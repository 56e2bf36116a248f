//! How it goes: counted now and then, however many look.

use std::{sync::Arc, time::Duration};

use chrono::{NaiveTime, TimeDelta};

use crate::{
    app::App,
    audit::Event,
    clock::Time,
    store::{
        self,
        statistics::{self, Counted},
    },
};

/// How many days are looked back on, today among them.
pub const DAYS: i64 = 30;

/// When the first of these days began.
#[must_use]
pub fn since(now: Time) -> Time {
    (now - TimeDelta::days(DAYS - 1)).date_naive().and_time(NaiveTime::MIN).and_utc()
}

/// What counts quickly is counted again when it is a minute old.
const QUICK: Duration = Duration::from_millis(50);
const FRESH: Duration = Duration::from_mins(1);

/// What does not is counted by a job, so often.
pub const EVERY: Duration = Duration::from_mins(5);

/// A job leaves alone what another instance counted so little ago: a little less than its own turn, which comes a little early.
const RECENT: Duration = Duration::from_secs(270);

/// Only where nobody has counted for so long, a reader waits for it. What was counted before a start is as good.
const STALE: Duration = Duration::from_hours(1);

/// The numbers, as they were a little while ago.
///
/// # Errors
/// When the database fails.
pub async fn read(app: &App) -> Result<Arc<Counted>, store::Error> {
    if let Some(last) = last(app) {
        return Ok(last);
    }
    // Without its turn: a job may be counting, and nobody should wait for that. Where it is counted fast nothing new is kept.
    if app.statistics.load().as_ref().is_none_or(|last| is_slow(last))
        && let Some(kept) = kept(app, STALE).await?
    {
        return Ok(kept);
    }
    let mut failed = app.counting.lock().await;
    if let Some(last) = last(app) {
        return Ok(last);
    }
    // Whoever waited meanwhile would only wait once more for what fails.
    if failed.is_some_and(|at| is_within(app, at, FRESH)) {
        return Err(statistics::failed_lately());
    }
    let counted = count(app).await;
    *failed = counted.is_err().then(|| app.now());
    counted
}

/// Counts what takes so long that nobody should wait for it, and what was not counted yet; unless another instance just did.
///
/// # Errors
/// When the database fails.
pub async fn count_ahead(app: &App) -> Result<(), store::Error> {
    if app.statistics.load().as_ref().is_some_and(|last| !is_slow(last)) {
        return Ok(());
    }
    let _turn = app.counting.lock().await;
    if kept(app, RECENT).await?.is_some() {
        return Ok(());
    }
    let now = app.now();
    // What is kept tells nothing of another instance that is counting still.
    if app.store.write(async |tx| statistics::claim(tx, now, RECENT).await).await? {
        count(app).await?;
    }
    Ok(())
}

/// What was counted here and is good still.
fn last(app: &App) -> Option<Arc<Counted>> {
    app.statistics.load_full().filter(|last| is_younger(app, last, if is_slow(last) { STALE } else { FRESH }))
}

/// What was counted anywhere and is no older than that; what was counted here, if that is younger.
async fn kept(app: &App, age: Duration) -> Result<Option<Arc<Counted>>, store::Error> {
    let kept = statistics::find(&app.store.read()).await?;
    let Some(kept) = kept.filter(|kept| is_younger(app, kept, age)).map(Arc::new) else { return Ok(None) };
    // Somebody may have counted meanwhile.
    let newer = |last: &Option<Arc<Counted>>| last.clone().filter(|last| last.at >= kept.at);
    app.statistics.rcu(|last| newer(last).or_else(|| Some(kept.clone())));
    Ok(app.statistics.load_full().or(Some(kept)))
}

/// Counts, and remembers. What took long is kept for others, too.
async fn count(app: &App) -> Result<Arc<Counted>, store::Error> {
    let (at, begun) = (app.now(), app.clock.monotonic());
    let numbers = statistics::read(&app.store.read(), Event::Authenticated.as_str(), since(at)).await?;
    let counted = Arc::new(Counted { at, took: app.clock.monotonic().saturating_sub(begun), numbers });
    app.statistics.store(Some(counted.clone()));
    // Where it cannot be written, whoever asked has their numbers all the same.
    if is_slow(&counted)
        && let Err(error) = app.store.write(async |tx| statistics::put(tx, &counted).await).await
    {
        tracing::warn!(%error, "what was counted could not be kept");
    }
    Ok(counted)
}

/// Not so what a clock that is ahead of this one counted.
fn is_younger(app: &App, counted: &Counted, age: Duration) -> bool {
    is_within(app, counted.at, age)
}

fn is_within(app: &App, at: Time, age: Duration) -> bool {
    (app.now() - at).to_std().is_ok_and(|old| old < age)
}

fn is_slow(counted: &Counted) -> bool {
    counted.took >= QUICK
}

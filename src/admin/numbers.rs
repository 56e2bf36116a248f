//! How it goes: counted now and then, however many look.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

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

/// What counts quickly is counted again after so little that whoever sees to something finds it seen to.
const QUICK: Duration = Duration::from_millis(50);
const FRESH: Duration = Duration::from_secs(5);

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
pub async fn read(app: &Arc<App>) -> Result<Arc<Counted>, store::Error> {
    if let Some(last) = last(app) {
        return Ok(last);
    }
    let failures = app.failed_counts.load(Ordering::Relaxed);
    // Without its turn: a job may be counting, and nobody should wait for that. Where it is counted fast nothing new is kept.
    if app.statistics.load().as_ref().is_none_or(|last| is_slow(last))
        && let Some(kept) = kept(app, STALE).await?
    {
        return Ok(kept);
    }
    // It goes on when whoever asked leaves: whoever comes next would begin anew, and leave as early.
    let counting = tokio::spawn(in_turn(app.clone(), failures));
    counting.await.unwrap_or_else(|_| Err(statistics::not_counted()))
}

/// Counts, unless somebody did meanwhile; or unless that failed, since those who wait would wait once more for what fails.
async fn in_turn(app: Arc<App>, failures: u64) -> Result<Arc<Counted>, store::Error> {
    let _turn = app.counting.lock().await;
    match last(&app) {
        Some(last) => Ok(last),
        None if app.failed_counts.load(Ordering::Relaxed) != failures => Err(statistics::not_counted()),
        None => count(&app).await,
    }
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
    // What is kept tells nothing of another instance that is counting still. Where nothing can be written each counts for itself.
    let claimed = app.store.write(async |tx| statistics::claim(tx, now, RECENT).await).await.unwrap_or(true);
    if claimed && let Err(error) = count(app).await {
        // Another one may try; otherwise the claim ends by itself.
        let released = app.store.write(async |tx| statistics::release(tx, now).await).await;
        released.inspect_err(|error| tracing::warn!(%error, "the turn to count could not be given back")).ok();
        return Err(error);
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
    let numbers = statistics::read(&app.store.read(), Event::Authenticated.as_str(), since(at)).await;
    let numbers = numbers.inspect_err(|_| _ = app.failed_counts.fetch_add(1, Ordering::Relaxed))?;
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
    (app.now() - counted.at).to_std().is_ok_and(|old| old < age)
}

fn is_slow(counted: &Counted) -> bool {
    counted.took >= QUICK
}

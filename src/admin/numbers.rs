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

/// What counts quickly is counted again when it is a minute old; what does not is counted by a job every five, and by a reader
/// only where that fails.
const QUICK: Duration = Duration::from_millis(50);
const FRESH: Duration = Duration::from_mins(1);
/// How often a job counts.
pub const EVERY: Duration = Duration::from_mins(5);
const STALE: Duration = Duration::from_mins(15);

/// How old what another instance counted, or this one before it was started again, may be where nobody has counted since.
const KEPT: Duration = Duration::from_hours(1);

/// The numbers, as they were a little while ago.
///
/// # Errors
/// When the database fails.
pub async fn read(app: &App) -> Result<Arc<Counted>, store::Error> {
    if let Some(last) = last(app) {
        return Ok(last);
    }
    let _turn = app.counting.lock().await;
    if let Some(last) = last(app) {
        return Ok(last);
    }
    if app.statistics.load().is_none()
        && let Some(kept) = kept(app, KEPT).await?
    {
        return Ok(kept);
    }
    count(app).await
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
    if kept(app, EVERY).await?.is_none() {
        count(app).await?;
    }
    Ok(())
}

/// What was counted here and is good still.
fn last(app: &App) -> Option<Arc<Counted>> {
    app.statistics.load_full().filter(|last| is_younger(app, last, if is_slow(last) { STALE } else { FRESH }))
}

/// What was counted anywhere and is no older than that.
async fn kept(app: &App, age: Duration) -> Result<Option<Arc<Counted>>, store::Error> {
    let kept = statistics::find(&app.store.read()).await?;
    let kept = kept.filter(|kept| is_younger(app, kept, age)).map(Arc::new);
    if kept.is_some() {
        app.statistics.store(kept.clone());
    }
    Ok(kept)
}

/// Counts, and remembers. What took long is kept for others, too.
async fn count(app: &App) -> Result<Arc<Counted>, store::Error> {
    let (at, begun) = (app.now(), app.clock.monotonic());
    let numbers = statistics::read(&app.store.read(), Event::Authenticated.as_str(), since(at)).await?;
    let counted = Arc::new(Counted { at, took: app.clock.monotonic().saturating_sub(begun), numbers });
    app.statistics.store(Some(counted.clone()));
    if is_slow(&counted) {
        app.store.write(async |tx| statistics::put(tx, &counted).await).await?;
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

//! How it goes: counted now and then, however many look.

use std::sync::Arc;

use chrono::{Duration, NaiveTime};

use crate::{
    app::{App, Counted},
    audit::Event,
    clock::Time,
    store::{self, statistics},
};

/// How many days are looked back on, today among them.
pub const DAYS: i64 = 30;

/// When the first of these days began.
#[must_use]
pub fn since(now: Time) -> Time {
    (now - Duration::days(DAYS - 1)).date_naive().and_time(NaiveTime::MIN).and_utc()
}

/// What counts quickly is counted again when it is a minute old; what does not is counted by a job, and by a reader only where
/// that fails.
const QUICK: std::time::Duration = std::time::Duration::from_millis(50);
const FRESH: Duration = Duration::minutes(1);
const STALE: Duration = Duration::minutes(10);

/// The numbers, as they were a little while ago.
///
/// # Errors
/// When the database fails.
pub async fn read(app: &App) -> Result<Arc<Counted>, store::Error> {
    let last = app.statistics.load_full();
    match last.filter(|last| app.now() - last.at < if last.is_slow() { STALE } else { FRESH }) {
        Some(last) => Ok(last),
        None => count(app).await,
    }
}

/// Counts, and remembers.
///
/// # Errors
/// When the database fails.
pub async fn count(app: &App) -> Result<Arc<Counted>, store::Error> {
    let (at, begun) = (app.now(), app.clock.monotonic());
    let numbers = statistics::read(&app.store.read(), Event::Authenticated.as_str(), since(at)).await?;
    let counted = Arc::new(Counted { at, took: app.clock.monotonic().saturating_sub(begun), numbers });
    app.statistics.store(Some(counted.clone()));
    Ok(counted)
}

/// Whether counting takes so long that nobody should wait for it; true before the first time.
#[must_use]
pub fn is_slow(app: &App) -> bool {
    app.statistics.load().as_ref().is_none_or(|last| last.is_slow())
}

impl Counted {
    fn is_slow(&self) -> bool {
        self.took >= QUICK
    }
}

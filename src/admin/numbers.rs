//! How it goes: counted at most once a minute, however many look.

use std::sync::Arc;

use chrono::{Duration, NaiveTime};

use crate::{
    app::App,
    audit::Event,
    clock::Time,
    store::{
        self,
        statistics::{self, Statistics},
    },
};

/// How many days are looked back on, today among them.
pub const DAYS: i64 = 30;

/// When the first of these days began.
#[must_use]
pub fn since(now: Time) -> Time {
    (now - Duration::days(DAYS - 1)).date_naive().and_time(NaiveTime::MIN).and_utc()
}

/// The numbers of this minute.
///
/// # Errors
/// When the database fails.
pub async fn read(app: &App) -> Result<Arc<Statistics>, store::Error> {
    let now = app.now();
    let minute = now.timestamp() / 60;
    if let Some(known) = app.statistics.get(&minute).await {
        return Ok(known);
    }
    let counted = statistics::read(&app.store.read(), Event::Authenticated.as_str(), since(now)).await?;
    let counted = Arc::new(counted);
    app.statistics.insert(minute, counted.clone()).await;
    Ok(counted)
}

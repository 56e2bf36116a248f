//! Counting what takes a while, before anybody waits for it.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{admin::numbers, app::App};

const EVERY: Duration = Duration::from_mins(5);

/// Counts until asked to stop: at once, and again as long as it takes too long to be done by whoever looks.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if numbers::is_slow(&app)
            && let Err(error) = numbers::count(&app).await
        {
            tracing::warn!(%error, "nothing could be counted");
        }
    }
}

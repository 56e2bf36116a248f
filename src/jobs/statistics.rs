//! Counting what takes a while, before anybody waits for it.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{admin::numbers, app::App};

/// Counts until asked to stop: at once, and again as long as it takes too long to be done by whoever looks.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(numbers::EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if let Err(error) = numbers::count_ahead(&app).await {
            tracing::warn!(%error, "nothing could be counted");
        }
    }
}

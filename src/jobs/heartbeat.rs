//! Every instance's signs of life: on their own, so that no longer job silences them.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::app::App;

/// A third of what counts as silence.
const EVERY: Duration = Duration::from_mins(1);

/// Beats until asked to stop.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if let Err(error) = app.beat().await {
            tracing::warn!(%error, "no sign of life could be given");
        }
    }
}

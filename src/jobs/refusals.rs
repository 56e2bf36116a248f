//! What apps were refused, written down every second: on its own, since whoever tries an app looks at once.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::app::App;

const EVERY: Duration = Duration::from_secs(1);

/// Writes until asked to stop, and what is left then.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let stopped = tokio::select! {
            _ = every.tick() => false,
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => true,
        };
        if let Err(error) = app.write_refusals().await {
            tracing::warn!(%error, "what apps were refused is not told");
        }
        if stopped {
            return;
        }
    }
}

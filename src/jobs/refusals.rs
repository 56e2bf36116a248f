//! What apps were refused, written down every second: on its own, since whoever tries an app looks at once.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::app::App;

const EVERY: Duration = Duration::from_secs(1);

/// Writes until asked to stop; what comes later is written when the last request was answered.
pub async fn run(app: Arc<App>, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = async { let _ = stop.wait_for(|stop| *stop).await; } => return,
        }
        if let Err(error) = app.write_refusals().await {
            tracing::warn!(%error, "what apps were refused is told later");
        }
    }
}

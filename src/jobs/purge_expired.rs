//! The janitor: expired rows go in small transactions, so that sign-ins never wait long.

use super::runner::Hold;
use crate::store::{self, expired::Expired};

/// Deletes batch after batch until nothing is left, somebody else has the lease, or the server stops.
///
/// # Errors
/// When the database fails.
pub(super) async fn run(hold: &Hold<'_>) -> Result<(), store::Error> {
    let limit = hold.app.config.raw.jobs.janitor_batch;
    for what in Expired::ALL {
        loop {
            let now = hold.app.now();
            let gone = hold.app.store.write(async |tx| what.purge(tx, limit, now).await).await?;
            if gone > 0 {
                tracing::debug!(table = what.as_str(), rows = gone, "expired rows are gone");
            }
            if gone < u64::from(limit) {
                break;
            }
            if !hold.go_on().await? {
                return Ok(());
            }
        }
    }
    Ok(())
}

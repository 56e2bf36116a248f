//! The janitor: expired rows go in small transactions, so that sign-ins never wait long.

use super::runner::Hold;
use crate::{
    audit::{self, Entry, Event, Origin},
    store::{self, expired::Expired, user},
};

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
    delete_accounts(hold, limit).await
}

/// Accounts whose owners wanted them gone, one at a time: what hangs on each goes with it.
async fn delete_accounts(hold: &Hold<'_>, limit: u32) -> Result<(), store::Error> {
    let app = hold.app;
    for id in user::list_deletable(&app.store.read(), app.now(), limit.into()).await? {
        let deleted = app
            .store
            .write(async |tx| {
                let now = app.now();
                if user::delete(tx, id, now).await? {
                    let entry = Entry { subject: Some(id), ..Entry::default() };
                    audit::record(tx, (&*app.rng, now), &Origin::default(), Event::UserDeleted, entry);
                }
                Ok::<_, store::Error>(())
            })
            .await;
        // One that can't be deleted keeps no other.
        if let Err(error) = deleted {
            tracing::error!(%error, user = %id, "an account could not be deleted");
        }
        app.outbox.notify_one();
        if !hold.go_on().await? {
            break;
        }
    }
    Ok(())
}

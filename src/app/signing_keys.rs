//! Turning the rings of signing keys, with a line in the audit log for every change.

use serde_json::json;

use super::App;
use crate::{
    audit::{self, Entry, Event, Origin},
    keys::{Ask, Change, Turn, What},
    store::{self, Store},
};

/// Does what is due for the rings, or what is asked. Nothing is written when nothing is due.
///
/// # Errors
/// When the database fails.
pub(super) async fn turn(store: &Store, turn: Turn<'_>, ask: &Ask) -> Result<Vec<Change>, store::Error> {
    let Some(prepared) = turn.prepare(store, ask).await? else { return Ok(Vec::new()) };
    store
        .write(async |tx| {
            let changes = turn.run(tx, ask, prepared).await?;
            for change in &changes {
                let details = json!({ "kid": change.kid, "algorithm": change.algorithm });
                let entry = Entry { failed: change.what == What::Unreadable, details, ..Entry::default() };
                audit::record(tx, (turn.rng, turn.now), &Origin::default(), event(change.what), entry);
            }
            Ok(changes)
        })
        .await
}

const fn event(what: What) -> Event {
    match what {
        What::Created => Event::SigningKeyCreated,
        What::Activated => Event::SigningKeyActivated,
        What::Retired => Event::SigningKeyRetired,
        What::Unreadable => Event::SigningKeyUnreadable,
        What::Revoked => Event::SigningKeyRevoked,
        What::Forgotten => Event::SigningKeyForgotten,
    }
}

impl App {
    /// Does what is due for the rings of signing keys, or what is asked; this instance follows at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn turn_keys(&self, ask: &Ask) -> Result<Vec<Change>, store::Error> {
        let due = Turn {
            key: &self.data_keys.signing_keys,
            rng: &*self.rng,
            rotation: self.config.raw.keys.rotation.get(),
            now: self.now(),
        };
        let changes = turn(&self.store, due, ask).await?;
        self.refresh().await?;
        Ok(changes)
    }
}

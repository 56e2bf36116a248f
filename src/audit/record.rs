//! Writing a line.

use serde_json::Value;
use uuid::Uuid;

use super::Event;
use crate::{
    clock::Time,
    crypto::random::{Rng, uuid},
    store::{
        Tx,
        audit_log::{self, Line},
    },
};

/// Where a request came from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Address of the caller.
    pub ip: Option<String>,
    /// As sent, cut to 512 characters.
    pub user_agent: Option<String>,
    /// Shown on error pages.
    pub request_id: Option<String>,
}

/// Who and what an event is about.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Whether it was refused; success otherwise.
    pub failed: bool,
    /// The user who acted.
    pub actor: Option<Uuid>,
    /// The user it happened to.
    pub subject: Option<Uuid>,
    /// `client_id`.
    pub client: Option<String>,
    /// The session.
    pub session: Option<Uuid>,
    /// Never a secret.
    pub details: Value,
}

impl Entry {
    /// What somebody did to their own account.
    #[must_use]
    pub fn by(user: Uuid) -> Self {
        Self { actor: Some(user), subject: Some(user), ..Self::default() }
    }
}

/// Records an event in the transaction of what it tells.
pub fn record(tx: &Tx, (rng, now): (&dyn Rng, Time), origin: &Origin, event: Event, entry: Entry) {
    let line = Line {
        event: event.as_str(),
        success: !entry.failed,
        actor: entry.actor,
        subject: entry.subject,
        client: entry.client,
        session: entry.session,
        ip: origin.ip.clone(),
        user_agent: origin.user_agent.clone(),
        request_id: origin.request_id.clone(),
        details: entry.details,
    };
    audit_log::insert(tx, uuid(rng, now), line, now);
}

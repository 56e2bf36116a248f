//! Letters that wait to be sent: sealed, since some have links in them.

use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Letter;
use crate::{
    clock::Time,
    crypto::{random::Rng, seal::Sealer},
};

/// The `kind` of tasks that send one.
pub const KIND: &str = "mail";

const PURPOSE: &str = "mail";

/// Longer than it is tried.
pub(super) const LIFETIME: Duration = Duration::days(3);

/// A letter and where it goes.
#[derive(Clone, Serialize, Deserialize)]
pub struct Outgoing {
    /// The address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// The same with a button.
    pub html: String,
}

impl Outgoing {
    /// This letter to that address.
    #[must_use]
    pub fn new(to: String, letter: Letter) -> Self {
        Self { to, subject: letter.subject, text: letter.text, html: letter.html }
    }
}

/// As a payload of that task: who it is about stays readable, what it says does not.
///
/// # Errors
/// When it has no JSON form.
pub fn seal(
    sealer: &Sealer,
    rng: &dyn Rng,
    (task, user): (Uuid, Uuid),
    outgoing: &Outgoing,
    until: Time,
) -> Result<Value, serde_json::Error> {
    let sealed = sealer.seal(rng, PURPOSE, task.as_bytes(), until, outgoing)?;
    Ok(json!({ "user": user, "sealed": sealed }))
}

/// The letter in that task's payload; `None` when it is of no use any more.
#[must_use]
pub fn open(sealer: &Sealer, task: Uuid, payload: &Value, now: Time) -> Option<Outgoing> {
    sealer.open(PURPOSE, task.as_bytes(), now, payload["sealed"].as_str()?)
}

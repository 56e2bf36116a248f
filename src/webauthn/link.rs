//! Making enrolment links: for invitations, the first administrator, and every way back in.

use chrono::Duration;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    crypto::token::{self, Generated, TokenKind},
    store::{
        self, Tx,
        enrollment_link::{self, Kind, NewLink},
        user,
    },
};

/// A link as it is shown, once.
#[derive(Serialize)]
pub struct Link {
    /// For whom.
    pub username: String,
    /// Where to open it.
    pub url: String,
    /// When it ends.
    pub expires_at: Time,
}

/// Who makes a link, and from where.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// From where.
    pub origin: &'a Origin,
    /// The person, where it is one.
    pub actor: Option<Uuid>,
    /// The client that acts for itself, where it is one.
    pub client: Option<&'a str>,
}

impl<'a> By<'a> {
    /// Whoever has the machine, or whoever the link is for.
    #[must_use]
    pub const fn itself(origin: &'a Origin) -> Self {
        Self { origin, actor: None, client: None }
    }
}

/// Makes a link; those that it takes the place of stop working.
///
/// # Errors
/// When the database fails.
pub async fn create(
    tx: &Tx,
    app: &App,
    by: By<'_>,
    kind: Kind,
    (user_id, username): (Uuid, &str),
    lifetime: Duration,
) -> Result<Link, store::Error> {
    let now = app.now();
    // Of two links made at once the second must see, and revoke, the first.
    user::lock(tx, user_id).await?;
    let Generated { token, hash: token_hash } = token::generate(&*app.rng, TokenKind::EnrollmentLink);
    let expires_at = now + lifetime;
    enrollment_link::insert(tx, NewLink { id: app.uuid(), kind, user_id, token_hash, expires_at }, now).await?;
    let actor = if kind.is_own() { Some(user_id) } else { by.actor };
    let client = by.client.map(str::to_owned);
    let details = json!({ "kind": kind.as_str() });
    let entry = Entry { actor, subject: Some(user_id), client, details, ..Entry::default() };
    audit::record(tx, (&*app.rng, now), by.origin, Event::EnrollmentLinkCreated, entry);
    Ok(Link { username: username.to_owned(), url: app.urls.enroll(token.expose()), expires_at })
}

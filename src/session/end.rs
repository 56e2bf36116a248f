//! The end of a session, and of what hangs on it.

use poem::http::HeaderValue;
use uuid::Uuid;

use crate::{
    app::App,
    audit::{self, Entry, Event},
    clock::Time,
    http::{Call, cookie},
    store::{self, Tx, session},
};

/// Ends a session. Its access tokens and codes die with it: every use of them asks for the session.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &Tx, call: &Call, (user, id): (Uuid, Uuid), now: Time) -> Result<(), store::Error> {
    if session::end(tx, id, now).await? {
        let entry = Entry { actor: Some(user), subject: Some(user), session: Some(id), ..Entry::default() };
        audit::record(tx, (&*call.app.rng, now), &call.caller.origin(), Event::SessionEnded, entry).await?;
    }
    Ok(())
}

/// The Set-Cookie value that makes the browser forget.
#[must_use]
pub fn remove_cookie(app: &App) -> Option<HeaderValue> {
    let secure = app.config.issuer.is_https();
    cookie::set(cookie::session_name(secure), "", 0, secure)
}

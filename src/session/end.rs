//! The end of a session, and of what hangs on it.

use poem::http::HeaderValue;

use crate::{
    app::App,
    audit::{Entry, Event},
    clock::Time,
    http::{Call, cookie},
    store::{
        self, Tx,
        enrollment_link::{self, Kind},
        session::{self, Session},
        token_family,
    },
};

/// Ends a session. Its access tokens and codes die with it: every use of them asks for the session.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &Tx, call: &Call, session: &Session, now: Time) -> Result<(), store::Error> {
    if session::end(tx, session.id, now).await? {
        let entry = Entry { session: Some(session.id), ..Entry::by(session.user_id) };
        call.record(tx, Event::SessionEnded, entry, now);
    }
    Ok(())
}

/// Ends a session with every family that came from it: nothing outlives it.
///
/// # Errors
/// When the database fails.
pub async fn end_for_good(tx: &Tx, call: &Call, session: &Session, now: Time) -> Result<(), store::Error> {
    token_family::revoke_all_of_sessions(tx, &[session.id], now).await?;
    end(tx, call, session, now).await
}

/// Ends every session of a person but their own, and every family that did not come from that; how many of both.
///
/// # Errors
/// When the database fails.
pub async fn end_others(tx: &Tx, own: &Session, now: Time) -> Result<(u64, u64), store::Error> {
    enrollment_link::revoke(tx, own.user_id, &[Kind::Device], now).await?;
    let families = token_family::revoke_others_of_user(tx, own.user_id, own.id, now).await?;
    Ok((session::end_others_of_user(tx, own.user_id, own.id, now).await?, families))
}

/// The Set-Cookie value that makes the browser forget.
#[must_use]
pub fn remove_cookie(app: &App) -> Option<HeaderValue> {
    let secure = app.config.issuer.is_https();
    cookie::set(cookie::session_name(secure), "", 0, secure)
}

//! The session that a browser presents, if it still counts.

use uuid::Uuid;

use crate::{
    clock::Time,
    http::Call,
    store::{
        self, Tx,
        session::{self, Session},
        subject::{self, By, Lock, Subject},
    },
};

/// Whoever is signed in, with what they allowed `client`: one read. `None` for nobody, ended, expired, disabled.
///
/// # Errors
/// When the database fails.
pub async fn current(call: &Call, client: Option<Uuid>) -> Result<Option<(Subject, Session)>, store::Error> {
    let Some(token_hash) = call.caller.session else { return Ok(None) };
    let found = subject::find(&call.app.store.read(), By::Token(token_hash), client).await?;
    Ok(found.and_then(|subject| live(call, subject)))
}

/// This browser's own session, expired or not; `None` once it has ended.
///
/// # Errors
/// When the database fails.
pub async fn own(call: &Call) -> Result<Option<(Subject, Session)>, store::Error> {
    let Some(token_hash) = call.caller.session else { return Ok(None) };
    let found = subject::find(&call.app.store.read(), By::Token(token_hash), None).await?;
    Ok(found
        .and_then(|subject| subject.session.clone().filter(|session| session.ended_at.is_none()).map(|s| (subject, s))))
}

/// Whoever is signed in, inside a transaction: the user locked against changes, then the session for writing.
///
/// # Errors
/// When the database fails.
pub async fn lock_current(
    tx: &Tx,
    call: &Call,
    client: Option<Uuid>,
) -> Result<Option<(Subject, Session)>, store::Error> {
    let Some(token_hash) = call.caller.session else { return Ok(None) };
    let found = subject::lock(tx, By::Token(token_hash), client, Lock::WriteSession).await?;
    Ok(found.and_then(|subject| live(call, subject)))
}

/// This browser's own session row, locked for writing, expired or not; `None` once it has ended. Whose it is stays
/// unlocked, so that a transaction that holds another person's row never waits for this one's.
///
/// # Errors
/// When the database fails.
pub async fn lock_own(tx: &Tx, call: &Call) -> Result<Option<Session>, store::Error> {
    let Some(token_hash) = call.caller.session else { return Ok(None) };
    Ok(session::lock_by_token(tx, token_hash).await?.filter(|session| session.ended_at.is_none()))
}

/// Now, and since when a session must have been seen to be within its limits.
#[must_use]
pub fn limits(call: &Call) -> (Time, Time) {
    let now = call.now();
    (now, now - call.app.config.raw.session.idle.get())
}

/// Whether a session that has not ended is within its limits. One that is not keeps nobody out.
#[must_use]
pub fn is_live(call: &Call, session: &Session, now: Time) -> bool {
    now < session.expires_at && now < session.last_seen_at + call.app.config.raw.session.idle.get()
}

fn live(call: &Call, subject: Subject) -> Option<(Subject, Session)> {
    let session = call.app.policy().allow_session(&subject).ok()?.clone();
    Some((subject, session))
}

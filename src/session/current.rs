//! The session that a browser presents, if it still counts.

use uuid::Uuid;

use crate::{
    http::Call,
    store::{
        self, Tx,
        session::Session,
        subject::{self, By, Subject},
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

/// The same inside a transaction, locked.
///
/// # Errors
/// When the database fails.
pub async fn find_live(tx: &Tx, call: &Call) -> Result<Option<(Subject, Session)>, store::Error> {
    let Some(token_hash) = call.caller.session else { return Ok(None) };
    let found = subject::lock(tx, By::Token(token_hash), None).await?;
    Ok(found.and_then(|subject| live(call, subject)))
}

fn live(call: &Call, subject: Subject) -> Option<(Subject, Session)> {
    let session = call.app.policy().allow_session(&subject).ok()?.clone();
    Some((subject, session))
}

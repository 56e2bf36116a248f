//! Writes that need more than a session: a passkey, shown for this one thing.

use uuid::Uuid;

use super::lock_current;
use crate::{
    crypto::{
        mac::Tag,
        token::{self, TokenKind},
    },
    http::{Call, Code, Problem},
    protocol::step_up::Action,
    store::{
        self, Tx,
        session::Session,
        step_up::{self, Purpose},
        subject::{self, By, Subject},
        user,
    },
};

/// Whoever is signed in, with their row locked against every other change of them; then the session.
///
/// # Errors
/// `session_required`, or when the database fails.
pub async fn lock_owner(tx: &Tx, call: &Call) -> Result<(Subject, Session), Problem> {
    let token_hash = call.caller.session.ok_or(Code::SessionRequired)?;
    let found = subject::find(tx, By::Token(token_hash), None).await?.ok_or(Code::SessionRequired)?;
    user::lock(tx, found.user.id).await?;
    lock_current(tx, call, None).await?.ok_or_else(|| Code::SessionRequired.into())
}

/// Somebody who may do what they ask.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// Who.
    pub subject: Subject,
    /// In which session.
    pub session: Session,
    /// The passkey that they showed for it.
    pub credential_id: Uuid,
}

/// The same, with the step-up in `X-Step-Up` spent on this action and target.
///
/// # Errors
/// `step_up_required`, `session_required`, or when the database fails.
pub async fn lock_stepped_up(tx: &Tx, call: &Call, action: Action, target: Option<&str>) -> Result<Allowed, Problem> {
    let (subject, session) = lock_owner(tx, call).await?;
    let credential_id = spend_for(tx, call, &session, action, target).await?;
    Ok(Allowed { subject, session, credential_id })
}

/// Spends the step-up in `X-Step-Up` on this action and target, in a session that the caller holds locked: the passkey that was
/// shown for it.
///
/// # Errors
/// `step_up_required`, or when the database fails.
pub async fn spend_for(
    tx: &Tx,
    call: &Call,
    session: &Session,
    action: Action,
    target: Option<&str>,
) -> Result<Uuid, Problem> {
    let required = || Problem::step_up(action.as_str());
    let hash = presented(call).ok_or_else(required)?;
    let purpose = Purpose { session_id: session.id, action, target };
    step_up::consume(tx, hash, purpose, call.now()).await?.ok_or_else(required)
}

/// Looks whether the step-up in `X-Step-Up` could be spent, and spends nothing: its hash.
///
/// # Errors
/// `step_up_required`, or when the database fails.
pub async fn check_step_up(call: &Call, session: &Session, action: Action) -> Result<Tag, Problem> {
    let required = || Problem::step_up(action.as_str());
    let hash = presented(call).ok_or_else(required)?;
    let purpose = Purpose { session_id: session.id, action, target: None };
    match step_up::is_usable(&call.app.store.read(), hash, purpose, call.now()).await? {
        true => Ok(hash),
        false => Err(required()),
    }
}

/// Spends the step-up of that hash, for a ceremony that showed it at its beginning; false when it was spent meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn spend_step_up(
    tx: &Tx,
    call: &Call,
    hash: Tag,
    (session, action): (Uuid, Action),
) -> Result<bool, store::Error> {
    let purpose = Purpose { session_id: session, action, target: None };
    // It was good when the ceremony began, which has a time of its own.
    let begun = call.now() - call.app.config.raw.webauthn.challenge_lifetime.get();
    Ok(step_up::consume(tx, hash, purpose, begun).await?.is_some())
}

fn presented(call: &Call) -> Option<Tag> {
    token::hash(TokenKind::StepUp, call.header("x-step-up")?)
}

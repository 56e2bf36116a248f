//! What a passkey that is shown once more is good for: one thing, in one session, for five minutes.

use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

use crate::{
    audit::{Entry, Event},
    clock::Time,
    crypto::{
        secret::Secret,
        token::{self, Generated, TokenKind},
    },
    http::{Call, Code, Problem},
    session,
    store::{
        self, Tx,
        step_up::{self, NewStepUp, Purpose},
    },
    webauthn::sealed::SteppingUp,
};

const LIFETIME: Duration = Duration::minutes(5);

/// Grants it, if the session is still the one that asked. The person's row is locked by the caller.
pub(super) async fn grant(
    tx: &Tx,
    call: &Call,
    asked: &SteppingUp,
    (user_id, credential_id): (Uuid, Uuid),
    now: Time,
) -> Result<Result<Secret<String>, Problem>, store::Error> {
    let own = session::lock_own(tx, call).await?;
    if !own.is_some_and(|own| own.id == asked.session_id && session::is_live(call, &own, now)) {
        let details = json!({ "credential": credential_id, "reason": "the session is over" });
        call.record(tx, Event::SteppedUp, Entry { failed: true, details, ..Entry::by(user_id) }, now);
        return Ok(Err(Code::SessionRequired.into()));
    }
    let Generated { token, hash: token_hash } = token::generate(&*call.app.rng, TokenKind::StepUp);
    let purpose = Purpose { session_id: asked.session_id, action: asked.action, target: asked.target.as_deref() };
    let (id, expires_at) = (call.app.uuid(), now + LIFETIME);
    step_up::insert(tx, NewStepUp { id, token_hash, user_id, credential_id, purpose, expires_at }, now);
    let entry = Entry {
        session: Some(asked.session_id),
        details: json!({ "credential": credential_id, "action": asked.action, "target": asked.target }),
        ..Entry::by(user_id)
    };
    call.record(tx, Event::SteppedUp, entry, now);
    Ok(Ok(token))
}

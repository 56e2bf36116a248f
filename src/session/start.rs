//! A ceremony begins a session, or rotates the one of the same person.

use poem::http::HeaderValue;
use uuid::Uuid;

use super::{is_live, lock_own};
use crate::{
    clock::Time,
    crypto::{
        mac::Tag,
        token::{self, Generated, TokenKind},
    },
    http::{Call, cookie},
    protocol::acr_amr::Assurance,
    store::{
        self, Tx,
        session::{self, NewSession, Rotation},
    },
};

/// What a ceremony proved about whom. The person's row is locked by the caller.
#[derive(Clone, Debug)]
pub struct Ceremony {
    /// Who.
    pub user_id: Uuid,
    /// The passkey's row.
    pub credential_id: Uuid,
    /// What it proves.
    pub assurance: Assurance,
}

/// A session that began or was rotated.
#[derive(Clone, Debug)]
pub struct Started {
    /// The session's id: the same after rotation.
    pub session_id: Uuid,
    /// Whether it began now.
    pub is_new: bool,
    /// To be sent once the transaction is committed.
    pub cookie: Option<HeaderValue>,
}

/// Begins or rotates. The cookie always changes; a session of somebody else in this browser ends.
///
/// # Errors
/// When the database fails.
pub async fn start(tx: &Tx, call: &Call, ceremony: Ceremony, now: Time) -> Result<Started, store::Error> {
    let app = &call.app;
    let Generated { token, hash } = token::generate(&*app.rng, TokenKind::Session);
    let before = lock_own(tx, call).await?;
    let lifetime = app.config.raw.session.absolute.get();
    let (session_id, is_new) = match before {
        Some(session) if session.user_id == ceremony.user_id && is_live(call, &session, now) => {
            rotate(tx, session.id, hash, ceremony, (now, now + lifetime)).await?;
            (session.id, false)
        }
        before => {
            if let Some(session) = before {
                super::end(tx, call, &session, now).await?;
            }
            let id = app.uuid();
            session::insert(tx, new_session(call, id, hash, ceremony, now + lifetime), now).await?;
            (id, true)
        }
    };
    let secure = app.config.issuer.is_https();
    let cookie = cookie::set(cookie::session_name(secure), token.expose(), lifetime.num_seconds(), secure);
    Ok(Started { session_id, is_new, cookie })
}

/// An enrolment in one's own session proves less than that session has shown: it changes the cookie and nothing else.
async fn rotate(
    tx: &Tx,
    id: Uuid,
    token_hash: Tag,
    ceremony: Ceremony,
    (now, expires_at): (Time, Time),
) -> Result<(), store::Error> {
    if ceremony.assurance.acr.is_none() {
        return session::update_token(tx, id, token_hash, now).await;
    }
    let Ceremony { credential_id, assurance, .. } = ceremony;
    session::update_ceremony(tx, Rotation { id, token_hash, credential_id, assurance, expires_at }, now).await
}

fn new_session(call: &Call, id: Uuid, token_hash: Tag, ceremony: Ceremony, expires_at: Time) -> NewSession {
    let origin = call.caller.origin();
    NewSession {
        id,
        user_id: ceremony.user_id,
        credential_id: Some(ceremony.credential_id),
        token_hash,
        assurance: ceremony.assurance,
        ip: origin.ip,
        user_agent: origin.user_agent,
        expires_at,
    }
}

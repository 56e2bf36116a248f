//! A ceremony begins a session, or rotates the one of the same person.

use poem::http::HeaderValue;
use uuid::Uuid;

use super::find_live;
use crate::{
    clock::Time,
    crypto::token::{self, TokenKind},
    http::{Call, cookie},
    protocol::acr_amr::Assurance,
    store::{
        self, Tx,
        session::{self, NewSession, Rotation},
    },
};

/// What a ceremony proved about whom.
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
    /// To be sent once the transaction is committed.
    pub cookie: Option<HeaderValue>,
}

/// Begins or rotates. The cookie always changes; a session of somebody else in this browser ends.
///
/// # Errors
/// When the database fails.
pub async fn start(tx: &Tx, call: &Call, ceremony: Ceremony, now: Time) -> Result<Started, store::Error> {
    let app = &call.app;
    let token = token::generate(&*app.rng, TokenKind::Session);
    let token_hash = token::hash(TokenKind::Session, token.expose()).ok_or(store::Error::Decode("session token"))?;
    let before = find_live(tx, call).await?;
    let same =
        before.as_ref().filter(|(subject, _)| subject.user.id == ceremony.user_id).map(|(_, session)| session.id);
    let session_id = match same {
        Some(id) => {
            let Ceremony { credential_id, assurance, .. } = ceremony;
            let rotation = Rotation { id, token_hash, credential_id: Some(credential_id), assurance };
            session::update_ceremony(tx, rotation, now).await?;
            id
        }
        None => {
            if let Some((subject, session)) = before {
                super::end(tx, call, (subject.user.id, session.id), now).await?;
            }
            let id = app.uuid();
            session::insert(tx, new_session(call, id, token_hash, ceremony, now), now).await?;
            id
        }
    };
    let secure = app.config.issuer.is_https();
    let max_age = app.config.raw.session.absolute.get().num_seconds();
    let cookie = cookie::set(cookie::session_name(secure), token.expose(), max_age, secure);
    Ok(Started { session_id, cookie })
}

fn new_session(call: &Call, id: Uuid, token_hash: [u8; 32], ceremony: Ceremony, now: Time) -> NewSession {
    let origin = call.caller.origin();
    NewSession {
        id,
        user_id: ceremony.user_id,
        credential_id: Some(ceremony.credential_id),
        token_hash,
        assurance: ceremony.assurance,
        ip: origin.ip,
        user_agent: origin.user_agent,
        expires_at: now + call.app.config.raw.session.absolute.get(),
    }
}

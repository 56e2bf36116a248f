//! Sessions of others, and what people allowed apps.

use serde_json::json;
use uuid::Uuid;

use super::users;
use crate::{
    admin::acting::Acting,
    audit::Event,
    http::{Code, Problem},
    store::{
        Tx, consent, enrollment_link,
        enrollment_link::Kind,
        session::{self, Session},
        token_family,
        user::User,
    },
};

/// Ends one session of somebody, with everything that came from it.
///
/// # Errors
/// `forbidden`, or when the database fails.
pub async fn end(tx: &Tx, acting: &Acting<'_>, (found, owner): (&Session, &User)) -> Result<(), Problem> {
    users::allow_touching(acting, owner)?;
    token_family::revoke_all_of_sessions(tx, &[found.id], acting.now).await?;
    if session::end(tx, found.id, acting.now).await? {
        acting.record(
            tx,
            Event::SessionEnded,
            Some(owner.id),
            json!({ "session": found.id, "reason": "administration" }),
        );
    }
    Ok(())
}

/// Ends all sessions of somebody, with everything that came from them.
///
/// # Errors
/// `forbidden`, or when the database fails.
pub async fn end_all(tx: &Tx, acting: &Acting<'_>, owner: &User) -> Result<(), Problem> {
    users::allow_touching(acting, owner)?;
    enrollment_link::revoke(tx, owner.id, &[Kind::Device], acting.now).await?;
    let sessions = session::end_all_of_user(tx, owner.id, acting.now).await?;
    let families = token_family::revoke_all_of_user(tx, owner.id, acting.now).await?;
    let details = json!({ "reason": "administration", "sessions": sessions, "families": families });
    acting.record(tx, Event::SessionsRevoked, Some(owner.id), details);
    Ok(())
}

/// Takes back what somebody allowed an app: its tokens are dead, and it must ask again.
///
/// # Errors
/// `forbidden`, `not_found`; or when the database fails.
pub async fn withdraw(
    tx: &Tx,
    acting: &Acting<'_>,
    owner: &User,
    (client, client_id): (Uuid, &str),
) -> Result<(), Problem> {
    users::allow_touching(acting, owner)?;
    let families = consent::withdraw(tx, owner.id, client, acting.now).await?.ok_or(Code::NotFound)?;
    acting.record(tx, Event::ConsentWithdrawn, Some(owner.id), json!({ "client_id": client_id, "families": families }));
    Ok(())
}

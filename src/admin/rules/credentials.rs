//! Passkeys of others.

use serde_json::json;
use uuid::Uuid;

use super::users;
use crate::{
    admin::acting::Acting,
    audit::Event,
    http::{Code, Problem},
    mail::Notice,
    store::{
        Tx, credential,
        user::{self, User},
    },
    webauthn::{good_enough, provider},
};

/// Takes a passkey from somebody: a lost or stolen device. What it began ends. The last one goes too, since a thief may have it;
/// not that of the last administrator.
///
/// # Errors
/// `forbidden`, `not_found`, `last_administrator`; or when the database fails.
pub async fn revoke(tx: &Tx, acting: &Acting<'_>, owner: &User, id: Uuid) -> Result<(), Problem> {
    users::allow_touching(acting, owner)?;
    let all = credential::list_by_user(tx, owner.id).await?;
    let one = all.iter().find(|one| one.id() == id).ok_or(Code::NotFound)?;
    let (sessions, families) = credential::revoke(tx, (owner.id, id), None, acting.now).await?;
    let is_good = good_enough::for_everybody(acting.app, tx).await?;
    if owner.is_administrator() && !user::has_administrator(tx, is_good).await? {
        return Err(Code::LastAdministrator.into());
    }
    let details = json!({ "credential": id, "sessions": sessions, "families": families });
    acting.record(tx, Event::CredentialRevoked, Some(owner.id), details);
    let name = provider::name_of(one.name(), one.aaguid());
    acting.notify(tx, owner, &Notice::PasskeyRemoved { name });
    Ok(())
}

//! Ways in: to a first passkey, or to a new one for who lost theirs.

use chrono::Duration;
use serde_json::json;

use super::users;
use crate::{
    admin::acting::Acting,
    audit::Event,
    http::{Code, Problem},
    store::{
        Tx, credential,
        enrollment_link::{self, Kind},
        user::User,
    },
    webauthn::link::{self, Link},
};

/// How long a link works for somebody who lost their passkey.
const RECOVERY_LIFETIME: Duration = Duration::hours(24);

/// A way back in for somebody who lost their passkeys. Its use ends all that they had, and tells them.
///
/// # Errors
/// `forbidden`, `invalid_request` for who gets nothing; or when the database fails.
pub async fn recover(tx: &Tx, acting: &Acting<'_>, found: &User) -> Result<Link, Problem> {
    link(tx, acting, Kind::Recovery, found).await
}

/// Another link to a first passkey, for who has none; that of before is good no more.
///
/// # Errors
/// `forbidden`, `invalid_request` for who gets nothing; or when the database fails.
pub async fn invite(tx: &Tx, acting: &Acting<'_>, found: &User) -> Result<Link, Problem> {
    link(tx, acting, Kind::Invitation, found).await
}

/// Calls a link to a first passkey back: nobody makes one with it any more.
///
/// # Errors
/// `forbidden`, `not_found` where there is none; or when the database fails.
pub async fn revoke_invitation(tx: &Tx, acting: &Acting<'_>, found: &User) -> Result<(), Problem> {
    users::allow_touching(acting, found)?;
    if enrollment_link::revoke(tx, found.id, &[Kind::Invitation], acting.now).await? == 0 {
        return Err(Code::NotFound.into());
    }
    acting.record(tx, Event::EnrollmentLinkRevoked, Some(found.id), json!({ "kind": Kind::Invitation.as_str() }));
    Ok(())
}

async fn link(tx: &Tx, acting: &Acting<'_>, kind: Kind, found: &User) -> Result<Link, Problem> {
    users::allow_touching(acting, found)?;
    if !found.enabled {
        let detail = "the account is switched off, so no link would lead in: switch it on first";
        return Err(Problem::detailed(Code::InvalidRequest, detail.to_owned()));
    }
    // It would add one quietly, and end nothing.
    if kind == Kind::Invitation && !credential::list_by_user(tx, found.id).await?.is_empty() {
        let detail = "there is a passkey already: who lost theirs needs a recovery link, which ends what was before";
        return Err(Problem::detailed(Code::InvalidRequest, detail.to_owned()));
    }
    let lifetime = match kind {
        Kind::Recovery => RECOVERY_LIFETIME,
        _ => acting.app.settings().registration.link_lifetime.get(),
    };
    let by = link::By { origin: acting.origin(), actor: acting.user_id(), client: acting.client_id() };
    Ok(link::create(tx, acting.app, by, kind, (found.id, &found.username), lifetime).await?)
}

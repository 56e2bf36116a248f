//! `/api/admin/v1/users/{user}/credentials`: somebody's passkeys.

use poem::{Response, http::StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{conditional, users};
use crate::{
    admin::{
        acting,
        objects::CredentialObject,
        rules::{credentials, users::lock},
    },
    http::{Call, Code, Problem},
    protocol::administration::Area,
    store::credential,
    webauthn::good_enough::Demands,
};

/// All that open anything, oldest first.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Credentials).await?;
    let user = users::find(&call).await?;
    let store = call.app.store.read();
    let demands = Demands::of_user(&call.app, &store, user.id).await?;
    let all = credential::list_by_user(&store, user.id).await?;
    let objects: Vec<_> = all.iter().map(|one| CredentialObject::new(one, demands.allow_stored(one))).collect();
    conditional::show(&call, &json!({ "items": objects }))
}

/// Takes one away: what it began ends.
///
/// # Errors
/// A problem document.
pub async fn revoke(call: Call) -> Result<Response, Problem> {
    let id = call.segment::<Uuid>("credential").ok_or(Code::NotFound)?;
    let user = users::id(&call)?;
    acting::write(&call, Area::Credentials, async |tx, acting| {
        credentials::revoke(tx, acting, &lock(tx, user).await?, id).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

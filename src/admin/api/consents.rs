//! `/api/admin/v1/users/{user}/consents`: what somebody allowed apps.

use poem::{Response, http::StatusCode};
use serde_json::json;

use super::{conditional, users};
use crate::{
    admin::{
        acting,
        objects::ConsentObject,
        rules::{sessions, users::lock},
    },
    http::{Call, Code, Problem},
    protocol::administration::Area,
    store::{client, consent},
};

/// All of it, by the app's name.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Consents).await?;
    let user = users::find(&call).await?;
    let allowed = consent::list_by_user(&call.app.store.read(), user.id, []).await?;
    let objects: Vec<_> = allowed.into_iter().filter_map(ConsentObject::new).collect();
    conditional::show(&call, &json!({ "items": objects }))
}

/// Takes back what somebody allowed one app.
///
/// # Errors
/// A problem document.
pub async fn withdraw(call: Call) -> Result<Response, Problem> {
    let client_id = call.segment::<String>("client_id").ok_or(Code::NotFound)?;
    let user = users::id(&call)?;
    acting::write(&call, Area::Consents, async |tx, acting| {
        let owner = lock(tx, user).await?;
        let client = client::find_by_client_id(tx, &client_id).await?.ok_or(Code::NotFound)?;
        sessions::withdraw(tx, acting, &owner, (client.id, &client.client_id)).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

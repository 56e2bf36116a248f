//! `/api/admin/v1/sessions` and those of one person.

use poem::{Response, http::StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{conditional, users};
use crate::{
    admin::{
        acting,
        listing::Listing,
        objects::SessionObject,
        rules::{sessions, users::lock},
    },
    http::{Call, Code, Problem},
    protocol::administration::Area,
    session::limits,
    store::{page::Order, session},
};

/// What they may be sorted by: the newest first, unless turned round.
pub const SORTS: [(&str, Order); 1] = [("created_at", Order::NEWEST)];

/// A page of everybody's sessions that count.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Sessions).await?;
    let listing = Listing::read(&call, &SORTS, &["user"])?;
    let user = listing.parsed("user", |text| text.parse().ok())?;
    let rows = session::page(&call.app.store.read(), user, limits(&call), &listing.window()).await?;
    Ok(listing.page(&call, rows, session::position)?.map(SessionObject::from).into_response())
}

/// Somebody's sessions that count, the one that was used last first.
///
/// # Errors
/// A problem document.
pub async fn list_of_user(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Sessions).await?;
    let user = users::find(&call).await?;
    let live = session::list_live(&call.app.store.read(), user.id, limits(&call)).await?;
    let objects: Vec<_> = live.into_iter().map(SessionObject::from).collect();
    conditional::show(&call, &json!({ "items": objects }))
}

/// Ends all of them, with everything that came from them.
///
/// # Errors
/// A problem document.
pub async fn end_all(call: Call) -> Result<Response, Problem> {
    let user = users::id(&call)?;
    acting::write(&call, Area::Sessions, async |tx, acting| {
        sessions::end_all(tx, acting, &lock(tx, user).await?).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

/// Ends one of them, with everything that came from it.
///
/// # Errors
/// A problem document.
pub async fn end(call: Call) -> Result<Response, Problem> {
    let id = call.segment::<Uuid>("session").ok_or(Code::NotFound)?;
    let user = users::id(&call)?;
    acting::write(&call, Area::Sessions, async |tx, acting| {
        let owner = lock(tx, user).await?;
        let found = session::lock_of_user(tx, id, owner.id).await?.ok_or(Code::NotFound)?;
        sessions::end(tx, acting, (&found, &owner)).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

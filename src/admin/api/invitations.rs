//! `/api/admin/v1/invitations`: links to a first passkey that wait for somebody.

use poem::{Response, http::StatusCode};
use serde::Serialize;
use uuid::Uuid;

use super::users;
use crate::{
    admin::{
        acting,
        listing::{Listing, Page},
        rules::{self, links},
    },
    clock::Time,
    http::{Call, Problem},
    protocol::administration::Area,
    store::{
        self, Connection,
        enrollment_link::{self, Waiting},
        page::Order,
        user,
    },
};

/// What they may be sorted by: the newest first, unless turned round.
pub const SORTS: [(&str, Order); 1] = [("created_at", Order::NEWEST)];

/// What is asked of them in a list.
pub const FILTERS: [&str; 1] = ["q"];

/// Somebody who is waited for.
#[derive(Serialize)]
pub struct InvitationObject {
    /// Who.
    pub user_id: Uuid,
    /// Their name.
    pub username: String,
    created_at: Time,
    /// When the link ends.
    pub expires_at: Time,
}

impl InvitationObject {
    /// With the names of the people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_all<C: Connection>(connection: &C, waiting: Vec<Waiting>) -> Result<Vec<Self>, store::Error> {
        let people = user::list_by_ids(connection, waiting.iter().map(|one| one.user_id)).await?;
        let object = |one: Waiting| {
            let user = people.iter().find(|user| user.id == one.user_id)?;
            let Waiting { user_id, created_at, expires_at, .. } = one;
            Some(Self { user_id, username: user.username.clone(), created_at, expires_at })
        };
        Ok(waiting.into_iter().filter_map(object).collect())
    }
}

/// A page of invitations that can still be used.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Invitations).await?;
    let listing = Listing::read(&call, &SORTS, &FILTERS)?;
    let store = call.app.store.read();
    let rows = enrollment_link::page_of_invitations(&store, listing.filter("q"), &listing.window(), call.now()).await?;
    let page = listing.page(&call, rows, Waiting::position)?;
    Ok(Page { items: InvitationObject::read_all(&store, page.items).await?, next: page.next }.into_response())
}

/// Calls somebody's invitation back.
///
/// # Errors
/// A problem document.
pub async fn revoke(call: Call) -> Result<Response, Problem> {
    let id = users::id(&call)?;
    acting::write(&call, Area::Invitations, async |tx, acting| {
        links::revoke_invitation(tx, acting, &rules::users::lock(tx, id).await?).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

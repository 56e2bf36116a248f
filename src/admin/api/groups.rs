//! `/api/admin/v1/groups`: groups, and who belongs to them until when.

use poem::{Response, http::StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{conditional, idempotency, users};
use crate::{
    admin::{
        acting,
        listing::Listing,
        objects::{GroupObject, MemberObject},
        rules::{
            groups::{self, PutGroup, PutMember},
            users::lock as lock_user,
        },
    },
    http::{Call, Code, Problem},
    protocol::administration::Area,
    store::{
        Tx,
        group::{self, Group, Member},
        page::Order,
    },
};

/// What it may be sorted by.
pub const SORTS: [(&str, Order); 2] = [("name", Order::TEXT), ("created_at", Order::OLDEST)];
/// What members may be sorted by.
pub const MEMBER_SORTS: [(&str, Order); 1] = [("created_at", Order::OLDEST)];

fn id(call: &Call) -> Result<Uuid, Problem> {
    call.segment("group").ok_or_else(|| Code::NotFound.into())
}

async fn find(call: &Call) -> Result<Group, Problem> {
    group::find_by_id(&call.app.store.read(), id(call)?).await?.ok_or_else(|| Code::NotFound.into())
}

async fn lock(tx: &Tx, id: Uuid) -> Result<Group, Problem> {
    group::lock(tx, id).await?.ok_or_else(|| Code::NotFound.into())
}

/// A page of groups.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Groups).await?;
    let listing = Listing::read(&call, &SORTS, &["q"])?;
    let rows = group::page(&call.app.store.read(), listing.filter("q"), &listing.window()).await?;
    Ok(listing.page(&call, rows, Group::position)?.map(|group| GroupObject::from(&group)).into_response())
}

/// Makes a group.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let asked: PutGroup = call.json()?;
    idempotency::create(&call, Area::Groups, async |tx, acting| {
        Ok(json!(GroupObject::from(&groups::create(tx, acting, &asked).await?)))
    })
    .await
}

/// One group.
///
/// # Errors
/// A problem document.
pub async fn show(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Groups).await?;
    conditional::show(&call, &GroupObject::from(&find(&call).await?))
}

/// Changes a group.
///
/// # Errors
/// A problem document.
pub async fn put(call: Call) -> Result<Response, Problem> {
    let asked: PutGroup = call.json()?;
    let id = id(&call)?;
    let then = acting::write(&call, Area::Groups, async |tx, acting| {
        let before = lock(tx, id).await?;
        conditional::check(&call, &GroupObject::from(&before))?;
        groups::update(tx, acting, &before, &asked).await
    })
    .await?;
    conditional::changed(&GroupObject::from(&then))
}

/// Removes a group.
///
/// # Errors
/// A problem document.
pub async fn delete(call: Call) -> Result<Response, Problem> {
    let id = id(&call)?;
    acting::write(&call, Area::Groups, async |tx, acting| {
        let found = lock(tx, id).await?;
        conditional::check(&call, &GroupObject::from(&found))?;
        groups::delete(tx, acting, &found).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

/// A page of members.
///
/// # Errors
/// A problem document.
pub async fn members(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Groups).await?;
    let found = find(&call).await?;
    let listing = Listing::read(&call, &MEMBER_SORTS, &["q"])?;
    let wanted = (found.id, listing.filter("q"));
    let rows = group::page_of_members(&call.app.store.read(), wanted, &listing.window(), call.now()).await?;
    Ok(listing.page(&call, rows, Member::position)?.map(MemberObject::from).into_response())
}

/// One membership.
///
/// # Errors
/// A problem document.
pub async fn show_member(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Groups).await?;
    let found = group::find_member(&call.app.store.read(), (id(&call)?, users::id(&call)?), call.now()).await?;
    conditional::show(&call, &MemberObject::from(found.ok_or(Code::NotFound)?))
}

/// Refuses a change of a membership that is not any more as it was seen; one that is over was seen by nobody.
async fn check_member(call: &Call, tx: &Tx, (group, user): (Uuid, Uuid)) -> Result<(), Problem> {
    let found = group::find_member(tx, (group, user), call.now()).await?.map(MemberObject::from);
    conditional::check_if_there(call, found.as_ref())
}

/// Makes somebody a member, or for another time.
///
/// # Errors
/// A problem document.
pub async fn put_member(call: Call) -> Result<Response, Problem> {
    let asked: PutMember = call.json()?;
    let (id, user) = (id(&call)?, users::id(&call)?);
    let member = acting::write(&call, Area::Groups, async |tx, acting| {
        let (found, user) = (lock(tx, id).await?, lock_user(tx, user).await?);
        check_member(&call, tx, (found.id, user.id)).await?;
        groups::put_member(tx, acting, (&found, &user), asked).await?;
        Ok(MemberObject { user_id: user.id, username: user.username, expires_at: asked.expires_at })
    })
    .await?;
    conditional::changed(&member)
}

/// Makes somebody no member any more.
///
/// # Errors
/// A problem document.
pub async fn delete_member(call: Call) -> Result<Response, Problem> {
    let (id, user) = (id(&call)?, users::id(&call)?);
    acting::write(&call, Area::Groups, async |tx, acting| {
        let (found, user) = (lock(tx, id).await?, lock_user(tx, user).await?);
        check_member(&call, tx, (found.id, user.id)).await?;
        groups::delete_member(tx, acting, (&found, &user)).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

//! `/api/admin/v1/users`: people.

use poem::{Response, http::StatusCode};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{conditional, idempotency};
use crate::{
    admin::{
        acting,
        listing::Listing,
        objects::{MembershipObject, UserObject},
        rules::{
            links,
            users::{self, CreateUser, UpdateUser},
        },
    },
    clock::Time,
    http::{Call, Code, Problem},
    protocol::{administration::Area, role::Role},
    store::{
        group,
        page::Order,
        user::{self, User, Wanted},
    },
    webauthn::{link::Link, qr},
};

/// What it may be sorted by.
pub const SORTS: [(&str, Order); 2] = [("username", Order::TEXT), ("created_at", Order::OLDEST)];

/// What is asked of people in a list.
pub const FILTERS: [&str; 5] = ["q", "enabled", "role", "group", "passkeys"];

/// Who is asked for.
///
/// # Errors
/// `invalid_request`.
pub fn wanted(listing: &Listing) -> Result<Wanted, Problem> {
    Ok(Wanted {
        search: listing.filter("q").map(str::to_owned),
        enabled: listing.flag("enabled")?,
        role: listing.parsed("role", Role::parse)?,
        group: listing.parsed("group", |text| text.parse().ok())?,
        passkeys: listing.parsed("passkeys", |text| text.parse().ok())?,
    })
}

/// A link as it is shown, once.
#[derive(Serialize)]
pub(super) struct LinkObject {
    username: String,
    url: String,
    expires_at: Time,
    /// The link as a QR code: a text of `0` and `1` for each row.
    qr: Vec<String>,
}

impl TryFrom<Link> for LinkObject {
    type Error = Problem;

    fn try_from(link: Link) -> Result<Self, Problem> {
        let qr = qr::rows(&link.url).ok_or(Code::Internal)?;
        Ok(Self { username: link.username, url: link.url, expires_at: link.expires_at, qr })
    }
}

/// The id that the path names.
pub(super) fn id(call: &Call) -> Result<Uuid, Problem> {
    call.segment("user").ok_or_else(|| Code::NotFound.into())
}

/// Whoever the path names.
pub(super) async fn find(call: &Call) -> Result<User, Problem> {
    user::find_by_id(&call.app.store.read(), id(call)?).await?.ok_or_else(|| Code::NotFound.into())
}

/// A page of people.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Users).await?;
    let listing = Listing::read(&call, &SORTS, &FILTERS)?;
    let wanted = wanted(&listing)?;
    let rows = user::page(&call.app.store.read(), &wanted, &listing.window(), call.now()).await?;
    Ok(listing.page(&call, rows, |last| wanted.position(last))?.map(|user| UserObject::from(&user)).into_response())
}

/// Makes an account, with the link to its first passkey.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let asked: CreateUser = call.json()?;
    idempotency::create(&call, Area::Users, async |tx, acting| {
        let (created, link) = users::create(tx, acting, &asked).await?;
        Ok(json!({ "user": UserObject::from(&created), "invitation": LinkObject::try_from(link)? }))
    })
    .await
}

/// One person.
///
/// # Errors
/// A problem document.
pub async fn show(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Users).await?;
    conditional::show(&call, &UserObject::from(&find(&call).await?))
}

/// Changes a person.
///
/// # Errors
/// A problem document.
pub async fn update(call: Call) -> Result<Response, Problem> {
    let asked: UpdateUser = call.json()?;
    let id = id(&call)?;
    let then = acting::write(&call, Area::Users, async |tx, acting| {
        let before = users::lock(tx, id).await?;
        conditional::check(&call, &UserObject::from(&before))?;
        users::update(tx, acting, &before, &asked).await
    })
    .await?;
    conditional::changed(&UserObject::from(&then))
}

/// Removes a person.
///
/// # Errors
/// A problem document.
pub async fn delete(call: Call) -> Result<Response, Problem> {
    let id = id(&call)?;
    acting::write(&call, Area::Users, async |tx, acting| {
        let found = users::lock(tx, id).await?;
        conditional::check(&call, &UserObject::from(&found))?;
        users::delete(tx, acting, &found).await
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

/// A way back in for somebody who lost their passkeys.
///
/// # Errors
/// A problem document.
pub async fn recover(call: Call) -> Result<Response, Problem> {
    let id = id(&call)?;
    idempotency::create(&call, Area::Users, async |tx, acting| {
        let link = links::recover(tx, acting, &users::lock(tx, id).await?).await?;
        Ok(json!(LinkObject::try_from(link)?))
    })
    .await
}

/// Another link to somebody's first passkey.
///
/// # Errors
/// A problem document.
pub async fn invite(call: Call) -> Result<Response, Problem> {
    let id = id(&call)?;
    idempotency::create(&call, Area::Invitations, async |tx, acting| {
        let link = links::invite(tx, acting, &users::lock(tx, id).await?).await?;
        Ok(json!(LinkObject::try_from(link)?))
    })
    .await
}

/// The groups that a person belongs to.
///
/// # Errors
/// A problem document.
pub async fn groups(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Groups).await?;
    let user = find(&call).await?;
    let groups = group::list_with_ids_of_user(&call.app.store.read(), user.id, call.now()).await?;
    let object = |(group_id, name, expires_at)| MembershipObject { group_id, name, expires_at };
    conditional::show(&call, &json!({ "items": groups.into_iter().map(object).collect::<Vec<_>>() }))
}

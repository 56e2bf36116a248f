//! `/admin/groups`: groups and members.

use askama::Template;
use poem::Response;
use uuid::Uuid;

use super::{next, open};
use crate::{
    admin::{
        api::{self, conditional},
        listing::Listing,
        objects::GroupObject,
    },
    http::{Call, Code, Frame, House, Moment, PageError, render},
    protocol::administration::{Area, Right},
    store::{
        client_group,
        group::{self, Group, Member},
    },
    urls,
};

#[derive(Template)]
#[template(path = "admin/admin_groups.html")]
struct GroupsPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    search: String,
    groups: Vec<Row>,
    next: Option<String>,
}

struct Row {
    url: String,
    name: String,
    demands: Vec<&'static str>,
    created: Moment,
}

#[derive(Template)]
#[template(path = "admin/admin_group.html")]
struct GroupPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    group: Group,
    tag: String,
    path: String,
    aaguids: String,
    /// Whether they may look at people.
    may_see: bool,
    search: String,
    members: Vec<MemberRow>,
    apps: Vec<(String, String)>,
    next: Option<String>,
    back: String,
}

struct MemberRow {
    id: Uuid,
    url: String,
    username: String,
    until: Option<Moment>,
}

fn demands(group: &Group) -> Vec<&'static str> {
    let policy = &group.passkey_policy;
    let all = [
        policy.device_bound.then_some("sign-in-device-bound"),
        policy.attested.then_some("sign-in-attested"),
        (!policy.aaguids.is_empty()).then_some("sign-in-models"),
    ];
    all.into_iter().flatten().collect()
}

/// All groups.
///
/// # Errors
/// A page.
pub async fn list(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Groups).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let listing = Listing::read_for_page(&call, &api::groups::SORTS, &["q"])?;
    let rows = group::page(&call.app.store.read(), listing.filter("q"), &listing.window()).await?;
    let page = listing.page(&call, rows, Group::position)?;
    let may_write = opened.may(Area::Groups);
    let frame = opened.frame;
    let row = |group: Group| Row {
        url: frame.path(&urls::ADMIN_GROUP.replace(":group", &group.id.to_string())),
        demands: demands(&group),
        created: group.created_at.into(),
        name: group.name,
    };
    Ok(render(&GroupsPage {
        may_write,
        search: listing.filter("q").unwrap_or_default().to_owned(),
        next: next(&call, page.next),
        groups: page.items.into_iter().map(row).collect(),
        portal: opened.portal,
        frame,
    }))
}

/// One group with its members.
///
/// # Errors
/// A page.
pub async fn show(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Groups).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let id = call.segment::<Uuid>("group").ok_or(Code::NotFound)?;
    let store = call.app.store.read();
    let found = group::find_by_id(&store, id).await?.ok_or(Code::NotFound)?;
    let listing = Listing::read_for_page(&call, &api::groups::MEMBER_SORTS, &["q"])?;
    let search = listing.filter("q");
    let rows = group::page_of_members(&store, (id, search), &listing.window(), call.now()).await?;
    let page = listing.page(&call, rows, Member::position)?;
    let may_write = opened.may(Area::Groups);
    let may_see = opened.acting.may(Area::Users, Right::Read);
    let may_see_apps = opened.acting.may(Area::Clients, Right::Read);
    let frame = opened.frame;
    let row = |member: Member| MemberRow {
        id: member.user_id,
        url: frame.path(&urls::ADMIN_USER.replace(":user", &member.user_id.to_string())),
        username: member.username,
        until: member.expires_at.map(Moment::from),
    };
    let apps = if may_see_apps { client_group::list_clients(&store, id).await? } else { Vec::new() }.into_iter();
    let app =
        |(client_id, name): (String, String)| (frame.path(&urls::ADMIN_CLIENT.replace(":client_id", &client_id)), name);
    Ok(render(&GroupPage {
        may_write,
        may_see,
        search: search.unwrap_or_default().to_owned(),
        tag: conditional::tag(&GroupObject::from(&found))?,
        path: format!("/groups/{id}"),
        aaguids: found.passkey_policy.aaguids.iter().map(Uuid::to_string).collect::<Vec<_>>().join("\n"),
        members: page.items.into_iter().map(row).collect(),
        apps: apps.map(app).collect(),
        next: next(&call, page.next),
        back: frame.path(urls::ADMIN_GROUPS),
        group: found,
        portal: opened.portal,
        frame,
    }))
}

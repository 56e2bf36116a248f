//! `/admin/sessions`: where people are signed in.

use std::collections::BTreeSet;

use askama::Template;
use poem::Response;
use uuid::Uuid;

use super::{next, open};
use crate::{
    admin::{api, listing::Listing},
    http::{Call, Frame, House, Moment, PageError, render},
    protocol::{administration::Area, user_agent, username::Username},
    session::limits,
    store::{
        session::{self, Session},
        user::{self, User},
    },
    urls,
};

#[derive(Template)]
#[template(path = "admin/admin_sessions.html")]
struct SessionsPage {
    frame: Frame,
    portal: House,
    username: String,
    sessions: Vec<Row>,
    next: Option<String>,
}

struct Row {
    call: Option<String>,
    username: String,
    url: String,
    device: String,
    ip: String,
    last_seen: Moment,
    began: Moment,
}

/// Sessions of everybody, or of whoever has this name.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Sessions).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let listing = Listing::read_for_page(&call, &api::sessions::SORTS, &["user"])?;
    let store = call.app.store.read();
    let wanted = listing.filter("user").unwrap_or_default().to_owned();
    let found = match Username::parse(&wanted) {
        Some(name) => user::find_by_username(&store, &name).await?,
        None => None,
    };
    // Nobody's id: whoever looks for a name that nobody has sees nothing.
    let of = (!wanted.is_empty()).then(|| found.map_or(Uuid::nil(), |user| user.id));
    let rows = session::page(&store, of, limits(&call), &listing.window()).await?;
    let page = listing.page(&call, rows, session::position)?;
    let people: BTreeSet<_> = page.items.iter().map(|one| one.user_id).collect();
    let people = user::list_by_ids(&store, people).await?;
    let may_write = opened.may(Area::Sessions);
    let frame = opened.frame;
    let row = |one: Session| {
        let user = people.iter().find(|user| user.id == one.user_id);
        let may_end = |user: &&User| may_write && opened.acting.allow_roles(&user.roles).is_ok();
        Row {
            call: user.filter(may_end).map(|user| format!("/users/{}/sessions/{}", user.id, one.id)),
            username: user.map(|user| user.username.clone()).unwrap_or_default(),
            url: frame.path(&urls::ADMIN_USER.replace(":user", &one.user_id.to_string())),
            device: user_agent::name(one.user_agent.as_deref()).unwrap_or_else(|| frame.t("sessions-unknown-device")),
            ip: one.ip.unwrap_or_default(),
            last_seen: one.last_seen_at.into(),
            began: one.created_at.into(),
        }
    };
    Ok(render(&SessionsPage {
        username: wanted,
        sessions: page.items.into_iter().map(row).collect(),
        next: next(&call, page.next),
        portal: opened.portal,
        frame,
    }))
}

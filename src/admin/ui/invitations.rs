//! `/admin/invitations`: ways in that wait for somebody.

use std::collections::BTreeSet;

use askama::Template;
use poem::Response;

use super::open;
use crate::{
    admin::objects::SignUpTokenObject,
    config::SignUp,
    http::{Call, Frame, House, Moment, PageError, render},
    protocol::administration::Area,
    store::{
        enrollment_link, group,
        page::{Order, Window},
        sign_up_token, user,
    },
    urls,
};

/// More than anybody looks through.
const SHOWN: u64 = 200;

#[derive(Template)]
#[template(path = "admin/admin_invitations.html")]
struct InvitationsPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    is_closed: bool,
    groups: Vec<String>,
    tokens: Vec<Token>,
    invitations: Vec<Invitation>,
}

struct Token {
    call: String,
    groups: String,
    uses: i32,
    used: i32,
    until: Moment,
}

struct Invitation {
    url: String,
    username: String,
    until: Moment,
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Invitations).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let (store, now) = (call.app.store.read(), call.now());
    let waiting = enrollment_link::list_invitations(&store, now, SHOWN).await?;
    let people: BTreeSet<_> = waiting.iter().map(|(user, _)| *user).collect();
    let people = user::list_by_ids(&store, people).await?;
    let window = Window { order: Order::NEWEST, after: None, limit: SHOWN };
    let tokens = SignUpTokenObject::read_all(&store, sign_up_token::page(&store, now, &window).await?).await?;
    let may_write = opened.may(Area::Invitations);
    let may_name_groups = may_write && opened.may(Area::Groups);
    let all = if may_name_groups { group::list(&store).await? } else { Vec::new() };
    let frame = opened.frame;
    let token = |one: SignUpTokenObject| Token {
        call: format!("/sign-up-tokens/{}", one.id),
        groups: one.groups.join(", "),
        uses: one.uses,
        used: one.used,
        until: one.expires_at.into(),
    };
    let invitation = |(id, until): (uuid::Uuid, crate::clock::Time)| {
        let user = people.iter().find(|user| user.id == id)?;
        let url = frame.path(&urls::ADMIN_USER.replace(":user", &id.to_string()));
        Some(Invitation { url, username: user.username.clone(), until: until.into() })
    };
    Ok(render(&InvitationsPage {
        may_write,
        is_closed: call.app.settings().registration.sign_up == SignUp::Closed,
        groups: all.into_iter().map(|group| group.name).collect(),
        tokens: tokens.into_iter().map(token).collect(),
        invitations: waiting.into_iter().filter_map(invitation).collect(),
        portal: opened.portal,
        frame,
    }))
}

//! `/admin/invitations`: ways in that wait for somebody.

use askama::Template;
use poem::Response;

use super::{next, open};
use crate::{
    admin::{
        api::invitations::{self, InvitationObject},
        listing::Listing,
        objects::SignUpTokenObject,
    },
    config::SignUp,
    http::{Call, Frame, House, Moment, PageError, render},
    protocol::administration::Area,
    store::{
        enrollment_link::{self, Waiting},
        group,
        page::{Order, Window},
        sign_up_token,
    },
    urls,
};

/// Tokens: more than anybody looks through.
const SHOWN: u64 = 200;

#[derive(Template)]
#[template(path = "admin/admin_invitations.html")]
struct InvitationsPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    search: String,
    is_closed: bool,
    groups: Vec<String>,
    tokens: Vec<Token>,
    invitations: Vec<Invitation>,
    next: Option<String>,
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
    call: String,
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
    let listing = Listing::read_for_page(&call, &invitations::SORTS, &invitations::FILTERS)?;
    let search = listing.filter("q").unwrap_or_default();
    let waiting = enrollment_link::page_of_invitations(&store, listing.filter("q"), &listing.window(), now).await?;
    let page = listing.page(&call, waiting, Waiting::position)?;
    let waiting = InvitationObject::read_all(&store, page.items).await?;
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
    let invitation = |one: InvitationObject| Invitation {
        url: frame.path(&urls::ADMIN_USER.replace(":user", &one.user_id.to_string())),
        call: format!("/users/{}/invitation", one.user_id),
        username: one.username,
        until: one.expires_at.into(),
    };
    Ok(render(&InvitationsPage {
        may_write,
        search: search.to_owned(),
        is_closed: call.app.settings().registration.sign_up == SignUp::Closed,
        groups: all.into_iter().map(|group| group.name).collect(),
        tokens: tokens.into_iter().map(token).collect(),
        invitations: waiting.into_iter().map(invitation).collect(),
        next: next(&call, page.next),
        portal: opened.portal,
        frame,
    }))
}

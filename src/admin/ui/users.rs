//! `/admin/users`: people.

use std::collections::BTreeSet;

use askama::Template;
use poem::Response;
use uuid::Uuid;

use super::{Line, Opened, next, open};
use crate::{
    admin::{
        api::{self, conditional},
        listing::Listing,
        objects::UserObject,
    },
    http::{Call, Code, Frame, House, Moment, PageError, render},
    protocol::{
        administration::{Area, Right},
        role::Role,
        user_agent,
    },
    session::limits,
    store::{
        audit_log, consent, credential, enrollment_link, group,
        page::{Order, Window},
        session,
        user::{self, User},
    },
    urls,
    webauthn::{good_enough::Demands, provider},
};

/// Lines of somebody's activity.
const LINES: u64 = 20;

#[derive(Template)]
#[template(path = "admin/admin_users.html")]
struct UsersPage {
    frame: Frame,
    portal: House,
    may_write: bool,
    search: String,
    role: String,
    enabled: String,
    passkeys: Option<u32>,
    roles: Vec<RoleChoice>,
    /// Roles that one may give.
    choices: Vec<RoleChoice>,
    groups: Vec<String>,
    users: Vec<Row>,
    next: Option<String>,
}

/// Somebody in the list.
struct Row {
    url: String,
    username: String,
    display_name: String,
    email: String,
    roles: Vec<&'static str>,
    enabled: bool,
    created: Moment,
}

/// A role of somebody, or one that they could have.
struct RoleChoice {
    name: &'static str,
    words: String,
    is_held: bool,
}

impl RoleChoice {
    fn new(frame: &Frame, role: Role, is_held: bool) -> Self {
        let words = frame.t(&format!("admin-role-{}", role.as_str().replace('_', "-")));
        Self { name: role.as_str(), words, is_held }
    }
}

/// The roles that one may give, and which of them somebody holds.
fn choices(opened: &Opened<'_>, held: &[Role]) -> Vec<RoleChoice> {
    let within = Role::ALL.into_iter().filter(|role| opened.acting.allow_roles(&[*role]).is_ok());
    within.map(|role| RoleChoice::new(&opened.frame, role, held.contains(&role))).collect()
}

#[derive(Template)]
#[template(path = "admin/admin_user.html")]
struct UserPage {
    frame: Frame,
    portal: House,
    user: User,
    tag: String,
    path: String,
    may_touch: bool,
    may_see: bool,
    roles: Vec<RoleChoice>,
    groups: Vec<Group>,
    other_groups: Vec<(Uuid, String)>,
    passkeys: Vec<Passkey>,
    sessions: Vec<Session>,
    apps: Vec<App>,
    lines: Vec<Line>,
    invited_until: Option<Moment>,
    created: Moment,
    back: String,
}

struct Group {
    id: Uuid,
    url: String,
    name: String,
    until: Option<Moment>,
}

struct Passkey {
    id: Uuid,
    name: String,
    is_synced: bool,
    fits: bool,
    created: Moment,
    last_used: Option<Moment>,
}

struct Session {
    id: Uuid,
    device: String,
    ip: String,
    last_seen: Moment,
}

struct App {
    client_id: String,
    name: String,
    scope: String,
}

/// Everybody, found by name or address.
///
/// # Errors
/// A page.
pub async fn list(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Users).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let listing = Listing::read_for_page(&call, &api::users::SORTS, &api::users::FILTERS)?;
    let wanted = api::users::wanted(&listing)?;
    let store = call.app.store.read();
    let rows = user::page(&store, &wanted, &listing.window(), call.now()).await?;
    let page = listing.page(&call, rows, |last| wanted.position(last))?;
    let may_write = opened.may(Area::Users);
    let choices = choices(&opened, &[]);
    let frame = opened.frame;
    let row = |user: User| Row {
        url: frame.path(&urls::ADMIN_USER.replace(":user", &user.id.to_string())),
        username: user.username,
        display_name: user.display_name.unwrap_or_default(),
        email: user.email.unwrap_or_default(),
        roles: user.roles.iter().map(|role| role.as_str()).collect(),
        enabled: user.enabled,
        created: user.created_at.into(),
    };
    Ok(render(&UsersPage {
        may_write,
        search: wanted.search.unwrap_or_default(),
        role: wanted.role.map(Role::as_str).unwrap_or_default().to_owned(),
        enabled: wanted.enabled.map(|enabled| enabled.to_string()).unwrap_or_default(),
        passkeys: wanted.passkeys,
        roles: Role::ALL.map(|role| RoleChoice::new(&frame, role, false)).into(),
        choices,
        groups: if may_write { group::names(&store).await? } else { Vec::new() },
        next: next(&call, page.next),
        users: page.items.into_iter().map(row).collect(),
        portal: opened.portal,
        frame,
    }))
}

/// One person, with all that they have.
///
/// # Errors
/// A page.
pub async fn show(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Users).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let id = call.segment::<Uuid>("user").ok_or(Code::NotFound)?;
    let (store, now) = (call.app.store.read(), call.now());
    let user = user::find_by_id(&store, id).await?.ok_or(Code::NotFound)?;
    let may_touch = opened.may(Area::Users) && opened.acting.allow_roles(&user.roles).is_ok();
    let may_see = opened.acting.may(Area::Audit, Right::Read);
    let frame = &opened.frame;
    let roles = choices(&opened, &user.roles);
    let own = group::list_with_ids_of_user(&store, id, now).await?;
    let own_ids: BTreeSet<_> = own.iter().map(|(id, _, _)| *id).collect();
    let others = group::list(&store).await?.into_iter().filter(|group| !own_ids.contains(&group.id));
    let demands = Demands::of_user(&call.app, &store, id).await?;
    let passkey = |one: &credential::Credential| Passkey {
        id: one.id(),
        name: provider::name_of(one.name(), one.aaguid()).unwrap_or_else(|| frame.t("passkeys-unnamed")),
        is_synced: one.backup_state(),
        fits: demands.allow_stored(one),
        created: one.created_at().into(),
        last_used: one.last_used_at().map(Moment::from),
    };
    let session = |one: session::Session| Session {
        id: one.id,
        device: user_agent::name(one.user_agent.as_deref()).unwrap_or_else(|| frame.t("sessions-unknown-device")),
        ip: one.ip.unwrap_or_default(),
        last_seen: one.last_seen_at.into(),
    };
    let app = |one: consent::Allowed| {
        one.consent.map(|(consent, _)| App {
            client_id: one.client_id,
            name: one.client_name,
            scope: consent.granted.to_string(),
        })
    };
    let lines = if may_see {
        let filter = audit_log::Filter { subject: Some(id), ..audit_log::Filter::default() };
        let window = Window { order: Order::NEWEST, after: None, limit: LINES };
        audit_log::page(&store, &filter, &window).await?
    } else {
        Vec::new()
    };
    Ok(render(&UserPage {
        tag: conditional::tag(&UserObject::from(&user))?,
        path: format!("/users/{id}"),
        may_touch,
        may_see,
        roles,
        groups: own
            .into_iter()
            .map(|(id, name, until)| Group {
                url: frame.path(&urls::ADMIN_GROUP.replace(":group", &id.to_string())),
                id,
                name,
                until: until.map(Moment::from),
            })
            .collect(),
        other_groups: others.map(|group| (group.id, group.name)).collect(),
        passkeys: credential::list_by_user(&store, id).await?.iter().map(passkey).collect(),
        sessions: session::list_live(&store, id, limits(&call)).await?.into_iter().map(session).collect(),
        apps: consent::list_by_user(&store, id, []).await?.into_iter().filter_map(app).collect(),
        lines: super::lines(&call, frame, &lines).await?,
        invited_until: enrollment_link::find_invitation(&store, id, now).await?.map(Moment::from),
        created: user.created_at.into(),
        back: frame.path(urls::ADMIN_USERS),
        user,
        portal: opened.portal,
        frame: opened.frame,
    }))
}

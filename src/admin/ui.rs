//! The pages of administration: what the API does, in front of a browser.

pub mod audit;
pub mod claims;
pub mod clients;
mod draft;
pub mod groups;
pub mod home;
pub mod invitations;
pub mod keys;
mod refusal;
pub mod sessions;
pub mod settings;
pub mod test_sign_in;
pub mod users;

use std::collections::BTreeSet;

use poem::{Response, http::StatusCode};
use uuid::Uuid;

use super::acting::{self, Acting};
use crate::{
    http::{Call, Frame, House, Moment, PageError, Tab, see_other},
    protocol::administration::{Area, Right},
    session::Continuation,
    store::{self, audit_log::Stored, user},
    urls,
};

/// The pages, in the order of their tabs: what one must be able to read, where, and what it is called.
const PAGES: [(Area, &str, &str); 9] = [
    (Area::Statistics, urls::ADMIN, "admin-tab-home"),
    (Area::Users, urls::ADMIN_USERS, "admin-tab-users"),
    (Area::Groups, urls::ADMIN_GROUPS, "admin-tab-groups"),
    (Area::Clients, urls::ADMIN_CLIENTS, "admin-tab-clients"),
    (Area::Invitations, urls::ADMIN_INVITATIONS, "admin-tab-invitations"),
    (Area::Sessions, urls::ADMIN_SESSIONS, "admin-tab-sessions"),
    (Area::Keys, urls::ADMIN_KEYS, "admin-tab-keys"),
    (Area::Audit, urls::ADMIN_AUDIT, "admin-tab-audit"),
    (Area::Settings, urls::ADMIN_SETTINGS, "admin-tab-settings"),
];

/// A page of somebody who administers.
pub(super) struct Opened<'a> {
    pub frame: Frame,
    pub portal: House,
    pub acting: Acting<'a>,
}

impl Opened<'_> {
    /// Whether they may change something there.
    pub(super) fn may(&self, area: Area) -> bool {
        self.acting.may(area, Right::Write)
    }
}

/// Whoever may read there, with their house; or the way to sign in.
///
/// # Errors
/// A page, for who has no role for it.
pub(super) async fn open(call: &Call, area: Area) -> Result<Result<Opened<'_>, Response>, PageError> {
    let Some(acting) = acting::signed_in(call).await? else {
        let prefix = call.app.urls.path("");
        let path = call.uri.path();
        let page = Continuation::Administration(path.strip_prefix(&prefix).unwrap_or(path).to_owned());
        return Ok(Err(see_other(&page.sign_in(call)?)));
    };
    let refused = || PageError::new(StatusCode::FORBIDDEN, "error-no-role");
    acting.allow(area, Right::Read).map_err(|_| refused())?;
    let user = acting.user().ok_or_else(refused)?;
    let frame = Frame::new(&call.app, &call.caller);
    let current = PAGES.iter().find(|(known, _, _)| *known == area).map(|(_, path, _)| *path);
    let tabs = PAGES.into_iter().filter(|(area, _, _)| acting.may(*area, Right::Read));
    let tab = |(_, path, name)| Tab { url: frame.path(path), name: frame.t(name), is_current: current == Some(path) };
    let mut portal = House::new(&frame, user, tabs.map(tab).collect());
    portal.other = Some((frame.path(urls::ACCOUNT), frame.t("admin-to-account")));
    Ok(Ok(Opened { frame, portal, acting }))
}

/// The way to the next page of a list, with everything that was asked for.
pub(super) fn next(call: &Call, cursor: Option<String>) -> Option<String> {
    let cursor = cursor?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let asked = call.query().ok()?;
    query.extend_pairs(asked.iter().filter(|(name, _)| *name != "after"));
    query.append_pair("after", &cursor);
    Some(format!("?{}", query.finish()))
}

/// A line of the log as pages show it.
pub(super) struct Line {
    pub sentence: String,
    pub event: String,
    pub is_failure: bool,
    pub who: String,
    pub place: String,
    pub details: String,
    pub at: Moment,
}

/// Lines with the names of the people that they are about.
///
/// # Errors
/// When the database fails.
pub(super) async fn lines(call: &Call, frame: &Frame, rows: &[(Uuid, Stored)]) -> Result<Vec<Line>, store::Error> {
    let about = |line: &Stored| line.subject.or(line.actor);
    // Whoever did it themselves is named once.
    let by = |line: &Stored| line.actor.filter(|actor| about(line) != Some(*actor));
    let people: BTreeSet<_> = rows.iter().flat_map(|(_, line)| [about(line), by(line)]).flatten().collect();
    let people = user::list_by_ids(&call.app.store.read(), people).await?;
    let name = |id: Uuid| {
        people.iter().find(|user| user.id == id).map_or_else(|| id.to_string(), |user| user.username.clone())
    };
    let line = |(_, line): &(Uuid, Stored)| {
        let by = by(line).map(|id| frame.about("log-by", &name(id)));
        Line::new(frame, line, [about(line).map(name), line.client.clone(), by])
    };
    Ok(rows.iter().map(line).collect())
}

/// What an event is called.
pub(super) fn sentence(frame: &Frame, event: &str) -> String {
    let id = format!("log-{}", event.replace(['.', '_'], "-"));
    let words = frame.t(&id);
    if words == id { event.to_owned() } else { words }
}

impl Line {
    fn new(frame: &Frame, line: &Stored, who: [Option<String>; 3]) -> Self {
        Self {
            sentence: sentence(frame, &line.event),
            event: line.event.clone(),
            is_failure: line.outcome != "success",
            who: who.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            place: line.ip.clone().unwrap_or_default(),
            details: if line.details.is_null() { String::new() } else { line.details.to_string() },
            at: line.at.into(),
        }
    }
}

//! `/admin/audit`: what happened.

use askama::Template;
use chrono::NaiveDateTime;
use poem::Response;
use uuid::Uuid;

use super::{Line, next, open, sentence};
use crate::{
    admin::{api::audit, listing::Listing},
    audit::Event,
    http::{Call, Frame, House, PageError, render},
    protocol::{administration::Area, username::Username},
    store::{self, audit_log, user},
};

#[derive(Template)]
#[template(path = "admin/admin_audit.html")]
struct AuditPage {
    frame: Frame,
    portal: House,
    asked: Asked,
    /// Names of events, and what they are called.
    events: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    next: Option<String>,
    /// The query of the same lines as a file.
    export: String,
    export_lines: String,
    /// Whether the page looks again by itself.
    follows: bool,
    /// The query of the same lines, followed or not any more.
    other: String,
}

/// What the form holds, as it was typed.
struct Asked {
    event: String,
    outcome: String,
    subject: String,
    actor: String,
    client: String,
    ip: String,
    since: String,
    until: String,
    request_id: String,
    /// Whether anything is asked that few ask.
    is_special: bool,
    /// Whether somebody is asked for whom nobody knows.
    is_nobody: bool,
}

/// The parameter of a page that looks again by itself.
const FOLLOW: &str = "follow";

/// Filters that are people: by name on the page, by id in the API.
const PEOPLE: [&str; 2] = ["subject", "actor"];

/// Filters that are times: without a zone, as browsers write them, they are UTC.
const TIMES: [&str; 2] = ["since", "until"];

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match open(&call, Area::Audit).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let filters = [&audit::FILTERS[..], &[FOLLOW]].concat();
    let mut listing = Listing::read_for_page(&call, &audit::SORTS, &filters)?;
    let asked = understand(&call, &mut listing).await?;
    let follows = listing.filter(FOLLOW).is_some();
    let wanted = audit::filter(&listing)?;
    let rows = match asked.is_nobody {
        true => Vec::new(),
        false => audit_log::page(&call.app.store.read(), &wanted, &listing.window()).await?,
    };
    let page = listing.page(&call, rows, audit_log::position)?;
    let frame = opened.frame;
    Ok(render(&AuditPage {
        asked,
        events: Event::ALL.iter().map(|event| (event.as_str(), sentence(&frame, event.as_str()))).collect(),
        lines: super::lines(&call, &frame, &page.items).await?,
        next: next(&call, page.next),
        export: again(&listing, Some(("format", "csv"))),
        export_lines: again(&listing, Some(("format", "jsonl"))),
        other: again(&listing, (!follows).then_some((FOLLOW, "on"))),
        follows,
        portal: opened.portal,
        frame,
    }))
}

/// What was typed, and the filters as the API has them.
async fn understand(call: &Call, listing: &mut Listing) -> Result<Asked, store::Error> {
    let text = |name| listing.filter(name).unwrap_or_default().to_owned();
    let mut asked = Asked {
        event: text("event"),
        outcome: text("outcome"),
        subject: text("subject"),
        actor: text("actor"),
        client: text("client"),
        ip: text("ip"),
        since: text("since"),
        until: text("until"),
        request_id: text("request_id"),
        is_special: ["actor", "client", "ip", "request_id"].iter().any(|name| listing.filter(name).is_some()),
        is_nobody: false,
    };
    for name in PEOPLE {
        let Some(typed) = listing.filter(name).filter(|typed| Uuid::parse_str(typed).is_err()) else { continue };
        let found = match Username::parse(typed) {
            Some(username) => user::find_by_username(&call.app.store.read(), &username).await?,
            None => None,
        };
        asked.is_nobody |= found.is_none();
        listing.take_as(name, found.map_or(Uuid::nil(), |user| user.id).to_string());
    }
    for name in TIMES {
        let local = |typed: &str| {
            let read = |format| NaiveDateTime::parse_from_str(typed, format).ok();
            read("%Y-%m-%dT%H:%M").or_else(|| read("%Y-%m-%dT%H:%M:%S"))
        };
        if let Some(at) = listing.filter(name).and_then(local) {
            listing.take_as(name, at.and_utc().to_rfc3339());
        }
    }
    Ok(asked)
}

/// The query of the same lines, with one more parameter.
fn again(listing: &Listing, more: Option<(&str, &str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(audit::FILTERS.iter().filter_map(|name| Some((name, listing.filter(name)?))));
    format!("?{}", query.extend_pairs(more).finish())
}

//! `/admin/audit`: what happened.

use askama::Template;
use poem::Response;

use super::{Line, next, open};
use crate::{
    admin::{api::audit, listing::Listing},
    audit::Event,
    http::{Call, Frame, House, PageError, render},
    protocol::administration::Area,
    store::audit_log,
};

#[derive(Template)]
#[template(path = "admin/admin_audit.html")]
struct AuditPage {
    frame: Frame,
    portal: House,
    event: String,
    outcome: String,
    request_id: String,
    client: String,
    events: Vec<&'static str>,
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

/// The parameter of a page that looks again by itself.
const FOLLOW: &str = "follow";

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
    let listing = Listing::read_for_page(&call, &audit::SORTS, &filters)?;
    let follows = listing.filter(FOLLOW).is_some();
    let store = call.app.store.read();
    let rows = audit_log::page(&store, &audit::filter(&listing)?, &listing.window()).await?;
    let page = listing.page(&call, rows, audit_log::position)?;
    let frame = opened.frame;
    let text = |name| listing.filter(name).unwrap_or_default().to_owned();
    Ok(render(&AuditPage {
        event: text("event"),
        outcome: text("outcome"),
        request_id: text("request_id"),
        client: text("client"),
        events: Event::ALL.iter().map(|event| event.as_str()).collect(),
        lines: super::lines(&call, &frame, &page.items).await?,
        next: next(&call, page.next),
        export: again(&call, Some(("format", "csv"))),
        export_lines: again(&call, Some(("format", "jsonl"))),
        other: again(&call, (!follows).then_some((FOLLOW, "on"))),
        follows,
        portal: opened.portal,
        frame,
    }))
}

/// The query of the same lines, with one more parameter.
fn again(call: &Call, more: Option<(&str, &str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Ok(asked) = call.query() {
        query.extend_pairs(asked.iter().filter(|(name, value)| audit::FILTERS.contains(name) && !value.is_empty()));
    }
    format!("?{}", query.extend_pairs(more).finish())
}

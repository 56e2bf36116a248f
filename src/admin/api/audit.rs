//! `/api/admin/v1/audit`: what happened.

use chrono::{DateTime, Utc};
use poem::Response;

use crate::{
    admin::{acting, listing::Listing, objects::AuditObject},
    clock::Time,
    http::{Call, Problem},
    protocol::administration::Area,
    store::{
        audit_log::{self, Filter},
        page::Order,
    },
};

/// Filters of the log.
pub const FILTERS: [&str; 9] = ["event", "outcome", "actor", "subject", "client", "request_id", "ip", "since", "until"];

/// What it may be sorted by.
pub const SORTS: [(&str, Order); 1] = [("at", Order::NEWEST)];

/// A page of lines, newest first.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Audit).await?;
    let listing = Listing::read(&call, &SORTS, &FILTERS)?;
    let rows = audit_log::page(&call.app.store.read(), &filter(&listing)?, &listing.window()).await?;
    Ok(listing.page(&call, rows, audit_log::position)?.map(AuditObject::from).into_response())
}

/// The lines that a query asks for.
///
/// # Errors
/// `invalid_request`.
pub fn filter(listing: &Listing) -> Result<Filter, Problem> {
    let text = |name| listing.filter(name).map(str::to_owned);
    let time = |name| {
        listing
            .parsed(name, |text| DateTime::parse_from_rfc3339(text).ok().map(|at| Time::from(at.with_timezone(&Utc))))
    };
    Ok(Filter {
        event: text("event"),
        outcome: listing.parsed("outcome", |text| ["success", "failure"].contains(&text).then(|| text.to_owned()))?,
        actor: listing.parsed("actor", |text| text.parse().ok())?,
        subject: listing.parsed("subject", |text| text.parse().ok())?,
        client: text("client"),
        request_id: text("request_id"),
        ip: text("ip"),
        since: time("since")?,
        until: time("until")?,
    })
}

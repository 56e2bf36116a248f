//! `/api/admin/v1/audit/export`: what happened, as a file: a line of JSON for each, or CSV (RFC 4180).

use std::sync::Arc;

use futures_util::{StreamExt, stream};
use poem::{Body, Response, http::header};
use uuid::Uuid;

use super::audit;
use crate::{
    admin::{acting, listing::Listing, objects::AuditObject},
    app::App,
    http::{Call, Problem},
    protocol::administration::Area,
    store::{
        self,
        audit_log::{self, Filter, Stored},
        page::{Order, Position, Window},
    },
};

/// Lines that are read at a time: nothing is held whole.
const BATCH: u64 = 500;

const HEAD: &str = "id,at,event,outcome,actor,subject,client,session,ip,user_agent,request_id,details\r\n";

/// How lines are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    JsonLines,
    Csv,
}

/// Where an export is.
struct Export {
    app: Arc<App>,
    filter: Filter,
    format: Format,
    after: Option<Position>,
    is_over: bool,
}

impl Export {
    /// The next lines.
    async fn next(&mut self) -> Result<String, store::Error> {
        let window = Window { order: Order::OLDEST, after: self.after.take(), limit: BATCH };
        let rows = audit_log::page(&self.app.store.read(), &self.filter, &window).await?;
        self.is_over = (rows.len() as u64) < BATCH;
        self.after = rows.last().map(audit_log::position);
        Ok(rows.into_iter().map(|row| line(self.format, row)).collect())
    }
}

/// All lines that a filter lets through, oldest first, as a stream.
///
/// # Errors
/// A problem document.
pub async fn get(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Audit).await?;
    let filters: Vec<&str> = audit::FILTERS.into_iter().chain(["format"]).collect();
    let listing = Listing::read(&call, &[("at", Order::OLDEST)], &filters)?;
    let format = listing.parsed("format", |text| match text {
        "jsonl" => Some(Format::JsonLines),
        "csv" => Some(Format::Csv),
        _ => None,
    })?;
    let format = format.unwrap_or(Format::JsonLines);
    let (app, filter) = (call.app.clone(), audit::filter(&listing)?);
    let mut export = Export { app, filter, format, after: None, is_over: false };
    // Read before anything is promised.
    let head = if format == Format::Csv { HEAD } else { "" };
    let first = head.to_owned() + &export.next().await?;
    let rest = stream::unfold(export, |mut export| async move {
        if export.is_over {
            return None;
        }
        let lines = export.next().await.map_err(|error| {
            tracing::error!(%error, "an export was cut off");
            export.is_over = true;
            // What is cut off must not look whole.
            std::io::Error::other("the database failed")
        });
        Some((lines, export))
    });
    let (name, media_type) = match format {
        Format::JsonLines => ("audit.jsonl", "application/jsonl"),
        Format::Csv => ("audit.csv", "text/csv"),
    };
    let body = Body::from_bytes_stream(stream::once(async { Ok(first) }).chain(rest));
    let attachment = format!("attachment; filename=\"{name}\"");
    Ok(Response::builder().header(header::CONTENT_DISPOSITION, attachment).content_type(media_type).body(body))
}

fn line(format: Format, (id, line): (Uuid, Stored)) -> String {
    match format {
        Format::JsonLines => serde_json::to_string(&AuditObject::from((id, line))).unwrap_or_default() + "\n",
        Format::Csv => {
            let of = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
            let details = if line.details.is_null() { String::new() } else { line.details.to_string() };
            let fields = [
                id.to_string(),
                line.at.to_rfc3339(),
                line.event,
                line.outcome,
                of(line.actor),
                of(line.subject),
                line.client.unwrap_or_default(),
                of(line.session),
                line.ip.unwrap_or_default(),
                line.user_agent.unwrap_or_default(),
                line.request_id.unwrap_or_default(),
                details,
            ];
            fields.map(|field| quoted(&field)).join(",") + "\r\n"
        }
    }
}

/// A field in quotation marks. What a spreadsheet would take for a formula is text.
fn quoted(field: &str) -> String {
    let guard = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_text_whatever_it_says() {
        assert_eq!(quoted("a\"b,c\r\nd"), "\"a\"\"b,c\r\nd\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
    }
}

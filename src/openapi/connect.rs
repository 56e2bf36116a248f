//! `/docs/connect`: how to connect apps, with this provider's own addresses.

use askama::Template;
use poem::Response;

use crate::{
    guides::{self, Guide, Values},
    http::{Call, Frame, PageError, render},
    urls,
};

#[derive(Template)]
#[template(path = "openapi/guides.html")]
struct GuidesPage {
    frame: Frame,
    issuer: String,
    guides: Vec<(String, &'static Guide)>,
}

#[derive(Template)]
#[template(path = "openapi/guide.html")]
struct GuidePage {
    frame: Frame,
    name: &'static str,
    html: String,
}

/// All guides.
///
/// # Errors
/// None.
pub async fn list(call: Call) -> Result<Response, PageError> {
    let frame = Frame::new(&call.app, &call.caller);
    let guide = |guide: &'static Guide| (frame.path(&urls::DOCS_GUIDE.replace(":guide", &guide.slug)), guide);
    let guides = guides::all().iter().map(guide).collect();
    Ok(render(&GuidesPage { issuer: call.app.config.issuer.as_str().to_owned(), guides, frame }))
}

/// One guide, filled in with the `client_id` and the address (`app`) that the query says.
///
/// # Errors
/// A page when there is no such guide.
pub async fn guide(call: Call) -> Result<Response, PageError> {
    let slug = call.segment::<String>("guide").unwrap_or_default();
    let found = guides::find(&slug).ok_or_else(PageError::not_found)?;
    let query = call.query().ok();
    let asked = |name| query.as_ref().and_then(|query| query.find(name));
    let is_plain =
        |text: &&str| text.len() <= 64 && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(&c));
    let values = Values {
        issuer: call.app.config.issuer.as_str().to_owned(),
        client_id: asked("client_id").filter(is_plain).map(str::to_owned),
        origin: asked("app").and_then(guides::origin),
    };
    let frame = Frame::new(&call.app, &call.caller);
    Ok(render(&GuidePage { html: found.render(&values), name: &found.name, frame }))
}

//! `/docs`: the documents for people, as Swagger UI.

use askama::Template;
use poem::Response;

use super::ui;
use crate::http::{Call, Frame, PageError, document, render};

#[derive(Template)]
#[template(path = "openapi/docs.html")]
struct DocsPage {
    frame: Frame,
    document: &'static str,
    others: Vec<(&'static str, &'static str)>,
}

/// The document that is shown, and what it is called.
const DOCUMENTS: [(&str, &str); 3] = [("oidc", "docs-oidc"), ("account", "docs-account"), ("admin", "docs-admin")];

/// `/docs`: the first document; `/docs/{name}` another one, or a file of Swagger UI.
///
/// # Errors
/// A page when there is no such document.
pub async fn get(call: Call) -> Result<Response, PageError> {
    Ok(show(&call, DOCUMENTS[0].0))
}

/// `/docs/{file}`.
///
/// # Errors
/// A page when there is no such file.
pub async fn file(call: Call) -> Result<Response, PageError> {
    let name = call.segments.get("file").map(String::as_str).unwrap_or_default();
    if let Some((document, _)) = DOCUMENTS.iter().find(|(document, _)| *document == name) {
        return Ok(show(&call, document));
    }
    let found = ui::FILES.iter().find(|file| file.name == name).ok_or_else(PageError::not_found)?;
    Ok(document::serve(&call, &found.content, found.content_type))
}

fn show(call: &Call, name: &'static str) -> Response {
    let frame = Frame::new(&call.app, &call.caller);
    render(&DocsPage { frame, document: name, others: DOCUMENTS.to_vec() })
}

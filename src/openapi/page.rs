//! `/docs`: the documents for people, as Swagger UI.

use askama::Template;
use poem::Response;

use super::ui;
use crate::{
    http::{Call, Frame, PageError, document, render},
    protocol::{
        administration::{Area, Right},
        scope::ACCOUNT_READ,
    },
    urls,
};

#[derive(Template)]
#[template(path = "openapi/docs.html")]
struct DocsPage {
    frame: Frame,
    document: &'static str,
    issuer: String,
    /// This page as a redirect URI.
    page: String,
    authorize: String,
    token: String,
    userinfo: String,
    /// What a token for this document's calls is meant for (RFC 8707); empty for the issuer itself.
    resource: String,
    /// Scopes to begin with: those that only read.
    scope: String,
    guide: String,
    others: Vec<(&'static str, &'static str)>,
}

/// How the pages themselves become an app.
const GUIDE: &str = "developer-pages";

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
    let (resource, scope) = match name {
        "account" => (call.app.urls.absolute(urls::ACCOUNT_API), ACCOUNT_READ.to_owned()),
        "admin" => (call.app.urls.absolute(urls::ADMIN_API), reading()),
        _ => (String::new(), "profile email".to_owned()),
    };
    render(&DocsPage {
        issuer: call.app.config.issuer.as_str().to_owned(),
        page: call.app.urls.absolute(&urls::DOCS_FILE.replace(":file", name)),
        authorize: call.app.urls.absolute(urls::AUTHORIZE),
        token: call.app.urls.absolute(urls::TOKEN),
        userinfo: call.app.urls.absolute(urls::USERINFO),
        resource,
        scope: format!("openid {scope}"),
        guide: frame.path(&urls::DOCS_GUIDE.replace(":guide", GUIDE)),
        frame,
        document: name,
        others: DOCUMENTS.to_vec(),
    })
}

fn reading() -> String {
    Area::ALL.into_iter().map(|area| area.scope(Right::Read)).collect::<Vec<_>>().join(" ")
}

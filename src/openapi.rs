//! The OpenAPI documents: what every JSON endpoint takes and answers, described beside the handlers that are served.
//!
//! poem-openapi writes the documents from unit structs. Their methods hand the call to the served handler and take
//! nothing apart themselves, so that there is one way in; that answers are as described is held by every test's response.

pub mod account;
pub mod admin;
pub mod authorization;
mod ceremonies;
pub mod claims;
pub mod connect;
pub mod describe;
pub mod errors;
mod examples;
mod finish;
pub mod letters;
pub mod metadata;
pub mod oidc;
pub mod page;
mod parameters;
pub mod portal;
pub mod profile;
mod registration;
pub mod security;
mod tokens;
mod ui;

use std::sync::LazyLock;

use poem::Response;
use poem_openapi::{LicenseObject, OpenApiService, ServerObject};

pub use account::AccountApi;
pub use admin::AdminApi;
pub use letters::MailApi;
pub use oidc::OidcApi;
pub use portal::PortalApi;
pub use profile::ProfileApi;

use crate::{
    crypto::document::Document,
    http::{Call, PageError, document},
};

/// A document's path in the project, and what makes it.
pub type File = (&'static str, fn() -> String);

/// All documents.
pub const FILES: [File; 3] =
    [("openapi/oidc.json", oidc), ("openapi/account.json", account), ("openapi/admin.json", administration)];

/// `openapi/oidc.json`.
#[must_use]
pub fn oidc() -> String {
    let service = OpenApiService::new(OidcApi, "Claviger: OpenID Connect", env!("CARGO_PKG_VERSION"));
    finish(service.description(
        "Sign people in to an app. A client registered with the provider sends people to the authorization endpoint and \
         exchanges the code that comes back.",
    ))
}

/// `openapi/account.json`.
#[must_use]
pub fn account() -> String {
    let service = OpenApiService::new(
        (AccountApi, PortalApi, ProfileApi, MailApi),
        "Claviger: ceremonies and account",
        env!("CARGO_PKG_VERSION"),
    );
    finish(service.description(
        "What the provider's own pages call. A program gets a page first, keeps its cookies, and sends the token of its \
         `csrf-token` element with every call.",
    ))
}

/// `openapi/admin.json`.
#[must_use]
pub fn administration() -> String {
    let api: AdminApi = Default::default();
    let service = OpenApiService::new(api, "Claviger: administration", env!("CARGO_PKG_VERSION"));
    finish(service.description(
        "People, groups, apps and what happens to them, for scripts and tools. A token for it is asked for with the `resource` \
         `{issuer}/api/admin/v1` and the scopes of what shall be done; a person's reaches no further than their roles.",
    ))
}

fn finish<T: poem_openapi::OpenApi>(service: OpenApiService<T, ()>) -> String {
    let server = ServerObject::new("{issuer}").variable("issuer", "The issuer", "https://id.example.org");
    let license = LicenseObject::new("Apache-2.0 OR MIT").url("https://spdx.org/licenses/");
    finish::whole(&service.server(server).license(license).spec())
}

static DOCUMENTS: LazyLock<[(&str, Document); 3]> = LazyLock::new(|| {
    [
        ("oidc.json", Document::new(oidc())),
        ("account.json", Document::new(account())),
        ("admin.json", Document::new(administration())),
    ]
});

/// `/openapi/{document}`.
///
/// # Errors
/// A page when there is no such document.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let name = call.segments.get("document").map(String::as_str).unwrap_or_default();
    let found = DOCUMENTS.iter().find(|(known, _)| *known == name);
    let (_, document) = found.ok_or_else(PageError::not_found)?;
    Ok(document::serve(&call, document, "application/json"))
}

//! The page for browsers that can't use passkeys, such as those inside of apps: how to begin again in one that can. Nothing is
//! approved from here for another device; the link only begins.

use askama::Template;
use poem::Response;
use uuid::Uuid;

use super::qr::{self, Drawing};
use crate::{
    http::{Call, Frame, PageError, render},
    store::authorization_request,
    urls,
};

#[derive(Template)]
#[template(path = "webauthn/other_browser.html")]
struct OtherBrowserPage {
    frame: Frame,
    /// Where one begins again.
    link: String,
    qr: Option<Drawing>,
    back: String,
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let app = &call.app;
    let request: Option<Uuid> = call.query_value("request").and_then(|text| text.parse().ok());
    let pending = match (request, call.caller.flow) {
        (Some(id), Some(flow)) => authorization_request::find(&app.store.read(), id, flow.hash, call.now()).await?,
        _ => None,
    };
    let pending = pending.filter(|pending| !pending.is_over);
    let client = match &pending {
        Some(pending) => app.clients.find_by_id(pending.client_id).await?.filter(|client| client.enabled),
        None => None,
    };
    // A request is this browser's own: the other one starts from the app.
    let begins = client.and_then(|client| client.initiate_login_uri.clone().or_else(|| client.client_uri.clone()));
    let link = begins.unwrap_or_else(|| app.urls.absolute(urls::ACCOUNT));
    let asked = pending.as_ref().and_then(|pending| pending.request.ui_locales.as_deref());
    Ok(render(&OtherBrowserPage {
        qr: qr::draw(&link),
        back: pending.as_ref().map_or_else(|| app.urls.path(urls::SIGN_IN), |pending| app.urls.sign_in(pending.id)),
        frame: Frame::of_request(&call, asked),
        link,
    }))
}

//! The demo app: a real relying party on the `openidconnect` crate, as any app would be.

mod pages;
mod relying_party;
mod state;

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, Response, Route, get, handler, post};

use relying_party::RelyingParty;
use state::State;

/// The app's `client_id`.
pub const CLIENT_ID: &str = "demo";

/// Path of its redirect URI.
pub const CALLBACK: &str = "/callback";

/// The app as one endpoint.
#[must_use]
pub fn build(issuer: &str, url: &str) -> impl Endpoint<Output = Response> + 'static {
    let state = Arc::new(State::new(RelyingParty::new(issuer, &format!("{url}{CALLBACK}"))));
    Route::new()
        .at("/", get(pages::home))
        .at("/sign-in", get(pages::sign_in))
        .at(CALLBACK, get(pages::callback))
        .at("/sign-out", post(pages::sign_out))
        .at("/style.css", get(style))
        .data(state)
        .map_to_response()
}

#[handler]
fn style() -> Response {
    Response::builder().content_type("text/css; charset=utf-8").body(crate::http::assets::content("claviger.css"))
}

//! The sign-up page: a name and a passkey.

use askama::Template;
use poem::{Response, http::StatusCode};
use uuid::Uuid;

use crate::{
    crypto::token::{self, TokenKind},
    http::{Call, Frame, PageError, render},
    protocol::username::Username,
    store::{
        authorization_request,
        sign_up_token::{self, SignUpToken},
    },
    urls,
    webauthn::good_enough::Demands,
};

#[derive(Template)]
#[template(path = "webauthn/sign_up.html")]
struct SignUpPage {
    frame: Frame,
    begin: String,
    finish: String,
    request: String,
    sign_in: String,
    /// What the app believes that the person is called.
    username: String,
    rp_id: String,
    /// What lets whoever holds it make an account.
    token: String,
    demands: Vec<&'static str>,
}

async fn find(call: &Call, token: &str) -> Result<Option<SignUpToken>, PageError> {
    let Some(hash) = token::hash(TokenKind::SignUpToken, token) else { return Ok(None) };
    Ok(sign_up_token::find_usable(&call.app.store.read(), hash, call.now()).await?)
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let token = call.query_value("token");
    if !call.app.settings().registration.sign_up.is_open_to(token.is_some()) {
        return Err(PageError::new(StatusCode::FORBIDDEN, "error-sign-up-closed"));
    }
    let usable = match token.as_deref() {
        Some(token) => {
            let found = find(&call, token).await?;
            Some(found.ok_or_else(|| PageError::new(StatusCode::GONE, "error-link-spent"))?)
        }
        None => None,
    };
    let asked: Option<Uuid> = call.query_value("request").and_then(|text| text.parse().ok());
    let pending = match (asked, call.caller.flow) {
        (Some(id), Some(flow)) => {
            authorization_request::find(&call.app.store.read(), id, flow.hash, call.now()).await?
        }
        _ => None,
    };
    let pending = pending.filter(|pending| !pending.is_over);
    let client = match &pending {
        Some(pending) => call.app.clients.find_by_id(pending.client_id).await?,
        None => None,
    };
    let asked = pending.as_ref().map(|pending| &pending.request);
    let frame = Frame::of_request(&call, asked.and_then(|asked| asked.ui_locales.as_deref()));
    // A hint that could be a name here saves the person typing it.
    let hint = asked.and_then(|asked| asked.login_hint.as_deref()).and_then(Username::parse);
    let request = pending.as_ref().map(|pending| pending.id);
    let of_groups = usable.map(|token| call.app.clients.group_policies(&token.groups)).unwrap_or_default();
    Ok(render(&SignUpPage {
        demands: Demands::of(&call.app, of_groups).and(client.as_deref()).in_words(),
        begin: frame.path(urls::REGISTRATION_BEGIN),
        finish: frame.path(urls::REGISTRATION_FINISH),
        sign_in: request.map_or_else(|| frame.path(urls::SIGN_IN), |id| call.app.urls.sign_in(id)),
        request: request.map(|id| id.to_string()).unwrap_or_default(),
        username: hint.map(|name| name.as_str().to_owned()).unwrap_or_default(),
        rp_id: call.signals_for().await?,
        token: token.unwrap_or_default(),
        frame,
    }))
}

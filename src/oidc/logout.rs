//! Signing out: a page that asks, and the decision by fetch.

use askama::Template;
use poem::{IntoResponse, Response, http::header::SET_COOKIE, web::Json};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    http::{Call, Code, Frame, PageError, Problem, render, see_other},
    session, urls,
};

/// Binds sealed intents to this page.
const KIND: &str = "logout";

#[derive(Template)]
#[template(path = "oidc/sign_out.html")]
struct SignOutPage {
    frame: Frame,
    url: String,
    logout: String,
    name: String,
}

#[derive(Template)]
#[template(path = "oidc/signed_out.html")]
struct SignedOutPage {
    frame: Frame,
    sign_in: String,
}

/// Asks; never signs anybody out by itself.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let frame = Frame::new(&call.app, &call.caller);
    let current = session::current(&call, None).await?;
    let (Some((subject, session)), Some(flow)) = (current, call.caller.flow) else {
        return Ok(render(&SignedOutPage { sign_in: frame.path(urls::SIGN_IN), frame }));
    };
    let until = call.now() + chrono::Duration::hours(1);
    let sealer = &call.app.data_keys.sealer;
    let logout = sealer.seal(&*call.app.rng, KIND, &flow.hash, until, &session.id);
    Ok(render(&SignOutPage {
        url: frame.path(urls::LOGOUT_CONFIRM),
        logout: logout.map_err(|_| PageError::internal())?,
        name: subject.user.greeting().to_owned(),
        frame,
    }))
}

/// By form, from an app: a way to GET, where cookies flow.
///
/// # Errors
/// A page.
pub async fn post(call: Call) -> Result<Response, PageError> {
    Ok(see_other(&call.app.urls.path(urls::LOGOUT)))
}

#[derive(Deserialize)]
struct Request {
    logout: String,
    decision: Decision,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    SignOut,
    Stay,
}

/// Signs out, or not.
///
/// # Errors
/// A problem document.
pub async fn confirm(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    let flow = call.caller.flow.ok_or(Code::CsrfFailed)?;
    let now = call.now();
    let meant: Option<Uuid> = call.app.data_keys.sealer.open(KIND, &flow.hash, now, &body.logout);
    let meant = meant.ok_or(Code::CeremonyExpired)?;
    if body.decision == Decision::Stay {
        let location = call.app.urls.path(urls::ACCOUNT);
        return Ok(Json(json!({ "location": location })).into_response());
    }
    call.app
        .store
        .write(async |tx| {
            // An expired session is ended too: what hangs on it must die.
            if let Some(session) = session::lock_own(tx, &call).await?.filter(|session| session.id == meant) {
                session::end(tx, &call, &session, now).await?;
            }
            Ok::<_, Problem>(())
        })
        .await?;
    let mut response = Json(json!({ "location": call.app.urls.path(urls::LOGOUT) })).into_response();
    if let Some(cookie) = session::remove_cookie(&call.app) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

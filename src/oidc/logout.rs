//! Signing out (OIDC RP-Initiated Logout 1.0): at once for an app that shows whose sign-in it means, and after a question
//! otherwise.

mod request;

use askama::Template;
use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header::SET_COOKIE},
    web::Json,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use self::request::LogoutRequest;
use crate::{
    http::{Call, Code, Frame, PageError, Problem, as_query, render, see_other},
    protocol::parameters::Parameters,
    session, store, urls,
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

/// What the page's button means.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Intent {
    session: Uuid,
    /// Where the app wants people afterwards.
    location: Option<String>,
}

/// Signs out, or asks.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    call.refuse_prefetch()?;
    let parameters = call.query().map_err(|_| bad_request())?;
    parameters.refuse_repeated().map_err(|_| bad_request())?;
    let request = LogoutRequest::read(&call, &parameters).await?;
    // One that expired is ended too: what hangs on it must die, and its apps be told.
    let own = session::own(&call).await?;
    let (Some((subject, session)), Some(flow)) = (own, call.caller.flow) else {
        return Ok(gone(&call, request.location().filter(|_| request.has_hint()), None));
    };
    if request.means(&call, session.id) {
        let cookie = end(&call, session.id).await?;
        return Ok(gone(&call, request.location(), cookie));
    }
    let until = call.now() + chrono::Duration::hours(1);
    let intent = Intent { session: session.id, location: request.location() };
    let frame = Frame::new(&call.app, &call.caller);
    let logout = call.app.data_keys.sealer.seal(&*call.app.rng, KIND, &flow.hash, until, &intent);
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
    let form = if call.body.is_empty() { Parameters::default() } else { call.form().map_err(|_| bad_request())? };
    as_query(&call.app.urls.path(urls::LOGOUT), &form)
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
    let intent: Option<Intent> = call.app.data_keys.sealer.open(KIND, &flow.hash, call.now(), &body.logout);
    let intent = intent.ok_or(Code::CeremonyExpired)?;
    if body.decision == Decision::Stay {
        let location = call.app.urls.path(urls::ACCOUNT);
        return Ok(Json(json!({ "location": location })).into_response());
    }
    let cookie = end(&call, intent.session).await?;
    let location = intent.location.unwrap_or_else(|| call.app.urls.path(urls::LOGOUT));
    let mut response = Json(json!({ "location": location })).into_response();
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Ends the session that was meant, whatever cookie it has by now; the cookie that makes the browser forget it. Whoever else
/// has signed in here since stays signed in.
async fn end(call: &Call, meant: Uuid) -> Result<Option<HeaderValue>, store::Error> {
    let now = call.now();
    let is_others = session::own(call).await?.is_some_and(|(_, own)| own.id != meant);
    call.app
        .store
        .write(async |tx| {
            // An expired session is ended too: what hangs on it must die.
            if let Some(session) = store::session::lock(tx, meant).await? {
                session::end(tx, call, &session, now).await?;
            }
            Ok::<_, store::Error>(())
        })
        .await?;
    call.app.outbox.notify_one();
    Ok(if is_others { None } else { session::remove_cookie(&call.app) })
}

/// Nobody is signed in here any more: back to the app, or a page that says so.
fn gone(call: &Call, location: Option<String>, cookie: Option<HeaderValue>) -> Response {
    let frame = Frame::new(&call.app, &call.caller);
    let mut response = match location {
        Some(location) => see_other(&location),
        None => render(&SignedOutPage { sign_in: frame.path(urls::SIGN_IN), frame }),
    };
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn bad_request() -> PageError {
    PageError::new(StatusCode::BAD_REQUEST, "error-request")
}

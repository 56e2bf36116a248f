//! The app's pages.

use std::sync::Arc;

use askama::Template;
use poem::{
    Request, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::Data,
};
use serde_json::Value;

use super::state::State;
use crate::{http::cookie, protocol::parameters::Parameters, urls};

const SESSION: &str = "demo_session";
const PENDING: &str = "demo_pending";
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; \
    form-action 'self'";

#[derive(Template)]
#[template(path = "demo/home.html")]
struct HomePage {
    issuer: String,
    claims: Option<Claims>,
    failure: Option<String>,
    sign_out: String,
}

struct Claims {
    name: String,
    id_token: Vec<(String, String)>,
    userinfo: Vec<(String, String)>,
}

#[handler]
pub(super) fn home(state: Data<&Arc<State>>, headers: &HeaderMap) -> Response {
    let person = cookie::find(headers, SESSION).and_then(|key| state.person(&key));
    let claims = person.map(|person| Claims {
        name: person.userinfo["name"].as_str().unwrap_or("you").to_owned(),
        id_token: lines(&person.id_token),
        userinfo: lines(&person.userinfo),
    });
    render(&state, claims, None)
}

#[handler]
pub(super) async fn sign_in(state: Data<&Arc<State>>) -> Response {
    match state.relying_party.start().await {
        Ok(pending) => {
            let url = pending.url.clone();
            let key = state.remember_pending(pending);
            redirect(&url, &[(PENDING, &key)])
        }
        Err(error) => render(&state, None, Some(error.to_string())),
    }
}

#[handler]
pub(super) async fn callback(state: Data<&Arc<State>>, request: &Request) -> Response {
    let query = Parameters::parse(request.uri().query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let pending = cookie::find(request.headers(), PENDING).and_then(|key| state.take_pending(&key));
    let Some(pending) = pending.filter(|pending| query.find("state") == Some(&pending.state)) else {
        return render(&state, None, Some("This answer does not belong to a sign-in of this browser.".to_owned()));
    };
    if query.find("iss") != Some(state.relying_party.issuer()) {
        return render(&state, None, Some("This answer comes from another provider.".to_owned()));
    }
    let Some(code) = query.find("code") else {
        let text = query.find("error_description").or(query.find("error")).unwrap_or("no code came");
        return render(&state, None, Some(text.to_owned()));
    };
    match state.relying_party.finish(pending, code.to_owned()).await {
        Ok(person) => redirect("/", &[(SESSION, &state.sign_in(person)), (PENDING, "")]),
        Err(error) => render(&state, None, Some(error.to_string())),
    }
}

#[handler]
pub(super) fn sign_out(state: Data<&Arc<State>>, headers: &HeaderMap) -> Response {
    if let Some(key) = cookie::find(headers, SESSION) {
        state.sign_out(&key);
    }
    redirect("/", &[(SESSION, "")])
}

fn render(state: &State, claims: Option<Claims>, failure: Option<String>) -> Response {
    let status = if failure.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let issuer = state.relying_party.issuer().to_owned();
    let page = HomePage { sign_out: format!("{issuer}{}", urls::LOGOUT), issuer, claims, failure };
    let builder = Response::builder()
        .status(status)
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, POLICY)
        .header(header::REFERRER_POLICY, "same-origin")
        .header(header::CACHE_CONTROL, "no-store");
    builder.body(page.render().unwrap_or_default())
}

fn redirect(location: &str, cookies: &[(&str, &str)]) -> Response {
    let mut response = Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, location).finish();
    for (name, value) in cookies {
        let max_age = if value.is_empty() { 0 } else { 86_400 };
        response.headers_mut().extend(cookie::set(name, value, max_age, false).map(|c| (header::SET_COOKIE, c)));
    }
    response
}

fn lines(claims: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    claims.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
}

//! The sign-in page: one field that fills itself, one button, three ways out.

use askama::Template;
use poem::{Response, http::StatusCode};
use uuid::Uuid;

use super::{ClientWords, good_enough::Demands, provider};
use crate::{
    http::{Call, Frame, PageError, render},
    session,
    store::{
        authorization_request,
        credential::{self, Credential},
        user::User,
    },
    urls,
};

#[derive(Template)]
#[template(path = "webauthn/sign_in.html")]
struct SignInPage {
    frame: Frame,
    begin: String,
    finish: String,
    request: String,
    continuation: String,
    other_account: bool,
    client: Option<ClientWords>,
    /// Whoever must show once more that it is them.
    person: Option<String>,
    other_account_url: Option<String>,
    /// What the app demands of passkeys, in words, and which of the person's own will do.
    demands: Vec<&'static str>,
    fitting: Option<Vec<String>>,
    passkeys: String,
    sign_up: Option<String>,
    recover: String,
    rp_id: String,
    other_browser: String,
}

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let app = &call.app;
    let request: Option<Uuid> = call.query_value("request").and_then(|text| text.parse().ok());
    let other_account = call.query_value("account").as_deref() == Some("other");
    let pending = match (request, call.caller.flow) {
        (Some(id), Some(flow)) => authorization_request::find(&app.store.read(), id, flow.hash, call.now()).await?,
        _ => None,
    };
    let client = match &pending {
        Some(pending) => app.clients.find_by_id(pending.client_id).await?,
        None => None,
    };
    // Told before a passkey is used in vain.
    if request.is_some() && pending.as_ref().is_none_or(|pending| pending.is_over) {
        let again = client.and_then(|client| client.initiate_login_uri.clone().or_else(|| client.client_uri.clone()));
        return Err(PageError::new(StatusCode::GONE, "error-request-over").link(again));
    }
    let current = match &pending {
        Some(_) if !other_account => session::current(&call, None).await?.map(|(subject, _)| subject.user),
        _ => None,
    };
    let all = match &current {
        Some(user) => Demands::of_user(app, &app.store.read(), user.id).await?,
        None => Demands::of_service(app),
    };
    let all = all.and(client.as_deref());
    let demands = all.in_words();
    let fitting = match &current {
        Some(user) if !demands.is_empty() => Some(fitting(&call, user, &all).await?),
        _ => None,
    };
    let person = current.map(|user| user.greeting().to_owned());
    let id = pending.as_ref().map(|pending| pending.id);
    let asked = pending.as_ref().and_then(|pending| pending.request.ui_locales.as_deref());
    let frame = Frame::of_request(&call, asked);
    let page = SignInPage {
        begin: frame.path(urls::AUTHENTICATION_BEGIN),
        finish: frame.path(urls::AUTHENTICATION_FINISH),
        request: id.map(|id| id.to_string()).unwrap_or_default(),
        continuation: call.query_value("continue").unwrap_or_default(),
        other_account,
        client: client
            .zip(pending.as_ref())
            .map(|(client, pending)| ClientWords::new(&app.urls, &client, &pending.request.redirect_uri)),
        other_account_url: id.filter(|_| person.is_some()).map(|id| app.urls.sign_in_as_other(id)),
        person,
        demands,
        fitting,
        passkeys: frame.path(urls::ACCOUNT_PASSKEYS),
        sign_up: app.settings().registration.sign_up.is_open_to(false).then(|| app.urls.sign_up(id)),
        recover: frame.path(urls::RECOVER),
        rp_id: app.config.relying_party.id.clone(),
        other_browser: match id {
            Some(id) => format!("{}?request={id}", frame.path(urls::OTHER_BROWSER)),
            None => frame.path(urls::OTHER_BROWSER),
        },
        frame,
    };
    Ok(render(&page))
}

/// The names of a person's own passkeys that will do.
async fn fitting(call: &Call, user: &User, demands: &Demands<'_>) -> Result<Vec<String>, PageError> {
    let all = credential::list_by_user(&call.app.store.read(), user.id).await?;
    let unnamed = call.caller.locale.text("passkeys-unnamed");
    let name = |one: &Credential| provider::name_of(one.name(), one.aaguid()).unwrap_or_else(|| unnamed.clone());
    Ok(all.iter().filter(|one| demands.allow_stored(one)).map(name).collect())
}

//! `/oauth2/authorize`: by GET the checks and the decision; by POST only a way to GET.

use std::sync::Arc;

use poem::{Response, http::StatusCode};
use uuid::Uuid;

use super::{interaction::Step, request_object, response::Destination, step};
use crate::{
    app::App,
    http::{Call, PageError, as_query, see_other},
    oidc::id_token_hint,
    protocol::{
        authorization_checks::{self, Offer},
        authorization_request::AuthorizationRequest,
        client::Client,
        error_code::{ErrorCode, OAuthError},
        parameters::Parameters,
    },
    session,
    store::authorization_request,
    urls,
};

/// Takes a request by query.
///
/// # Errors
/// A page, as long as the redirect URI is not trusted.
pub async fn get(call: Call) -> Result<Response, PageError> {
    call.refuse_prefetch()?;
    let parameters = call.query().map_err(|_| bad_request())?;
    let client = known_client(&call, &parameters).await?;
    let parameters = match request_object::open(&call, &client, &parameters).await {
        Ok(parameters) => parameters,
        // Told where the plain parameters say, if that can be trusted.
        Err(refusal) => {
            let redirect_uri = redirect_uri(&call, &client, &parameters)?;
            return Ok(destination(&parameters, &redirect_uri).error(&call, &refusal));
        }
    };
    let redirect_uri = redirect_uri(&call, &client, &parameters)?;
    let destination = destination(&parameters, &redirect_uri);
    let request = match check(&call.app, &parameters, &client, redirect_uri.clone()) {
        Ok(request) => request,
        Err(refusal) => return Ok(destination.error(&call, &refusal)),
    };
    let current = session::current(&call, Some(client.id)).await?;
    let current = current.as_ref().map(|(subject, session)| (subject, session));
    let progress = step::progress(&call, &client, current, None).await?;
    match step::next(&call, &client, &request, current, progress) {
        Step::Authenticate => wait(&call, &client, &request, |id| step::sign_in(&call.app, &request, id, false)).await,
        Step::Consent | Step::Deny => wait(&call, &client, &request, |id| call.app.urls.consent(id)).await,
        decided => step::answer(&call, &client, &request, current, decided, None).await,
    }
}

/// The checks that need no key, then the hint.
fn check(
    app: &App,
    parameters: &Parameters,
    client: &Client,
    redirect_uri: String,
) -> Result<AuthorizationRequest, OAuthError> {
    let offer = Offer {
        legacy_response_types: app.config.raw.oidc.legacy_response_types,
        resource: &|name| app.clients.resource(name),
    };
    let mut request = authorization_checks::run(parameters, client, redirect_uri, offer)?;
    if let Some(token) = parameters.find("id_token_hint") {
        let not_ours = OAuthError::invalid_request("id_token_hint is no ID token of this client");
        let hint = id_token_hint::read_for(app, client, token).ok_or(not_ours)?;
        if request.hinted_sub.as_ref().is_some_and(|sub| *sub != hint.sub) {
            return Err(OAuthError::invalid_request("claims and id_token_hint name different people"));
        }
        request.hinted_sub = Some(hint.sub);
    }
    Ok(request)
}

/// Takes a request by form: reads no cookie, sets none, stores nothing. The GET that follows carries Lax cookies.
///
/// # Errors
/// A page.
pub async fn post(call: Call) -> Result<Response, PageError> {
    let form = call.form().map_err(|_| bad_request())?;
    as_query(&call.app.urls.path(urls::AUTHORIZE), &form)
}

fn destination<'a>(parameters: &'a Parameters, redirect_uri: &'a str) -> Destination<'a> {
    Destination {
        redirect_uri,
        mode: authorization_checks::of_answer(parameters, redirect_uri),
        state: parameters.find("state").filter(|_| !parameters.is_repeated("state")),
    }
}

/// Who asks. Until this and the redirect URI are known nothing is redirected anywhere.
async fn known_client(call: &Call, parameters: &Parameters) -> Result<Arc<Client>, PageError> {
    if parameters.is_repeated("client_id") {
        return Err(bad_request());
    }
    let client_id = parameters.find("client_id").ok_or_else(bad_request)?;
    let client = call.app.clients.find(client_id).await?;
    if let Some(client) = &client {
        call.asks_as(client);
    }
    client.filter(|client| client.enabled).ok_or_else(|| {
        call.note_refusal(&OAuthError::new(ErrorCode::UnauthorizedClient, "the client is disabled"));
        PageError::new(StatusCode::BAD_REQUEST, "error-unknown-client").note(client_id)
    })
}

/// Where answers go.
fn redirect_uri(call: &Call, client: &Client, parameters: &Parameters) -> Result<String, PageError> {
    if parameters.is_repeated("redirect_uri") {
        return Err(bad_request());
    }
    match (parameters.find("redirect_uri"), &client.redirect_uris[..]) {
        (Some(given), _) if client.has_redirect_uri(given) => Ok(given.to_owned()),
        (Some(given), _) => {
            call.because_of(given);
            call.note_refusal(&OAuthError::invalid_request("redirect_uri is not registered"));
            Err(PageError::new(StatusCode::BAD_REQUEST, "error-redirect-uri").about(&client.client_name).note(given))
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => {
            call.note_refusal(&OAuthError::invalid_request("redirect_uri is missing"));
            Err(PageError::new(StatusCode::BAD_REQUEST, "error-redirect-uri-missing").about(&client.client_name))
        }
    }
}

/// Stores the request and shows a step's page.
async fn wait(
    call: &Call,
    client: &Client,
    request: &AuthorizationRequest,
    page: impl Fn(Uuid) -> String + Send,
) -> Result<Response, PageError> {
    let flow = call.caller.flow.ok_or_else(bad_request)?;
    call.limit_write()?;
    let (id, now) = (call.app.uuid(), call.now());
    let expires_at = now + call.app.config.raw.oidc.authorization_request_lifetime.get();
    call.app
        .store
        .write(async |tx| authorization_request::insert(tx, id, flow.hash, client.id, request, (now, expires_at)).await)
        .await?;
    Ok(see_other(&page(id)))
}

fn bad_request() -> PageError {
    PageError::new(StatusCode::BAD_REQUEST, "error-request")
}

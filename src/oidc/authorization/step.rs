//! The step that `decide` names, taken: a page, a code, or an error for the client.

use poem::{Response, http::StatusCode};
use uuid::Uuid;

use super::{
    interaction::{Progress, Step, decide},
    response::Destination,
};
use crate::{
    app::App,
    audit::{Entry, Event},
    claims,
    clock::Time,
    http::{Call, PageError, see_other},
    keys::SigningFailed,
    oidc::{
        id_token::{self, SignIn},
        issue::{self, Grant, Granted},
    },
    policy::Refusal,
    protocol::{
        authorization_request::AuthorizationRequest,
        claims_request,
        client::Client,
        error_code::{ErrorCode, OAuthError},
    },
    store::{
        self,
        authorization_request::{self, Pending},
        credential,
        session::Session,
        subject::Subject,
    },
    webauthn::good_enough::{self, Demands},
};

/// Asks `decide` as of now.
pub(super) fn next(
    call: &Call,
    client: &Client,
    request: &AuthorizationRequest,
    current: Option<(&Subject, &Session)>,
    progress: Progress<'_>,
) -> Step {
    let seen_as = current.map(|(subject, _)| claims::subject(&call.app, client, &subject.user.sub));
    decide(request, client, current, progress, (&seen_as.unwrap_or_default(), call.now()))
}

/// What was done so far for a request, if it is stored, and whether the session that there is will do.
///
/// # Errors
/// When the database fails.
pub(super) async fn progress<'a>(
    call: &Call,
    client: &Client,
    current: Option<(&Subject, &Session)>,
    pending: Option<&'a Pending>,
) -> Result<Progress<'a>, store::Error> {
    Ok(Progress {
        ceremony: pending.and_then(|pending| pending.ceremony.as_ref()),
        consent: pending.and_then(|pending| pending.consent.as_ref()),
        unfit: is_unfit(call, client, current).await?,
        outside: current.is_some_and(|(subject, _)| call.app.policy().allow_groups(subject, client).is_err()),
    })
}

/// Whether the passkey of the session will not do for this client. Nothing is read where every passkey will.
async fn is_unfit(call: &Call, client: &Client, current: Option<(&Subject, &Session)>) -> Result<bool, store::Error> {
    let Some((subject, session)) = current.filter(|_| good_enough::is_asked(&call.app, Some(client))) else {
        return Ok(false);
    };
    let Some(id) = session.credential_id else { return Ok(true) };
    let store = call.app.store.read();
    let stored = credential::find_by_id(&store, id).await?;
    let demands = Demands::of_user(&call.app, &store, subject.user.id).await?.and(Some(client));
    Ok(!stored.as_ref().is_some_and(|stored| demands.allow_stored(stored)))
}

/// Issues the code or answers with the error. A stored request is spent in the same transaction, once.
pub(super) async fn answer(
    call: &Call,
    client: &Client,
    request: &AuthorizationRequest,
    current: Option<(&Subject, &Session)>,
    step: Step,
    stored: Option<Uuid>,
) -> Result<Response, PageError> {
    let (app, now) = (&call.app, call.now());
    let destination = Destination {
        redirect_uri: &request.redirect_uri,
        mode: request.response_mode,
        state: request.state.as_deref(),
    };
    call.asks_as(client);
    let reply = |error: &OAuthError| destination.error(call, error);
    let (scopes, refusal) = match step {
        Step::Done(scopes) => (scopes, None),
        Step::Refuse(error) => (request.scopes.clone(), Some(error)),
        // Pages are the callers' own; a step that appears out of turn starts over.
        Step::Authenticate | Step::Consent | Step::Deny => return Err(over(client)),
    };
    if let (Some(error), None) = (&refusal, stored) {
        return Ok(reply(error));
    }
    let outcome = app
        .store
        .write(async |tx| {
            if let Some(id) = stored
                && !authorization_request::consume(tx, id, now).await?
            {
                return Ok(Outcome::Over);
            }
            if let Some(error) = refusal {
                return Ok(Outcome::Refused(error));
            }
            let Some((_, session)) = current else { return Ok(Outcome::Over) };
            let grant = Grant { client, request, session_id: session.id, scopes };
            match issue::grant(tx, call, grant, now).await? {
                Ok(granted) => Ok(Outcome::Granted(Box::new(granted))),
                // The session went since `decide` looked. A stored request is not spent by that: `decide` will now
                // ask for a sign-in. Other refusals would come again, and the browser would go in circles.
                Err(
                    Refusal::SessionEnded | Refusal::SessionExpired | Refusal::UserDisabled | Refusal::PasskeyUnfit,
                ) if stored.is_some() => Err(Undone::Changed),
                Err(refusal) => {
                    let entry = Entry {
                        failed: true,
                        client: Some(client.client_id.clone()),
                        session: Some(session.id),
                        details: serde_json::json!({ "reason": refusal.as_str() }),
                        ..Entry::default()
                    };
                    call.record(tx, Event::AuthorizationCodeIssued, entry, now);
                    Ok(Outcome::Refused(refused(refusal)))
                }
            }
        })
        .await;
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(Undone::Changed) => return Ok(see_other(&stored.map(|id| app.urls.resume(id)).unwrap_or_default())),
        Err(Undone::Store(error)) => return Err(error.into()),
    };
    Ok(match outcome {
        Outcome::Granted(granted) => match answer_with(call, client, destination, *granted, now) {
            Ok(response) => response,
            Err(SigningFailed) => reply(&OAuthError::new(ErrorCode::ServerError, "signing failed")),
        },
        Outcome::Refused(error) => reply(&error),
        Outcome::Over => return Err(over(client)),
    })
}

/// What was granted, signed where it must be, on its way to the client.
fn answer_with(
    call: &Call,
    client: &Client,
    destination: Destination<'_>,
    granted: Granted,
    now: Time,
) -> Result<Response, SigningFailed> {
    let app = &call.app;
    let code = granted.code.as_ref().map(|code| code.expose().as_str());
    let (access_token, scope) = granted.access_token.unzip();
    let access_token = access_token.map(|token| token.render(app)).transpose()?;
    let scope = scope.and_then(|scopes| claims_request::told(&scopes));
    let access_token = access_token.as_ref().map(|token| token.expose().as_str());
    let sign = |sign_in: &SignIn| id_token::sign(app, client, sign_in, (access_token, code), now);
    let id_token = granted.sign_in.as_ref().map(sign).transpose()?;
    let expires_in = app.config.raw.oidc.access_token_lifetime.get().num_seconds().to_string();
    let mut parameters = Vec::new();
    parameters.extend(code.map(|code| ("code", code)));
    if let Some(token) = access_token {
        parameters.extend([("access_token", token), ("token_type", "Bearer"), ("expires_in", &*expires_in)]);
    }
    parameters.extend(scope.as_deref().map(|scope| ("scope", scope)));
    parameters.extend(id_token.as_deref().map(|token| ("id_token", token)));
    Ok(destination.answer(call, &parameters))
}

/// What undoes the transaction.
enum Undone {
    Store(store::Error),
    Changed,
}

impl From<store::Error> for Undone {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

enum Outcome {
    Granted(Box<Granted>),
    Refused(OAuthError),
    Over,
}

fn refused(refusal: Refusal) -> OAuthError {
    match refusal {
        Refusal::ResourceGone => {
            OAuthError::new(ErrorCode::InvalidTarget, "the resource is unknown, or not for this client")
        }
        Refusal::ConsentMissing => OAuthError::new(ErrorCode::ConsentRequired, "the person must be asked"),
        Refusal::GroupMissing => {
            OAuthError::new(ErrorCode::AccessDenied, "the person belongs to none of the client's groups")
        }
        Refusal::ClientDisabled => OAuthError::new(ErrorCode::UnauthorizedClient, "the client is disabled"),
        Refusal::UserDisabled
        | Refusal::SessionEnded
        | Refusal::SessionExpired
        | Refusal::TokenExpired
        | Refusal::PasskeyUnfit
        | Refusal::Revoked => OAuthError::new(ErrorCode::LoginRequired, "nobody is signed in"),
    }
}

/// The request is answered, too old, or another browser's: never a second code, but a way to start again.
pub(super) fn over(client: &Client) -> PageError {
    let again = client.initiate_login_uri.clone().or_else(|| client.client_uri.clone());
    PageError::new(StatusCode::GONE, "error-request-over").about(&client.client_name).link(again)
}

/// Where a person shows who they are: with an account to be, where the request says so and strangers may. `is_again` after
/// a first ceremony: whoever has just made an account is not asked for another.
pub(super) fn sign_in(app: &App, request: &AuthorizationRequest, id: Uuid, is_again: bool) -> String {
    match request.prompt.create && !is_again && app.settings().registration.sign_up.is_open_to(false) {
        true => app.urls.sign_up(Some(id)),
        false => app.urls.sign_in(id),
    }
}

/// The page of a step.
pub(super) fn page(call: &Call, pending: &Pending, step: &Step) -> Option<Response> {
    let is_again = pending.ceremony.is_some();
    match step {
        Step::Authenticate => Some(see_other(&sign_in(&call.app, &pending.request, pending.id, is_again))),
        Step::Consent | Step::Deny => Some(see_other(&call.app.urls.consent(pending.id))),
        Step::Done(_) | Step::Refuse(_) => None,
    }
}

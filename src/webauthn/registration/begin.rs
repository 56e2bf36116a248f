//! Begins a registration: reads, writes nothing.

use poem::{IntoResponse, Response, web::Json};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;
use webauthn_rs_core::proto::RegistrationState;

use super::KIND;
use crate::{
    crypto::token::{self, TokenKind},
    http::{Call, Code, Problem},
    protocol::{claims::tidy_text, email_address, step_up::Action, username::Username},
    session,
    store::{
        credential, enrollment_link, sign_up_token,
        user::{self, Identifiers, User},
    },
    webauthn::{
        ceremony::{self, Person},
        good_enough::Demands,
        sealed::{Registering, Sealed, Whom},
    },
};

/// One of `link`, `sign_up`, or neither for another passkey in a session, with `X-Step-Up`.
#[derive(Deserialize)]
struct Request {
    link: Option<String>,
    sign_up: Option<SignUpRequest>,
    request: Option<Uuid>,
}

#[derive(Deserialize)]
struct SignUpRequest {
    username: String,
    display_name: Option<String>,
    email: Option<String>,
    token: Option<String>,
}

/// Answers `{"ceremony", "publicKey"}`.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    let (whom, begun) = match (body.link, body.sign_up) {
        (Some(link), None) => for_link(&call, &link).await?,
        (None, Some(sign_up)) => for_sign_up(&call, sign_up).await?,
        // A passkey that is added proves nothing to an app.
        (None, None) if body.request.is_some() => return Err(Code::InvalidRequest.into()),
        (None, None) => for_own(&call).await?,
        (Some(_), Some(_)) => return Err(Code::InvalidRequest.into()),
    };
    let purpose = Registering { whom, request: body.request };
    let ceremony = Sealed::seal(&call, KIND, (begun.state, begun.challenge), purpose)?;
    Ok(Json(json!({ "ceremony": ceremony, "publicKey": begun.options })).into_response())
}

type Begun = (Whom, ceremony::Begun<RegistrationState>);

async fn for_link(call: &Call, link: &str) -> Result<Begun, Problem> {
    let store = call.app.store.read();
    let hash = token::hash(TokenKind::EnrollmentLink, link).ok_or(Code::LinkSpent)?;
    let link = enrollment_link::find_usable(&store, hash, call.now()).await?.ok_or(Code::LinkSpent)?;
    let user = user::find_by_id(&store, link.user_id)
        .await?
        .filter(|user| user.is_active(call.now()))
        .ok_or(Code::LinkSpent)?;
    if session::current(call, None).await?.is_some_and(|(subject, _)| subject.user.id != user.id) {
        return Err(Code::OtherSession.into());
    }
    let begun = for_user(call, &user).await?;
    Ok((Whom::Link { id: link.id, user_id: user.id }, begun))
}

/// Another passkey for whoever is signed in, who showed one of theirs for it.
async fn for_own(call: &Call) -> Result<Begun, Problem> {
    let (subject, session) = session::current(call, None).await?.ok_or(Code::SessionRequired)?;
    let step_up = session::check_step_up(call, &session, Action::PasskeyAdd).await?;
    let user = &subject.user;
    let begun = for_user(call, user).await?;
    Ok((Whom::Own { user_id: user.id, session_id: session.id, step_up }, begun))
}

/// Everything that they have is excluded: a second passkey on the same device would replace the first. But what will not do
/// may be made anew where that is what makes it do.
async fn for_user(call: &Call, user: &User) -> Result<ceremony::Begun<RegistrationState>, Problem> {
    let store = call.app.store.read();
    let mut existing = credential::list_by_user(&store, user.id).await?;
    let demands = Demands::of_user(&call.app, &store, user.id).await?;
    existing.retain(|one| !demands.would_allow_anew(one));
    let person = Person { user_handle: &user.user_handle, username: &user.username, display_name: user.greeting() };
    ceremony::begin_registration(&call.app.webauthn, &person, &existing, call.app.config.raw.webauthn.attestation)
        .map_err(|_| Code::Internal.into())
}

async fn for_sign_up(call: &Call, asked: SignUpRequest) -> Result<Begun, Problem> {
    if !call.app.settings().registration.sign_up.is_open_to(asked.token.is_some()) {
        return Err(Code::SignUpClosed.into());
    }
    let token = match asked.token {
        None => None,
        Some(token) => {
            let hash = token::hash(TokenKind::SignUpToken, &token).ok_or(Code::LinkSpent)?;
            let found = sign_up_token::find_usable(&call.app.store.read(), hash, call.now()).await?;
            Some(found.ok_or(Code::LinkSpent)?.id)
        }
    };
    let username = Username::parse(&asked.username).ok_or(Code::InvalidRequest)?;
    let tidy = |text| tidy_text(text).map_err(|_| Code::InvalidRequest);
    let (display_name, email) = (tidy(asked.display_name)?, tidy(asked.email)?);
    let email = match email {
        Some(typed) => Some(email_address::parse(&typed).ok_or(Code::InvalidEmail)?),
        None => None,
    };
    if user::find_by_username(&call.app.store.read(), &username).await?.is_some() {
        return Err(Code::UsernameTaken.into());
    }
    let ids = Identifiers::generate(&*call.app.rng, call.now());
    let person = Person {
        user_handle: &ids.user_handle,
        username: username.as_str(),
        display_name: display_name.as_deref().unwrap_or(username.as_str()),
    };
    let begun =
        ceremony::begin_registration(&call.app.webauthn, &person, &[], call.app.config.raw.webauthn.attestation)
            .map_err(|_| Code::Internal)?;
    Ok((Whom::sign_up(ids, &username, (display_name, email), token), begun))
}

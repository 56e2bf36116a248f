//! The endpoints of FIDO's conformance tests, on the same ceremonies as pages: `/attestation/{options,result}` and
//! `/assertion/{options,result}`. Served only where `webauthn.conformance_api` says so, since they let everybody add passkeys
//! to everybody.

use poem::{IntoResponse, Response, web::Json};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    authentication,
    ceremony::{self, Person},
    registration,
    sealed::{Authenticating, Registering, Sealed, Whom},
};
use crate::{
    config::Attestation,
    crypto::mac::Tag,
    http::{Call, Code, Problem},
    protocol::username::Username,
    store::{
        credential,
        user::{self, Identifiers, User},
    },
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    username: String,
    display_name: Option<String>,
    user_verification: Option<String>,
    #[serde(default)]
    extensions: Map<String, Value>,
}

/// Begins a registration for whoever is named, new or not.
///
/// # Errors
/// None: failures are told as the tests want them.
pub async fn attestation_options(call: Call) -> Result<Response, Problem> {
    Ok(told(begin_registration(&call).await))
}

/// Finishes it.
///
/// # Errors
/// None.
pub async fn attestation_result(call: Call) -> Result<Response, Problem> {
    let finished = async {
        let (credential, ceremony) = taken(&call).await?;
        let sealed = registration::Opened::open(&call, registration::KIND, call.now(), &ceremony)?;
        registration::complete(&call, &sealed, (&credential, None), call.now()).await.map(|_| Map::new())
    };
    Ok(told(finished.await))
}

/// Begins an authentication of whoever is named.
///
/// # Errors
/// None.
pub async fn assertion_options(call: Call) -> Result<Response, Problem> {
    Ok(told(begin_authentication(&call).await))
}

/// Finishes it.
///
/// # Errors
/// None.
pub async fn assertion_result(call: Call) -> Result<Response, Problem> {
    let finished = async {
        let (credential, ceremony) = taken(&call).await?;
        let sealed = authentication::Opened::open(&call, authentication::KIND, call.now(), &ceremony)?;
        authentication::complete(&call, &sealed, &credential, call.now()).await.map(|_| Map::new())
    };
    Ok(told(finished.await))
}

async fn begin_registration(call: &Call) -> Result<Map<String, Value>, Problem> {
    let asked: Options = call.json()?;
    let username = Username::parse(&asked.username).ok_or(Code::InvalidRequest)?;
    let known = user::find_by_username(&call.app.store.read(), &username).await?;
    let (whom, begun) = match &known {
        Some(user) => {
            let existing = credential::list_by_user(&call.app.store.read(), user.id).await?;
            (Whom::Conformance { user_id: user.id }, begin_for(call, &person(user), &existing)?)
        }
        None => {
            let ids = Identifiers::generate(&*call.app.rng, call.now());
            let display_name = asked.display_name.as_deref().unwrap_or(username.as_str());
            let person = Person { user_handle: &ids.user_handle, username: username.as_str(), display_name };
            let begun = begin_for(call, &person, &[])?;
            (Whom::sign_up(ids, &username, (asked.display_name.clone(), None), None), begun)
        }
    };
    let purpose = Registering { whom, request: None };
    let ceremony = Sealed::seal(call, registration::KIND, (begun.state, begun.challenge), purpose)?;
    keep(call, ceremony, begun.options, asked).await
}

type Begun = ceremony::Begun<webauthn_rs_core::proto::RegistrationState>;

fn begin_for(call: &Call, person: &Person<'_>, existing: &[credential::Credential]) -> Result<Begun, Problem> {
    ceremony::begin_registration(&call.app.webauthn, person, existing, Attestation::None)
        .map_err(|_| Code::Internal.into())
}

fn person(user: &User) -> Person<'_> {
    Person { user_handle: &user.user_handle, username: &user.username, display_name: user.greeting() }
}

async fn begin_authentication(call: &Call) -> Result<Map<String, Value>, Problem> {
    let asked: Options = call.json()?;
    let username = Username::parse(&asked.username).ok_or(Code::InvalidRequest)?;
    let user = user::find_by_username(&call.app.store.read(), &username).await?.ok_or(Code::NotFound)?;
    let allowed = credential::list_by_user(&call.app.store.read(), user.id).await?;
    let begun = ceremony::begin_authentication(&call.app.webauthn, &allowed).map_err(|_| Code::Internal)?;
    let purpose = Authenticating { user_id: Some(user.id), ..Authenticating::default() };
    let ceremony = Sealed::seal(call, authentication::KIND, (begun.state, begun.challenge), purpose)?;
    keep(call, ceremony, begun.options, asked).await
}

/// The ceremony waits here for its result: the tests carry a cookie and nothing else.
async fn keep(call: &Call, ceremony: String, options: Value, asked: Options) -> Result<Map<String, Value>, Problem> {
    let Value::Object(mut options) = options else { return Err(Code::Internal.into()) };
    if let Some(extensions) = options.entry("extensions").or_insert_with(|| json!({})).as_object_mut() {
        extensions.extend(asked.extensions);
    }
    if let Some(wish) = asked.user_verification.filter(|_| options.contains_key("userVerification")) {
        // Told back as it was asked; verification is demanded all the same.
        options.insert("userVerification".to_owned(), wish.into());
    }
    call.app.conformance.insert(flow(call)?, ceremony).await;
    Ok(options)
}

/// The credential of the body, and the ceremony that waits for it: once.
async fn taken(call: &Call) -> Result<(Value, String), Problem> {
    let ceremony = call.app.conformance.remove(&flow(call)?).await.ok_or(Code::CeremonyExpired)?;
    Ok((call.json()?, ceremony))
}

fn flow(call: &Call) -> Result<Tag, Problem> {
    Ok(call.caller.flow.ok_or(Code::CsrfFailed)?.hash)
}

fn told(result: Result<Map<String, Value>, Problem>) -> Response {
    match result {
        Ok(mut answer) => {
            answer.insert("status".to_owned(), "ok".into());
            answer.insert("errorMessage".to_owned(), "".into());
            Json(answer).into_response()
        }
        Err(problem) => {
            let (status, title) = problem.told();
            Json(json!({ "status": "failed", "errorMessage": title })).with_status(status).into_response()
        }
    }
}

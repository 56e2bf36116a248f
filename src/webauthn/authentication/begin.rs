//! Begins an authentication: without a request or a step-up it does not even read.

use poem::{IntoResponse, Response, web::Json};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;
use webauthn_rs_core::proto::AuthenticationState;

use super::KIND;
use crate::{
    http::{Call, Code, Problem},
    protocol::step_up::Action,
    session::{self, Continuation},
    store::{
        authorization_request::{self, Pending},
        credential::{self, Credential},
    },
    webauthn::{
        ceremony::{self, Begun},
        good_enough::Demands,
        sealed::{Authenticating, Sealed, SteppingUp},
    },
};

#[derive(Deserialize)]
struct Request {
    request: Option<Uuid>,
    /// A page of ours, as sealed into `/sign-in?continue=…`.
    r#continue: Option<String>,
    /// The person asked for another account than the one that is signed in.
    #[serde(default)]
    other_account: bool,
    step_up: Option<StepUp>,
}

/// As long as the longest path of the administration API.
const MAX_TARGET: usize = 255;

#[derive(Deserialize)]
struct StepUp {
    action: Action,
    target: Option<String>,
}

/// Answers `{"ceremony", "publicKey"}`.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    if let Some(step_up) = body.step_up {
        return for_step_up(&call, step_up).await;
    }
    let pending = match body.request {
        Some(request) => find(&call, request).await?,
        None => None,
    };
    let client = match &pending {
        Some(pending) => call.app.clients.find_by_id(pending.client_id).await?,
        None => None,
    };
    let asked = match &pending {
        Some(pending) if !body.other_account => asked(&call, pending).await?,
        _ => None,
    };
    let allowed = match asked {
        Some(user_id) => credential::list_by_user(&call.app.store.read(), user_id).await?,
        None => Vec::new(),
    };
    let demands = match asked {
        Some(user) => Demands::of_user(&call.app, &call.app.store.read(), user).await?,
        None => Demands::of_service(&call.app),
    };
    let demands = demands.and(client.as_deref());
    let allowed = fitting(allowed, &demands);
    let mut begun = ceremony::begin_authentication(&call.app.webauthn, &allowed).map_err(|_| Code::Internal)?;
    if pending.is_some_and(|pending| pending.request.wants_hardware()) {
        begun.options["hints"] = json!(["security-key", "client-device"]);
    }
    let client = client.map(|client| client.id);
    let continuation = body.r#continue.and_then(|sealed| Continuation::open(&call, &sealed));
    answer(&call, begun, Authenticating { user_id: asked, request: body.request, client, continuation, step_up: None })
}

/// Others would be refused; where none is left, the browser says so better than an empty list.
fn fitting(all: Vec<Credential>, demands: &Demands<'_>) -> Vec<Credential> {
    let fitting: Vec<_> = all.iter().filter(|one| demands.allow_stored(one)).cloned().collect();
    if fitting.is_empty() { all } else { fitting }
}

fn answer(call: &Call, begun: Begun<AuthenticationState>, purpose: Authenticating) -> Result<Response, Problem> {
    let ceremony = Sealed::seal(call, KIND, (begun.state, begun.challenge), purpose)?;
    Ok(Json(json!({ "ceremony": ceremony, "publicKey": begun.options })).into_response())
}

/// Whoever is signed in shows one of their passkeys, for one thing.
async fn for_step_up(call: &Call, StepUp { action, target }: StepUp) -> Result<Response, Problem> {
    let (subject, session) = session::current(call, None).await?.ok_or(Code::SessionRequired)?;
    let fits = action.has_target() == target.is_some();
    if !fits || target.as_ref().is_some_and(|target| target.len() > MAX_TARGET || target.contains('\0')) {
        return Err(Code::InvalidRequest.into());
    }
    let store = call.app.store.read();
    let mut allowed = credential::list_by_user(&store, subject.user.id).await?;
    if action != Action::PasskeyAdd {
        allowed = fitting(allowed, &Demands::of_user(&call.app, &store, subject.user.id).await?);
    }
    let begun = ceremony::begin_authentication(&call.app.webauthn, &allowed).map_err(|_| Code::Internal)?;
    let step_up = Some(SteppingUp { session_id: session.id, action, target });
    let user_id = Some(subject.user.id);
    answer(call, begun, Authenticating { user_id, step_up, ..Authenticating::default() })
}

/// The request of this browser that waits.
async fn find(call: &Call, request: Uuid) -> Result<Option<Pending>, Problem> {
    let flow = call.caller.flow.ok_or(Code::CsrfFailed)?;
    let pending = authorization_request::find(&call.app.store.read(), request, flow.hash, call.now()).await?;
    Ok(pending.filter(|pending| !pending.is_over))
}

/// Who must answer: with prompt=login or max_age the person of the session, otherwise anybody.
async fn asked(call: &Call, pending: &Pending) -> Result<Option<Uuid>, Problem> {
    let request = &pending.request;
    if request.prompt.select_account || !(request.prompt.login || request.max_age.is_some()) {
        return Ok(None);
    }
    Ok(session::current(call, None).await?.map(|(subject, _)| subject.user.id))
}

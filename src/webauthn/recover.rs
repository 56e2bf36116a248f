//! The page for people whose passkey is gone, and the way back by a recovery code: every way ends in an enrolment link.

mod email;
mod request;

use askama::Template;
use chrono::Duration;
use poem::{IntoResponse, Response, web::Json};
use serde::Deserialize;
use serde_json::json;

pub use email::{cancel, email, get_cancel};
pub(super) use request::may_recover;
pub use request::{grant, hold_back, lock, tell};

use super::link;
use crate::{
    audit::{Entry, Event},
    crypto::recovery_code as codes,
    http::{Call, Code, Frame, PageError, Problem, render},
    mail::Notice,
    protocol::username::Username,
    store::{
        enrollment_link::Kind,
        recovery_code,
        user::{self, User},
    },
    urls,
};

/// How long the link of a code is good.
const LIFETIME: Duration = Duration::minutes(10);

#[derive(Template)]
#[template(path = "webauthn/recover.html")]
struct RecoverPage {
    frame: Frame,
    sign_in: String,
    recover_code: String,
    /// Where a link can be asked for by mail.
    recover_email: Option<String>,
}

/// Shows the page.
///
/// # Errors
/// None so far.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let frame = Frame::new(&call.app, &call.caller);
    Ok(render(&RecoverPage {
        sign_in: frame.path(urls::SIGN_IN),
        recover_code: frame.path(urls::RECOVER_CODE),
        recover_email: call.app.config.raw.mail.can_recover().then(|| frame.path(urls::RECOVER_EMAIL)),
        frame,
    }))
}

#[derive(Deserialize)]
struct Request {
    username: String,
    code: String,
}

/// Takes a recovery code and answers with an enrolment link. An unknown name and a wrong code run the same statements, cost
/// the same hash and get the same answer.
///
/// # Errors
/// A problem document.
pub async fn code(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    call.limit_recovery()?;
    if codes::normalize(&body.code).is_none() {
        return Err(refused(&call));
    }
    let store = call.app.store.read();
    let user = match Username::parse(&body.username) {
        Some(username) => user::find_by_username(&store, &username).await?,
        None => None,
    };
    let unused = recovery_code::list_unused(&store, user.as_ref().map(|user| user.id).unwrap_or_default()).await?;
    let hashes: Vec<_> = unused.iter().map(|code| code.code_hash.clone()).collect();
    let spare = codes::salt(&*call.app.rng);
    let search = move || codes::find(&body.code, &hashes, &spare);
    let found = call.app.slow_hash(search).await.ok_or(Code::Unavailable)?;
    match user.zip(found.and_then(|at| unused.get(at))) {
        Some((user, code)) => redeem(&call, &user, code.id).await,
        None => Err(refused(&call)),
    }
}

/// Uses the code and makes its link in one transaction.
async fn redeem(call: &Call, user: &User, code: uuid::Uuid) -> Result<Response, Problem> {
    let now = call.now();
    let written = call
        .app
        .store
        .write(async |tx| {
            let known = user::lock(tx, user.id).await?.filter(|user| user.is_active(now));
            let Some(known) = known else { return Ok::<_, Problem>(None) };
            if !recovery_code::consume(tx, code, now).await? {
                return Ok(None);
            }
            let about = (user.id, user.username.as_str());
            let origin = call.caller.origin();
            let link =
                link::create(tx, &call.app, link::By::itself(&origin), Kind::RecoveryCode, about, LIFETIME).await?;
            let entry = Entry::by(user.id);
            call.record(tx, Event::RecoveryCodeUsed, entry, now);
            call.notify(tx, &known, &Notice::RecoveryCodeUsed, now);
            Ok(Some(link))
        })
        .await?;
    match written {
        // A page of ours, below our own path.
        Some(link) => Ok(Json(json!({ "location": call.app.urls.relative(&link.url) })).into_response()),
        None => Err(refused(call)),
    }
}

/// Counted and logged, never written down: nobody has shown that anything is theirs, and a flood must write nothing.
fn refused(call: &Call) -> Problem {
    call.count(Event::RecoveryCodeUsed, false);
    tracing::info!(request_id = call.caller.request_id, "a recovery code was refused");
    Code::RecoveryFailed.into()
}

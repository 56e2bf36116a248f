//! What both kinds of ceremony end in: a mark on the waiting request, a cookie, and where to go on.

use poem::{IntoResponse, Response, http::header::SET_COOKIE, web::Json};
use serde_json::json;
use uuid::Uuid;

use crate::{
    clock::Time,
    http::Call,
    session::{Continuation, Started},
    store::{
        self, Tx,
        authorization_request::{self, Ceremony, Pending},
    },
};

/// A ceremony that succeeded.
pub(super) struct Finished {
    /// The session that it began or renewed.
    pub started: Started,
    /// The request of this browser that it was made for.
    pub request: Option<Uuid>,
}

/// The authorization request that a ceremony was begun for, locked first of all: before people and sessions.
pub(super) async fn lock_request(
    tx: &Tx,
    call: &Call,
    request: Option<Uuid>,
    now: Time,
) -> Result<Option<Pending>, store::Error> {
    match (request, call.caller.flow) {
        (Some(id), Some(flow)) => authorization_request::lock(tx, id, flow.hash, now).await,
        _ => Ok(None),
    }
}

/// Marks the request, if it still waits.
pub(super) async fn finish(
    tx: &Tx,
    pending: Option<Pending>,
    started: Started,
    (user_id, credential_id): (Uuid, Uuid),
    now: Time,
) -> Result<Finished, store::Error> {
    if let Some(pending) = pending.as_ref().filter(|pending| !pending.is_over) {
        let ceremony = Ceremony { session_id: started.session_id, user_id, credential_id, at: now };
        authorization_request::update_ceremony(tx, pending.id, &ceremony).await?;
    }
    Ok(Finished { started, request: pending.map(|pending| pending.id) })
}

/// `{"location"}` with the session's cookie: the request goes on if there is one, otherwise the page.
pub(super) fn answer(call: &Call, finished: Finished, continuation: Continuation) -> Response {
    let location = match finished.request {
        Some(request) => call.app.urls.resume(request),
        None => call.app.urls.path(&continuation.path()),
    };
    let mut response = Json(json!({ "location": location })).into_response();
    if let Some(cookie) = finished.started.cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

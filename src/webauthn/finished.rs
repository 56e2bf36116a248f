//! What both kinds of ceremony end in: a mark on the waiting request, a cookie, and where to go on.

use poem::{IntoResponse, Response, http::header::SET_COOKIE, web::Json};
use serde_json::json;
use uuid::Uuid;

use crate::{
    clock::Time,
    http::{Call, Problem},
    session::Started,
    store::{Tx, authorization_request},
    urls,
};

/// Records the ceremony on the authorization request that it was made for, if that still waits.
pub(super) async fn record(
    tx: &Tx,
    call: &Call,
    request: Option<Uuid>,
    (session_id, user_id, credential_id): (Uuid, Uuid, Uuid),
    now: Time,
) -> Result<(), Problem> {
    let (Some(id), Some(flow)) = (request, call.caller.flow) else { return Ok(()) };
    if authorization_request::lock(tx, id, flow.hash, now).await?.is_some_and(|pending| !pending.is_over) {
        let ceremony = authorization_request::Ceremony { session_id, user_id, credential_id, at: now };
        authorization_request::update_ceremony(tx, id, &ceremony).await?;
    }
    Ok(())
}

/// `{"location"}` with the session's cookie.
pub(super) fn answer(call: &Call, request: Option<Uuid>, started: Started) -> Response {
    let location = match request {
        Some(request) => call.app.urls.resume(request),
        None => call.app.urls.path(urls::ACCOUNT),
    };
    let mut response = Json(json!({ "location": location })).into_response();
    if let Some(cookie) = started.cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

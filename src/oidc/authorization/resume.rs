//! `/oauth2/authorize/{request}`: where every step ends, and `decide` runs again.

use std::sync::Arc;

use poem::{Response, http::StatusCode};
use uuid::Uuid;

use super::step;
use crate::{
    http::{Call, PageError},
    protocol::client::Client,
    session,
    store::authorization_request::{self, Pending},
};

/// Goes on with a stored request.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    call.refuse_prefetch()?;
    let (pending, client) = find(&call).await?;
    if pending.is_over {
        return Err(step::over(&client));
    }
    let current = session::current(&call, Some(client.id)).await?;
    let current = current.as_ref().map(|(subject, session)| (subject, session));
    let progress = step::progress(&call, &client, current, Some(&pending)).await?;
    let next = step::next(&call, &client, &pending.request, current, progress);
    match step::page(&call, &pending, &next) {
        Some(page) => Ok(page),
        None => step::answer(&call, &client, &pending.request, current, next, Some(pending.id)).await,
    }
}

/// The request that the path names, if this browser made it.
pub(super) async fn find(call: &Call) -> Result<(Pending, Arc<Client>), PageError> {
    let gone = || PageError::new(StatusCode::GONE, "error-request-over");
    let (id, flow) = call.segment::<Uuid>("request").zip(call.caller.flow).ok_or_else(gone)?;
    let pending = authorization_request::find(&call.app.store.read(), id, flow.hash, call.now()).await?;
    let pending = pending.ok_or_else(gone)?;
    let client = call.app.clients.find_by_id(pending.client_id).await?.filter(|client| client.enabled);
    let client = client.ok_or_else(gone)?;
    // What was registered when it was stored may be so no more.
    match pending.request.is_open_to(&client) {
        true => Ok((pending, client)),
        false => Err(step::over(&client)),
    }
}

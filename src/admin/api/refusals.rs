//! `/api/admin/v1/clients/{client_id}/errors`: what an app was refused.

use poem::Response;
use serde::Serialize;
use serde_json::json;

use super::conditional;
use crate::{
    admin::acting,
    clock::Time,
    http::{Call, Code, Problem},
    protocol::administration::Area,
    store::{
        client,
        client_error::{self, ClientError, Seen},
    },
};

/// A kind of refusal.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
struct ErrorObject {
    endpoint: String,
    error: String,
    error_description: String,
    reason: Option<String>,
    detail: Option<String>,
    count: i64,
    at: Time,
}

impl From<(ClientError, Seen)> for ErrorObject {
    fn from((error, seen): (ClientError, Seen)) -> Self {
        let unless_empty = |text: String| (!text.is_empty()).then_some(text);
        Self {
            endpoint: error.endpoint,
            error: error.error,
            error_description: error.description,
            reason: unless_empty(error.reason),
            detail: unless_empty(seen.detail),
            count: seen.count,
            at: seen.at,
        }
    }
}

/// The kinds of refusals of a week, the last first.
///
/// # Errors
/// A problem document.
pub async fn list(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Clients).await?;
    let client_id = call.segment::<String>("client_id").ok_or(Code::NotFound)?;
    let store = call.app.store.read();
    let client = client::find_by_client_id(&store, &client_id).await?.ok_or(Code::NotFound)?;
    let errors = client_error::list(&store, client.id, call.now()).await?;
    conditional::show(&call, &json!({ "items": errors.into_iter().map(ErrorObject::from).collect::<Vec<_>>() }))
}

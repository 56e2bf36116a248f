//! `/livez` and `/readyz`, for supervisors.

use poem::{IntoResponse, Response, web::Json};
use serde_json::json;

use super::{Call, Code, Problem};
use crate::store::setting;

/// The process runs.
///
/// # Errors
/// None.
pub async fn livez(_: Call) -> Result<Response, Problem> {
    Ok(Json(json!({ "status": "ok" })).into_response())
}

/// The process can serve: the database answers and every ring can sign.
///
/// # Errors
/// `unavailable`.
pub async fn readyz(call: Call) -> Result<Response, Problem> {
    setting::find(&call.app.store.read(), "readable_from").await?;
    if !call.app.keys().is_complete() {
        return Err(Code::Unavailable.into());
    }
    Ok(Json(json!({ "status": "ready" })).into_response())
}

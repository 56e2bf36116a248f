//! `/livez` and `/readyz`, for supervisors.

use poem::{IntoResponse, Response, web::Json};
use serde_json::json;

use super::{Call, Code, Problem};

/// The process runs.
///
/// # Errors
/// None.
pub async fn livez(_: Call) -> Result<Response, Problem> {
    Ok(Json(json!({ "status": "ok" })).into_response())
}

/// The process can serve: the database answers, its clock agrees with ours, every ring can sign, and nobody asked the
/// process to stop.
///
/// # Errors
/// `unavailable`.
pub async fn readyz(call: Call) -> Result<Response, Problem> {
    let app = &call.app;
    let why = match app.clocks_agree().await? {
        _ if app.is_stopping() => "the server stops",
        false => "this clock and the database's differ by more than five seconds",
        true if !app.keys().is_complete() => "a ring has no key that signs",
        true if app.check_fresh().is_err() => "changes of other instances cannot be followed",
        true => return Ok(Json(json!({ "status": "ready" })).into_response()),
    };
    tracing::warn!(why, "not ready");
    Err(Code::Unavailable.into())
}

//! `/livez` and `/readyz`, for supervisors.

use chrono::Duration;
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

/// Clocks of instances that differ by more would accept what others take for expired.
const CLOCKS_AGREE: Duration = Duration::seconds(5);

/// The process can serve: the database answers, its clock agrees with ours, every ring can sign, and nobody asked the
/// process to stop.
///
/// # Errors
/// `unavailable`.
pub async fn readyz(call: Call) -> Result<Response, Problem> {
    let app = &call.app;
    let behind = app.store.clock().await?.map(|theirs| (theirs - app.now()).abs());
    let why = match behind {
        _ if app.is_stopping() => "the server stops",
        Some(behind) if behind > CLOCKS_AGREE => "this clock and the database's differ by more than five seconds",
        _ if !app.keys().is_complete() => "a ring has no key that signs",
        _ if app.check_fresh().is_err() => "changes of other instances cannot be followed",
        _ => return Ok(Json(json!({ "status": "ready" })).into_response()),
    };
    tracing::warn!(why, "not ready");
    Err(Code::Unavailable.into())
}

//! `/api/admin/v1/statistics`: numbers.

use chrono::Duration;
use poem::{IntoResponse, Response, web::Json};
use serde_json::json;

use crate::{
    admin::acting,
    audit::Event,
    http::{Call, Problem},
    protocol::administration::Area,
    store::statistics,
};

/// How far it looks back.
const DAYS: i64 = 30;

/// Sign-ins of the last thirty days, and people as they are.
///
/// # Errors
/// A problem document.
pub async fn get(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Statistics).await?;
    let store = call.app.store.read();
    let since = call.now() - Duration::days(DAYS);
    let days = statistics::sign_ins(&store, Event::Authenticated.as_str(), since).await?;
    Ok(Json(json!({ "people": statistics::people(&store).await?, "days": days })).into_response())
}

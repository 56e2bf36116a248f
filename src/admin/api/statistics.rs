//! `/api/admin/v1/statistics`: numbers.

use poem::{IntoResponse, Response, web::Json};
use serde_json::json;

use crate::{
    admin::{acting, numbers},
    http::{Call, Problem},
    protocol::administration::Area,
};

/// Sign-ins of the last thirty days, and people as they are.
///
/// # Errors
/// A problem document.
pub async fn get(call: Call) -> Result<Response, Problem> {
    acting::read(&call, Area::Statistics).await?;
    Ok(Json(json!(numbers::read(&call.app).await?.numbers)).into_response())
}

//! `/logo/{client}`: a client's logo, a copy of ours.

use poem::{Response, http::header};
use uuid::Uuid;

use crate::{
    http::{Call, PageError},
    store::client_logo,
};

/// Serves the copy. Its address changes with its content.
///
/// # Errors
/// A page, when there is none.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let id = call.segment::<Uuid>("client").ok_or_else(PageError::not_found)?;
    let png = client_logo::find(&call.app.store.read(), id).await?.ok_or_else(PageError::not_found)?;
    // Opened by itself it is saved, never shown as a page.
    let response = Response::builder().header(header::CONTENT_TYPE, "image/png");
    Ok(response.header(header::CONTENT_DISPOSITION, "attachment; filename=\"logo.png\"").body(png))
}

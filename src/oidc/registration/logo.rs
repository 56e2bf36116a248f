//! `/logo/{client}`: a client's logo, a copy of ours.

use poem::Response;
use uuid::Uuid;

use crate::{
    http::{Call, PageError, picture},
    store::client_logo,
};

/// Serves the copy. Its address changes with its content.
///
/// # Errors
/// A page, when there is none.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let id = call.segment::<Uuid>("client").ok_or_else(PageError::not_found)?;
    let png = client_logo::find(&call.app.store.read(), id).await?.ok_or_else(PageError::not_found)?;
    Ok(picture::serve(png, "logo"))
}

//! What browsers and password managers look for at the host's root.

use poem::{IntoResponse, Response, web::Json};
use serde_json::json;

use crate::{
    http::{Call, PageError, Problem, see_other},
    urls,
};

/// Origins whose pages may use our passkeys (WebAuthn 5.11.1).
///
/// # Errors
/// None.
pub async fn webauthn(call: Call) -> Result<Response, Problem> {
    Ok(Json(json!({ "origins": call.app.config.relying_party.origins })).into_response())
}

/// Where passkeys are made and managed.
///
/// # Errors
/// None.
pub async fn passkey_endpoints(call: Call) -> Result<Response, Problem> {
    let passkeys = call.app.urls.absolute(urls::ACCOUNT_PASSKEYS);
    Ok(Json(json!({ "enroll": passkeys, "manage": passkeys })).into_response())
}

/// There is no password; passkeys are what one would change.
///
/// # Errors
/// None.
pub async fn change_password(call: Call) -> Result<Response, PageError> {
    Ok(see_other(&call.app.urls.path(urls::ACCOUNT_PASSKEYS)))
}

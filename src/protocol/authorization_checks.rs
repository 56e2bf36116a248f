//! The ordered table of checks of an authorization request (OIDC Core 3.1.2.2), one file each.
//!
//! They run once client and redirect URI are trusted, so every refusal is a redirect.

mod code_challenge;
mod lengths;
mod max_age;
mod prompt;
mod request_object;
mod response_mode;
mod response_type;
mod scope;

use super::{
    authorization_request::AuthorizationRequest, client::Client, error_code::OAuthError, parameters::Parameters,
};

/// Runs every check in order.
///
/// # Errors
/// The first refusal.
pub fn run(parameters: &Parameters, client: &Client, redirect_uri: String) -> Result<AuthorizationRequest, OAuthError> {
    parameters.refuse_repeated()?;
    lengths::check(parameters)?;
    request_object::check(parameters)?;
    response_type::check(parameters)?;
    response_mode::check(parameters)?;
    let scopes = scope::check(parameters, client)?;
    let code_challenge = code_challenge::check(parameters, client)?;
    let prompt = prompt::check(parameters)?;
    let max_age = max_age::check(parameters)?;
    let owned = |name| parameters.find(name).map(str::to_owned);
    Ok(AuthorizationRequest {
        redirect_uri,
        redirect_uri_sent: parameters.find("redirect_uri").is_some(),
        scopes,
        state: owned("state"),
        nonce: owned("nonce"),
        code_challenge,
        prompt,
        max_age,
        ui_locales: owned("ui_locales"),
        login_hint: owned("login_hint"),
    })
}

#[cfg(test)]
mod tests;

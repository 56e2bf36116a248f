//! The ordered table of checks of an authorization request (OIDC Core 3.1.2.2), one file each.
//!
//! They run once client and redirect URI are trusted, so every refusal goes to the client.

mod acr;
mod claims;
mod code_challenge;
mod lengths;
mod max_age;
mod nonce;
mod prompt;
mod request_object;
mod resource;
mod response_mode;
mod response_type;
mod scope;

use super::{
    authorization_request::AuthorizationRequest, client::Client, error_code::OAuthError, parameters::Parameters,
    resource::Resource,
};

pub use response_mode::of_answer;

/// What the provider has to offer.
#[derive(Clone, Copy)]
pub struct Offer<'a> {
    /// `oidc.legacy_response_types`.
    pub legacy_response_types: bool,
    /// The resource of an identifier.
    pub resource: &'a (dyn Fn(&str) -> Option<Resource> + Sync),
}

/// Runs every check in order.
///
/// # Errors
/// The first refusal.
pub fn run(
    parameters: &Parameters,
    client: &Client,
    redirect_uri: String,
    offer: Offer<'_>,
) -> Result<AuthorizationRequest, OAuthError> {
    parameters.refuse_repeated()?;
    lengths::check(parameters)?;
    request_object::check(parameters)?;
    let response_type = response_type::check(parameters, client, offer)?;
    let response_mode = response_mode::check(parameters, response_type, &redirect_uri)?;
    let claims = claims::check(parameters)?;
    let scopes = scope::check(parameters, client, response_type, claims.as_ref())?;
    let nonce = nonce::check(parameters, response_type)?;
    let code_challenge = code_challenge::check(parameters, client, response_type)?;
    let prompt = prompt::check(parameters)?;
    let max_age = max_age::check(parameters)?.or(client.details.default_max_age);
    let resources = resource::check(parameters, client, offer)?;
    let owned = |name| parameters.find(name).map(str::to_owned);
    Ok(AuthorizationRequest {
        response_type,
        response_mode,
        redirect_uri,
        redirect_uri_sent: parameters.find("redirect_uri").is_some(),
        scopes,
        state: owned("state"),
        nonce,
        code_challenge,
        prompt,
        max_age,
        ui_locales: owned("ui_locales"),
        login_hint: owned("login_hint"),
        hinted_sub: claims.as_ref().and_then(|claims| claims.sub().map(str::to_owned)),
        essential_acr: acr::essential(claims.as_ref()),
        acr_values: acr::voluntary(parameters, client, claims.as_ref()),
        claims,
        resources,
    })
}

#[cfg(test)]
mod tests;

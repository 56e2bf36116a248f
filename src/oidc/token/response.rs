//! The token response (RFC 6749 5.1, OIDC Core 3.1.3.3).

use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde::Serialize;

use crate::{
    app::App,
    clock::Time,
    crypto::secret::Secret,
    http::OAuthFailure,
    keys::SigningFailed,
    oidc::{
        access_token::AccessToken,
        id_token::{self, SignIn},
    },
    protocol::{claims_request, client::Client, error_code::ErrorCode, scope::ScopeSet},
};

/// What a grant came to.
pub(super) struct Issued {
    /// Fresh.
    pub access_token: AccessToken,
    /// Fresh, if the grant outlives the session.
    pub refresh_token: Option<Secret<String>>,
    /// Told in an ID token, where there is a person and they were asked for.
    pub sign_in: Option<SignIn>,
    /// What the access token opens.
    pub scopes: ScopeSet,
}

#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// Signs what is to be signed, and renders the response.
pub(super) fn render(app: &App, client: &Client, issued: Issued, now: Time) -> Result<Response, OAuthFailure> {
    let failed = |SigningFailed| {
        OAuthFailure::status(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, "signing failed")
    };
    let access_token = issued.access_token.render(app).map_err(failed)?;
    let sign = |sign_in: &SignIn| id_token::sign(app, client, sign_in, (Some(access_token.expose()), None), now);
    let response = TokenResponse {
        access_token: access_token.expose(),
        token_type: "Bearer",
        expires_in: app.config.raw.oidc.access_token_lifetime.get().num_seconds(),
        refresh_token: issued.refresh_token.as_ref().map(|token| token.expose().as_str()),
        id_token: issued.sign_in.as_ref().map(sign).transpose().map_err(failed)?,
        scope: claims_request::told(&issued.scopes),
    };
    Ok(Json(response).into_response())
}

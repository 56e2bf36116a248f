//! The token response (RFC 6749 5.1, OIDC Core 3.1.3.3). The ID token is signed after the commit, outside every lock.

use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde::Serialize;

use crate::{
    app::App,
    clock::Time,
    crypto::secret::Secret,
    http::OAuthFailure,
    oidc::issue,
    protocol::{
        client::Client,
        error_code::ErrorCode,
        id_token::{IdToken, at_hash},
    },
    store::authorization_code::AuthorizationCode,
};

/// What a grant came to.
pub(super) struct Issued {
    /// Fresh.
    pub access_token: Secret<String>,
    /// The person's own `sub`.
    pub sub: String,
    /// What it came from.
    pub code: AuthorizationCode,
}

#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: i64,
    id_token: String,
    scope: String,
}

/// Renders the response with its ID token.
pub(super) fn render(app: &App, client: &Client, issued: Issued, now: Time) -> Result<Response, OAuthFailure> {
    let Issued { access_token, sub, code } = issued;
    let lifetimes = &app.config.raw.oidc;
    let claims = IdToken {
        iss: app.config.issuer.as_str(),
        sub: &issue::subject(app, client, &sub),
        aud: &client.client_id,
        exp: (now + lifetimes.id_token_lifetime.get()).timestamp(),
        iat: now.timestamp(),
        auth_time: code.auth_time.timestamp(),
        nonce: code.nonce.as_deref(),
        acr: code.assurance.acr.as_deref(),
        amr: &code.assurance.amr,
        sid: &issue::sid(app, client, code.session_id),
        at_hash: &at_hash(access_token.expose()),
    };
    let failed = || OAuthFailure::status(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, "signing failed");
    let keys = app.keys();
    let signer = keys.signer(client.id_token_signed_response_alg).ok_or_else(failed)?;
    let id_token = signer.sign("JWT", &claims).map_err(|_| failed())?;
    let response = TokenResponse {
        access_token: access_token.expose(),
        token_type: "Bearer",
        expires_in: lifetimes.access_token_lifetime.get().num_seconds(),
        id_token,
        scope: code.scopes.to_string(),
    };
    Ok(Json(response).into_response())
}

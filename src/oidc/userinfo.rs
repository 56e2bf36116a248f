//! The UserInfo endpoint (OIDC Core 5.3): one read.

use poem::{IntoResponse, Response, web::Json};

use super::issue;
use crate::{
    crypto::token::{self, TokenKind},
    http::{Call, OAuthFailure},
    protocol::{
        error_code::{ErrorCode, OAuthError},
        scope::OPENID,
    },
    store::subject,
};

/// The token by header (RFC 6750 2.1).
///
/// # Errors
/// `WWW-Authenticate: Bearer`.
pub async fn get(call: Call) -> Result<Response, OAuthFailure> {
    let token = by_header(&call)?;
    answer(&call, token).await
}

/// The token by header or in the form (RFC 6750 2.2), not both.
///
/// # Errors
/// `WWW-Authenticate: Bearer`.
pub async fn post(call: Call) -> Result<Response, OAuthFailure> {
    let header = by_header(&call)?;
    let form = if call.body.is_empty() { None } else { call.form().ok() };
    let body = form.as_ref().and_then(|form| form.find("access_token")).map(str::to_owned);
    let repeated = form.is_some_and(|form| form.is_repeated("access_token"));
    if repeated || (header.is_some() && body.is_some()) {
        let error = OAuthError::invalid_request("the access token comes more than once");
        return Err(OAuthFailure::bearer(Some(error)));
    }
    answer(&call, header.or(body)).await
}

fn by_header(call: &Call) -> Result<Option<String>, OAuthFailure> {
    let Some(header) = call.header("authorization") else { return Ok(None) };
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim().to_owned())),
        _ => Err(OAuthFailure::bearer(None)),
    }
}

async fn answer(call: &Call, token: Option<String>) -> Result<Response, OAuthFailure> {
    let invalid = || {
        let error = OAuthError::new(ErrorCode::InvalidToken, "the access token is unknown, expired or revoked");
        OAuthFailure::bearer(Some(error))
    };
    let token = token.ok_or_else(|| OAuthFailure::bearer(None))?;
    let hash = token::hash(TokenKind::AccessToken, &token).ok_or_else(invalid)?;
    let found = subject::find_by_access_token(&call.app.store.read(), hash).await?.ok_or_else(invalid)?;
    call.app.policy().allow_token(&found).map_err(|_| invalid())?;
    if !found.scopes.contains(OPENID) {
        let error = OAuthError::new(ErrorCode::InsufficientScope, "the access token lacks the openid scope");
        return Err(OAuthFailure::bearer(Some(error)));
    }
    let user = &found.subject.user;
    let mut claims = user.person().release(&found.scopes, found.client.release_unverified_email);
    claims.insert("sub".to_owned(), issue::subject(&call.app, &found.client, &user.sub).into());
    Ok(Json(claims).into_response())
}

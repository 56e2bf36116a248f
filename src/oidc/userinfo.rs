//! The UserInfo endpoint (OIDC Core 5.3): one read, and one of groups where the client is told them.

use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde_json::{Map, Value};

use crate::{
    app::App,
    claims::{self, Released},
    http::{Call, OAuthFailure, bearer as bearer_token},
    protocol::{
        claim_rule::Target,
        error_code::{ErrorCode, OAuthError},
        scope::OPENID,
    },
    store::{
        self,
        bearer::{self, Bearer, Person},
    },
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
    match call.bearer() {
        None if call.header("authorization").is_some() => Err(OAuthFailure::bearer(None)),
        token => Ok(token.map(str::to_owned)),
    }
}

async fn answer(call: &Call, token: Option<String>) -> Result<Response, OAuthFailure> {
    let refuse = |code, text| OAuthFailure::bearer(Some(OAuthError::new(code, text)));
    let invalid = || refuse(ErrorCode::InvalidToken, "the access token is unknown, expired or revoked");
    let (app, token) = (&call.app, token.ok_or_else(|| OAuthFailure::bearer(None))?);
    let presented = bearer_token::present(app, &token).ok_or_else(invalid)?;
    let found = bearer::find(&app.store.read(), presented.hash).await?.ok_or_else(invalid)?;
    app.policy().allow_bearer(&found).map_err(|_| invalid())?;
    if !found.audience.is_empty() {
        return Err(refuse(ErrorCode::InvalidToken, "the access token is meant for somebody else"));
    }
    let Some(person) = found.person.as_ref().filter(|_| found.scopes.contains(OPENID)) else {
        return Err(refuse(ErrorCode::InsufficientScope, "the access token lacks the openid scope"));
    };
    let claims = told(app, &found, person).await?;
    let Some(algorithm) = found.client.details.userinfo_signed_response_alg else {
        return Ok(Json(claims).into_response());
    };
    let failed = || OAuthFailure::status(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, "signing failed");
    let keys = app.keys();
    let jwt = keys.signer(algorithm).and_then(|signer| signer.sign("JWT", &claims).ok()).ok_or_else(failed)?;
    Ok(Response::builder().content_type("application/jwt").body(jwt))
}

/// What the client may be told of the person, and whose it is.
async fn told(app: &App, found: &Bearer, person: &Person) -> Result<Map<String, Value>, store::Error> {
    let (client, user) = (&found.client, &person.subject.user);
    // What the client may have no more is not given any more.
    let granted = client.narrow(&found.scopes);
    let asked = person.family.claims.as_ref();
    let of = (client, user);
    let places = [Target::UserInfo];
    let mut told = Released::read(&app.store.read(), app, of, (&granted, asked), &places).await?.userinfo();
    told.insert("sub".to_owned(), claims::subject(app, client, &user.sub).into());
    if client.details.userinfo_signed_response_alg.is_some() {
        // 5.3.2: a signed answer says whose it is and for whom.
        told.insert("iss".to_owned(), app.config.issuer.as_str().into());
        told.insert("aud".to_owned(), client.client_id.clone().into());
    }
    Ok(told)
}

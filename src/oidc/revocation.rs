//! Token revocation (RFC 7009). A refresh token takes its family along; an access token goes alone.

use chrono::DateTime;
use poem::{Response, http::StatusCode};
use serde_json::json;
use uuid::Uuid;

use super::{client_authentication::authenticate, replay};
use crate::{
    audit::{Entry, Event},
    clock::Time,
    crypto::token::{self, TokenKind},
    http::{Call, OAuthFailure, bearer as bearer_token},
    protocol::{
        client::Client,
        error_code::{ErrorCode, OAuthError},
        jws::{self, Claims},
    },
    store::{self, Tx, bearer, replayed_jti, token_family},
};

/// Revokes. What is unknown is revoked enough (2.2).
///
/// # Errors
/// OAuth JSON; `invalid_grant` for a token of another client.
pub async fn post(call: Call) -> Result<Response, OAuthFailure> {
    let refuse = |error| OAuthFailure::token(error, false);
    let form = call.form().map_err(refuse)?;
    form.refuse_repeated().map_err(refuse)?;
    let client = authenticate(&call, &form).await?;
    let token = form.find("token").ok_or_else(|| refuse(OAuthError::invalid_request("token is missing")))?;
    let now = call.now();
    let Some(target) = find(&call, token).await? else { return Ok(done()) };
    if target.client_id != client.client_id {
        let error = OAuthError::new(ErrorCode::InvalidGrant, "the token was issued to another client");
        return Err(refuse(error));
    }
    call.app.store.write(async |tx| target.revoke(tx, &call, &client, now).await).await?;
    Ok(done())
}

struct Target {
    client_id: String,
    user_id: Option<Uuid>,
    what: What,
}

enum What {
    /// A refresh token's.
    Family(Uuid),
    /// An access token's row.
    Row(crate::crypto::mac::Tag),
    /// A JWT without a row: until when it would be good.
    Jti(String, Time),
}

impl What {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Family(_) => "refresh_token",
            Self::Row(_) | Self::Jti(..) => "access_token",
        }
    }
}

/// The kinds are told apart by the token itself, so `token_type_hint` has nothing to add.
async fn find(call: &Call, token: &str) -> Result<Option<Target>, store::Error> {
    let app = &call.app;
    if let Some(hash) = token::hash(TokenKind::RefreshToken, token) {
        let found = bearer::find_refresh(&app.store.read(), hash).await?;
        return Ok(found.map(|found| Target {
            client_id: found.client.client_id,
            user_id: Some(found.person.family.user_id),
            what: What::Family(found.person.family.id),
        }));
    }
    let Some(presented) = bearer_token::present(app, token) else { return Ok(None) };
    if let Some(claims) = presented.claims.as_ref().filter(|claims| bearer_token::is_without_row(claims)) {
        return Ok(without_row(claims));
    }
    let found = bearer::find(&app.store.read(), presented.hash).await?;
    Ok(found.map(|found| Target {
        client_id: found.client.client_id,
        user_id: found.person.map(|person| person.family.user_id),
        what: What::Row(presented.hash),
    }))
}

fn without_row(claims: &Claims) -> Option<Target> {
    let until = DateTime::from_timestamp(jws::seconds(claims, "exp")?, 0)?;
    let jti = jws::text(claims, "jti")?.to_owned();
    Some(Target { client_id: jws::text(claims, "client_id")?.to_owned(), user_id: None, what: What::Jti(jti, until) })
}

impl Target {
    async fn revoke(&self, tx: &Tx, call: &Call, client: &Client, now: Time) -> Result<(), store::Error> {
        let changed = match &self.what {
            What::Family(id) => token_family::revoke(tx, *id, now).await?,
            What::Row(hash) => store::access_token::delete(tx, *hash).await?,
            What::Jti(jti, until) => replayed_jti::insert(tx, replay::revoked(jti), *until).await?,
        };
        if changed {
            let entry = Entry {
                subject: self.user_id,
                client: Some(client.client_id.clone()),
                details: json!({ "kind": self.what.as_str() }),
                ..Entry::default()
            };
            call.record(tx, Event::TokenRevoked, entry, now);
        }
        Ok(())
    }
}

fn done() -> Response {
    Response::builder().status(StatusCode::OK).finish()
}

//! Token introspection (RFC 7662): one read, and one of groups where the client has them told. What a caller may not know of is as if it did not exist.

use poem::{IntoResponse, Response, web::Json};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{client_authentication::authenticate, replay};
use crate::{
    app::App,
    claims::{self, Released},
    clock::Time,
    crypto::token::{self, TokenKind},
    http::{
        Call, OAuthFailure,
        bearer::{self as bearer_token, Presented},
    },
    protocol::{
        claim_rule::Target,
        claims_request,
        client::Client,
        error_code::{ErrorCode, OAuthError},
        jws::{self, Claims},
        scope::ScopeSet,
    },
    store::{self, bearer},
};

/// RFC 7662 2.2.
#[serde_with::skip_serializing_none]
#[derive(Debug, Default, Serialize)]
pub struct Introspection {
    /// Whether it opens anything now.
    pub active: bool,
    /// What it opens.
    pub scope: Option<String>,
    /// Whom it was issued to.
    pub client_id: Option<String>,
    /// `Bearer`; refresh tokens have none.
    pub token_type: Option<&'static str>,
    /// When it ends, in seconds.
    pub exp: Option<i64>,
    /// When it was issued, in seconds.
    pub iat: Option<i64>,
    /// Whose it is, as the client sees them.
    pub sub: Option<String>,
    /// Whom it is meant for.
    pub aud: Option<Vec<String>>,
    /// Who issued it.
    pub iss: Option<String>,
    /// Of a JWT.
    pub jti: Option<String>,
    /// What the person's sign-in proved (RFC 9470 6.2).
    pub acr: Option<String>,
    /// When the person signed in, in seconds (RFC 9470 6.2).
    pub auth_time: Option<i64>,
    /// What the client's rules tell there.
    #[serde(flatten)]
    pub claims: Map<String, Value>,
}

/// Tells a client about a token.
///
/// # Errors
/// OAuth JSON.
pub async fn post(call: Call) -> Result<Response, OAuthFailure> {
    let refuse = |error| OAuthFailure::token(error, false);
    let form = call.form().map_err(refuse)?;
    form.refuse_repeated().map_err(refuse)?;
    let caller = authenticate(&call, &form).await?;
    if caller.is_public() {
        let error = OAuthError::new(ErrorCode::InvalidClient, "introspection needs a client that authenticates");
        return Err(refuse(error));
    }
    let token = form.find("token").ok_or_else(|| refuse(OAuthError::invalid_request("token is missing")))?;
    let told = tell(&call.app, &caller, token).await?;
    Ok(Json(told.unwrap_or_default()).into_response())
}

async fn tell(app: &App, caller: &Client, token: &str) -> Result<Option<Introspection>, store::Error> {
    if let Some(hash) = token::hash(TokenKind::RefreshToken, token) {
        return refresh_token(app, caller, hash).await;
    }
    let Some(presented) = bearer_token::present(app, token) else { return Ok(None) };
    match &presented.claims {
        Some(claims) if bearer_token::is_without_row(claims) => client_token(app, caller, claims).await,
        _ => access_token(app, caller, presented).await,
    }
}

async fn access_token(app: &App, caller: &Client, presented: Presented) -> Result<Option<Introspection>, store::Error> {
    let Some(found) = bearer::find(&app.store.read(), presented.hash).await? else { return Ok(None) };
    if app.policy().allow_bearer(&found).is_err() || !may_know(app, caller, &found.client.client_id, &found.audience) {
        return Ok(None);
    }
    let sub = match &found.person {
        Some(person) => claims::subject(app, &found.client, &person.subject.user.sub),
        None => found.client.client_id.clone(),
    };
    let claims = match &found.person {
        Some(person) => {
            let (granted, of) = (found.client.narrow(&found.scopes), (&found.client, &person.subject.user));
            let places = [Target::AccessToken];
            Released::read(&app.store.read(), app, of, (&granted, None), &places).await?.access_token()
        }
        None => Map::new(),
    };
    Ok(Some(Introspection {
        claims,
        token_type: Some("Bearer"),
        aud: Some(if found.audience.is_empty() { vec![app.config.issuer.as_str().to_owned()] } else { found.audience }),
        jti: presented.claims.and_then(|claims| jws::text(&claims, "jti").map(str::to_owned)),
        acr: found.person.as_ref().and_then(|person| person.family.assurance.acr.clone()),
        auth_time: found.person.as_ref().map(|person| person.family.auth_time.timestamp()),
        ..told(app, &found.client.client_id, sub, &found.scopes, (found.created_at, found.expires_at))
    }))
}

/// A refresh token is its own client's business.
async fn refresh_token(
    app: &App,
    caller: &Client,
    hash: crate::crypto::mac::Tag,
) -> Result<Option<Introspection>, store::Error> {
    let Some(found) = bearer::find_refresh(&app.store.read(), hash).await? else { return Ok(None) };
    if found.client.id != caller.id || app.policy().allow_refresh(&found).is_err() {
        return Ok(None);
    }
    let family = &found.person.family;
    // What came before the head would end the family, so it is as good as gone.
    if ![found.id, found.parent].contains(&family.head) {
        return Ok(None);
    }
    let sub = claims::subject(app, &found.client, &found.person.subject.user.sub);
    Ok(Some(told(app, &found.client.client_id, sub, &family.scopes, (found.created_at, found.expires_at))))
}

/// A JWT that a client got for itself: it says all there is, unless it was revoked.
async fn client_token(app: &App, caller: &Client, claims: &Claims) -> Result<Option<Introspection>, store::Error> {
    let text = |name| jws::text(claims, name).map(str::to_owned);
    let (Some(client_id), Some(jti), Some(exp)) = (text("client_id"), text("jti"), jws::seconds(claims, "exp")) else {
        return Ok(None);
    };
    let aud: Vec<_> = jws::audience(claims).into_iter().map(str::to_owned).collect();
    let is_live = exp > app.now().timestamp();
    let enabled = app.clients.find(&client_id).await?.is_some_and(|client| client.enabled);
    if !is_live || !enabled || !may_know(app, caller, &client_id, &aud) {
        return Ok(None);
    }
    if store::replayed_jti::exists(&app.store.read(), replay::revoked(&jti)).await? {
        return Ok(None);
    }
    Ok(Some(Introspection {
        active: true,
        scope: text("scope"),
        sub: text("sub"),
        client_id: Some(client_id),
        token_type: Some("Bearer"),
        exp: Some(exp),
        iat: jws::seconds(claims, "iat"),
        aud: Some(aud),
        iss: text("iss"),
        jti: Some(jti),
        ..Introspection::default()
    }))
}

/// What was issued to the caller, or is meant for a resource that it introspects for.
fn may_know(app: &App, caller: &Client, client_id: &str, audience: &[String]) -> bool {
    let is_for = |name: &String| app.clients.resource(name).is_some_and(|known| known.client_id == Some(caller.id));
    caller.client_id == client_id || audience.iter().any(is_for)
}

fn told(app: &App, client_id: &str, sub: String, scopes: &ScopeSet, (from, until): (Time, Time)) -> Introspection {
    Introspection {
        active: true,
        scope: claims_request::told(scopes),
        client_id: Some(client_id.to_owned()),
        sub: Some(sub),
        iat: Some(from.timestamp()),
        exp: Some(until.timestamp()),
        iss: Some(app.config.issuer.as_str().to_owned()),
        ..Introspection::default()
    }
}

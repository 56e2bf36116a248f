//! Access tokens: opaque by default, RFC 9068 where the client or the resource says so. Either way a row decides what it
//! opens.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    app::App,
    claims::Released,
    clock::Time,
    crypto::{
        mac::{Tag, base64url},
        secret::Secret,
        token::{self, Generated, TokenKind},
    },
    http::bearer,
    keys::SigningFailed,
    protocol::{
        acr_amr::Assurance, claim_rule::Target, claims_request, client::Client, client_details::AccessTokenFormat,
        resource::Resource, scope::ScopeSet, signing_algorithm::SigningAlgorithm,
    },
    store::{
        self, Tx,
        access_token::{self, Holder, NewAccessToken},
        user::User,
    },
};

/// Facts of a token.
#[derive(Clone, Debug)]
pub struct Terms<'a> {
    /// To whom.
    pub client: &'a Client,
    /// What it opens.
    pub scopes: ScopeSet,
    /// What it is meant for; none for the issuer.
    pub resources: &'a [Resource],
    /// What clients see as its subject.
    pub sub: String,
    /// Of the ceremony, where there is a person.
    pub ceremony: Option<(Time, &'a Assurance)>,
    /// What the client's rules tell in JWTs.
    pub claims: Map<String, Value>,
}

/// A token whose row is written; a JWT is signed once that is committed.
#[derive(Debug)]
pub enum AccessToken {
    /// As it is given away.
    Opaque(Secret<String>),
    /// To be signed.
    Jwt(Box<Claims>, SigningAlgorithm),
}

/// RFC 9068 2.2.
#[derive(Debug, Serialize)]
pub struct Claims {
    iss: String,
    exp: i64,
    aud: Audience,
    sub: String,
    client_id: String,
    iat: i64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<Vec<String>>,
    #[serde(flatten)]
    claims: Map<String, Value>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Mints a token and stores its row; without a transaction there is no row, for a JWT that nobody need look up.
///
/// # Errors
/// When keys could not be followed.
pub fn mint(
    tx: Option<&Tx>,
    app: &App,
    terms: Terms<'_>,
    holder: Holder,
    now: Time,
) -> Result<AccessToken, store::Error> {
    app.check_fresh()?;
    let Generated { token, hash } = token::generate(&*app.rng, TokenKind::AccessToken);
    let expires_at = now + app.config.raw.oidc.access_token_lifetime.get();
    if let Some(tx) = tx {
        let audience: Vec<_> = terms.resources.iter().map(|resource| resource.identifier.clone()).collect();
        let (scopes, id) = (&terms.scopes, app.uuid());
        let new = NewAccessToken { id, token_hash: hash, holder, scopes, audience: &audience, expires_at };
        access_token::insert(tx, &new, now)?;
    }
    if !is_jwt(terms.client, terms.resources) {
        return Ok(AccessToken::Opaque(token));
    }
    let algorithm = terms.client.id_token_signed_response_alg;
    Ok(AccessToken::Jwt(Box::new(claims(app, terms, hash, (now, expires_at))), algorithm))
}

/// What the client's rules tell in a token with these scopes: nothing where it is opaque, for then introspection tells it.
///
/// # Errors
/// When the database fails.
pub async fn told(
    tx: &Tx,
    app: &App,
    of: (&Client, &User),
    (scopes, resources): (&ScopeSet, &[Resource]),
) -> Result<Map<String, Value>, store::Error> {
    if !is_jwt(of.0, resources) {
        return Ok(Map::new());
    }
    Ok(Released::read(tx, app, of, (scopes, None), &[Target::AccessToken]).await?.access_token())
}

/// Whether tokens for these are JWTs.
#[must_use]
pub fn is_jwt(client: &Client, resources: &[Resource]) -> bool {
    // Our own APIs, which have no row, look every token up.
    if resources.iter().any(|resource| resource.id.is_nil()) {
        return false;
    }
    client.details.access_token_format == AccessTokenFormat::Jwt
        || resources.iter().any(|resource| resource.access_token_format == AccessTokenFormat::Jwt)
}

fn claims(app: &App, terms: Terms<'_>, hash: Tag, (now, expires_at): (Time, Time)) -> Claims {
    let mut audience: Vec<_> = terms.resources.iter().map(|resource| resource.identifier.clone()).collect();
    let aud = match audience.len() {
        0 => Audience::One(app.config.issuer.as_str().to_owned()),
        1 => Audience::One(audience.remove(0)),
        _ => Audience::Many(audience),
    };
    Claims {
        iss: app.config.issuer.as_str().to_owned(),
        exp: expires_at.timestamp(),
        aud,
        sub: terms.sub,
        client_id: terms.client.client_id.clone(),
        iat: now.timestamp(),
        // The row's own key: whoever reads the token learns nothing that opens more than it does.
        jti: base64url(&hash),
        scope: claims_request::told(&terms.scopes),
        auth_time: terms.ceremony.map(|(at, _)| at.timestamp()),
        acr: terms.ceremony.and_then(|(_, assurance)| assurance.acr.clone()),
        amr: terms.ceremony.map(|(_, assurance)| assurance.amr.clone()),
        claims: terms.claims,
    }
}

impl AccessToken {
    /// As it is given away.
    ///
    /// # Errors
    /// When there is no key for it.
    pub fn render(self, app: &App) -> Result<Secret<String>, SigningFailed> {
        match self {
            Self::Opaque(token) => Ok(token),
            Self::Jwt(claims, algorithm) => {
                let keys = app.keys();
                let signer = keys.signer(algorithm).ok_or(SigningFailed)?;
                signer.sign(bearer::TYP, &claims).map(Secret::new)
            }
        }
    }
}

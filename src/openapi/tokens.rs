//! Requests and answers about tokens.

use poem_openapi::{ApiResponse, Enum, Object};

use super::describe::PlainJson;

/// What is exchanged.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 4.1.3.
    AuthorizationCode,
    /// RFC 6749 6.
    RefreshToken,
    /// RFC 6749 4.4.2.
    ClientCredentials,
}

/// A token request. Each grant type needs its own members.
#[derive(Object)]
pub struct TokenRequest {
    /// What is exchanged.
    pub grant_type: GrantType,
    /// The code.
    pub code: Option<String>,
    /// As in the authorization request.
    pub redirect_uri: Option<String>,
    /// Proves that the code is the caller's (RFC 7636 4.5).
    pub code_verifier: Option<String>,
    /// The refresh token.
    pub refresh_token: Option<String>,
    /// Less than was granted, where less is enough.
    pub scope: Option<String>,
    /// What the access token shall be meant for (RFC 8707); may repeat.
    pub resource: Option<Vec<String>>,
    /// For clients that do not use Basic.
    pub client_id: Option<String>,
    /// For clients with a secret that do not use Basic.
    pub client_secret: Option<String>,
    /// For clients that sign: `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    pub client_assertion_type: Option<String>,
    /// For clients that sign (RFC 7523 2.2).
    pub client_assertion: Option<String>,
}

/// Tokens (RFC 6749 5.1, OIDC Core 3.1.3.3).
#[derive(Object)]
pub struct Tokens {
    /// Opens UserInfo, or the resource that was named.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// In seconds.
    pub expires_in: u32,
    /// With `offline_access`. The one before is good until this one is used.
    pub refresh_token: Option<String>,
    /// A signed JWT about the person and the sign-in.
    pub id_token: Option<String>,
    /// What was granted; not there when that is no scope at all.
    pub scope: Option<String>,
}

/// Tokens.
#[derive(ApiResponse)]
pub enum TokenAnswer {
    /// The tokens. Never cached.
    #[oai(status = 200)]
    Ok(PlainJson<Tokens>),
}

/// A question about a token (RFC 7662 2.1).
#[derive(Object)]
pub struct IntrospectionRequest {
    /// An access token or a refresh token.
    pub token: String,
    /// Not needed: tokens say what they are.
    pub token_type_hint: Option<String>,
}

/// What is known about a token (RFC 7662 2.2). Of one that is not good, or not the caller's business, `active` alone.
#[derive(Object)]
pub struct Introspection {
    /// Whether it opens anything now.
    pub active: bool,
    /// What it opens.
    pub scope: Option<String>,
    /// Whom it was issued to.
    pub client_id: Option<String>,
    /// `Bearer`; refresh tokens have none.
    pub token_type: Option<String>,
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
}

/// What is known.
#[derive(ApiResponse)]
pub enum IntrospectionAnswer {
    /// The token, as far as the caller may know.
    #[oai(status = 200)]
    Ok(PlainJson<Introspection>),
}

/// A token that nobody needs any more (RFC 7009 2.1).
#[derive(Object)]
pub struct RevocationRequest {
    /// An access token or a refresh token.
    pub token: String,
    /// Not needed: tokens say what they are.
    pub token_type_hint: Option<String>,
}

/// Done.
#[derive(ApiResponse)]
pub enum RevocationAnswer {
    /// It opens nothing, whether it did before or not.
    #[oai(status = 200)]
    Ok,
}

//! How callers show who they are and what they may do.

use poem_openapi::{
    OAuthScopes, SecurityScheme,
    auth::{ApiKey, Basic, Bearer},
};

/// A registration token, or the registration access token of a client.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "registration_token")]
pub struct RegistrationToken(pub Bearer);

/// The client's id and secret, both form-encoded (RFC 6749 2.3.1). Public clients send `client_id` in the form instead.
#[derive(SecurityScheme)]
#[oai(ty = "basic", rename = "client_secret_basic")]
pub struct ClientSecretBasic(pub Basic);

/// Client authentication; none for public clients, and for those that send their secret in the form.
#[derive(SecurityScheme)]
pub enum ClientAuthentication {
    /// In the header.
    Basic(ClientSecretBasic),
    /// In the form.
    #[oai(fallback)]
    None,
}

/// The session of a browser, as a sign-in set it.
#[derive(SecurityScheme)]
#[oai(ty = "api_key", rename = "session", key_name = "__Host-sid", key_in = "cookie")]
pub struct SessionCookie(pub ApiKey);

/// What may be asked for.
#[derive(OAuthScopes)]
#[oai(rename_all = "snake_case")]
pub enum Scope {
    /// Who the person is, as a subject identifier.
    Openid,
    /// Name and the like.
    Profile,
    /// E-mail address.
    Email,
    /// Postal address.
    Address,
    /// Telephone number.
    Phone,
    /// All this while the person is away.
    OfflineAccess,
}

/// An access token of the token endpoint (RFC 6750 2.1).
#[derive(SecurityScheme)]
#[oai(
    ty = "oauth2",
    rename = "access_token",
    flows(authorization_code(authorization_url = "/oauth2/authorize", token_url = "/oauth2/token", scopes = "Scope"))
)]
pub struct AccessToken(pub Bearer);

//! Requests and answers about registrations of clients.

use poem_openapi::{ApiResponse, Object, types::Any};
use serde_json::Value;

use super::describe::PlainJson;

/// Which passkeys will do, for a client or for members of a group.
#[derive(Object)]
pub struct PasskeyPolicy {
    /// They must not be able to leave their device.
    pub device_bound: Option<bool>,
    /// Their maker must have vouched for them.
    pub attested: Option<bool>,
    /// Their model must be one of these AAGUIDs.
    pub aaguids: Option<Vec<String>>,
}

/// Client metadata (RFC 7591 2, OpenID Connect Dynamic Client Registration 2). Unknown members are ignored.
#[derive(Object)]
#[oai(rename_all = "snake_case")]
pub struct ClientMetadata {
    /// Shown to people.
    pub client_name: Option<String>,
    /// Where answers may go.
    pub redirect_uris: Option<Vec<String>>,
    /// `client_secret_basic` unless said otherwise.
    pub token_endpoint_auth_method: Option<String>,
    /// Signs assertions.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// `authorization_code` unless said otherwise.
    pub grant_types: Option<Vec<String>>,
    /// `code` unless said otherwise.
    pub response_types: Option<Vec<String>>,
    /// `web` or `native`.
    pub application_type: Option<String>,
    /// What it may ask for.
    pub scope: Option<String>,
    /// `public` or `pairwise`.
    pub subject_type: Option<String>,
    /// A list of redirect URIs of all clients that see the same people.
    pub sector_identifier_uri: Option<String>,
    /// RS256 unless said otherwise.
    pub id_token_signed_response_alg: Option<String>,
    /// Userinfo is plain JSON unless said otherwise.
    pub userinfo_signed_response_alg: Option<String>,
    /// Signs request objects.
    pub request_object_signing_alg: Option<String>,
    /// Its public keys.
    pub jwks: Option<Any<Value>>,
    /// Where they are.
    pub jwks_uri: Option<String>,
    /// Home page.
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// How it uses what it is told.
    pub policy_uri: Option<String>,
    /// Its terms.
    pub tos_uri: Option<String>,
    /// E-mail addresses of those who look after it.
    pub contacts: Option<Vec<String>>,
    /// Starts a sign-in anew.
    pub initiate_login_uri: Option<String>,
    /// `max_age` of requests that have none, in seconds.
    pub default_max_age: Option<i64>,
    /// `auth_time` is always there.
    pub require_auth_time: Option<bool>,
    /// `acr_values` of requests that have none.
    pub default_acr_values: Option<Vec<String>>,
    /// Where its request objects may be fetched.
    pub request_uris: Option<Vec<String>>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Told when a session ends.
    pub backchannel_logout_uri: Option<String>,
    /// `sid` is always there.
    pub backchannel_logout_session_required: Option<bool>,
    /// `opaque` or `jwt` (RFC 9068).
    pub access_token_format: Option<String>,
    /// Set by operators: assertions must name the issuer alone.
    pub strict_assertion_audience: Option<bool>,
    /// Set by operators: which passkeys will do for it.
    pub passkey_policy: Option<PasskeyPolicy>,
}

/// A registration, and what manages it (RFC 7591 3.2.1, RFC 7592 3).
#[derive(Object)]
pub struct ClientInformation {
    /// What is registered.
    #[oai(flatten)]
    pub metadata: ClientMetadata,
    /// In a change: which client.
    pub client_id: Option<String>,
    /// In a change: its secret, if it has one. In an answer: a fresh one, shown once.
    pub client_secret: Option<String>,
    /// Always 0: never by time.
    pub client_secret_expires_at: Option<i64>,
    /// In seconds.
    pub client_id_issued_at: Option<i64>,
    /// Manages this registration.
    pub registration_access_token: Option<String>,
    /// Where.
    pub registration_client_uri: Option<String>,
}

/// A registration that was made.
#[derive(ApiResponse)]
pub enum RegisteredAnswer {
    /// Everything that is registered, defaults said.
    #[oai(status = 201)]
    Created(PlainJson<ClientInformation>),
}

/// A registration as it is.
#[derive(ApiResponse)]
pub enum RegistrationAnswer {
    /// Everything that is registered.
    #[oai(status = 200)]
    Ok(PlainJson<ClientInformation>),
}

/// A registration that is no more.
#[derive(ApiResponse)]
pub enum RemovedAnswer {
    /// Gone, with all that was issued.
    #[oai(status = 204)]
    Gone,
}

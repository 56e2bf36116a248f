//! Provider metadata and keys.

use poem_openapi::{ApiResponse, Object};

use super::describe::PlainJson;

/// Provider metadata (OpenID Connect Discovery 3, RFC 8414 2).
#[derive(Object)]
pub struct ProviderMetadata {
    /// The issuer identifier.
    pub issuer: String,
    /// RFC 6749 3.1.
    pub authorization_endpoint: String,
    /// RFC 6749 3.2.
    pub token_endpoint: String,
    /// OIDC Core 5.3.
    pub userinfo_endpoint: String,
    /// The JWK Set.
    pub jwks_uri: String,
    /// RFC 7591 3, where it is on.
    pub registration_endpoint: Option<String>,
    /// RFC 7662 2.
    pub introspection_endpoint: String,
    /// RFC 7009 2.
    pub revocation_endpoint: String,
    /// OIDC RP-Initiated Logout 2.1.
    pub end_session_endpoint: String,
    /// As registered with IANA.
    pub scopes_supported: Vec<String>,
    /// As registered with IANA.
    pub response_types_supported: Vec<String>,
    /// As registered with IANA.
    pub response_modes_supported: Vec<String>,
    /// As registered with IANA.
    pub grant_types_supported: Vec<String>,
    /// As registered with IANA.
    pub subject_types_supported: Vec<String>,
    /// As registered with IANA.
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// As registered with IANA.
    pub userinfo_signing_alg_values_supported: Vec<String>,
    /// As registered with IANA.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// As registered with IANA.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// As registered with IANA.
    pub introspection_endpoint_auth_methods_supported: Vec<String>,
    /// As registered with IANA.
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// As registered with IANA.
    pub revocation_endpoint_auth_methods_supported: Vec<String>,
    /// As registered with IANA.
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<String>,
    /// As registered with IANA.
    pub claims_supported: Vec<String>,
    /// As registered with IANA.
    pub claim_types_supported: Vec<String>,
    /// As registered with IANA.
    pub acr_values_supported: Vec<String>,
    /// As registered with IANA.
    pub code_challenge_methods_supported: Vec<String>,
    /// As registered with IANA.
    pub prompt_values_supported: Vec<String>,
    /// As registered with IANA.
    pub ui_locales_supported: Vec<String>,
    /// As registered with IANA.
    pub request_object_signing_alg_values_supported: Vec<String>,
    /// As registered with IANA.
    pub request_parameter_supported: bool,
    /// As registered with IANA.
    pub request_uri_parameter_supported: bool,
    /// As registered with IANA.
    pub require_request_uri_registration: bool,
    /// As registered with IANA.
    pub claims_parameter_supported: bool,
    /// As registered with IANA.
    pub authorization_response_iss_parameter_supported: bool,
    /// As registered with IANA.
    pub backchannel_logout_supported: bool,
    /// As registered with IANA.
    pub backchannel_logout_session_supported: bool,
}

/// A public key (RFC 7517 4). Which members it has depends on `kty`.
#[derive(Object)]
pub struct Jwk {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// The one algorithm of this key.
    pub alg: String,
    /// Always `sig`.
    #[oai(rename = "use")]
    pub key_use: String,
    /// `RSA`, `EC` or `OKP`.
    pub kty: String,
    /// RSA: modulus.
    pub n: Option<String>,
    /// RSA: exponent.
    pub e: Option<String>,
    /// EC and OKP: curve.
    pub crv: Option<String>,
    /// EC and OKP: coordinate or public key.
    pub x: Option<String>,
    /// EC: coordinate.
    pub y: Option<String>,
}

/// A JWK Set (RFC 7517 5).
#[derive(Object)]
pub struct JwkSet {
    /// Keys that sign, will sign, or signed what may still be good.
    pub keys: Vec<Jwk>,
}

/// Provider metadata.
#[expect(clippy::large_enum_variant, reason = "it describes, and is never made")]
#[derive(ApiResponse)]
pub enum MetadataAnswer {
    /// The document.
    #[oai(status = 200)]
    Ok(PlainJson<ProviderMetadata>, #[oai(header = "ETag")] String),
    /// It is the one that `If-None-Match` names.
    #[oai(status = 304)]
    NotModified(#[oai(header = "ETag")] String),
}

/// Keys.
#[derive(ApiResponse)]
pub enum KeysAnswer {
    /// The document.
    #[oai(status = 200)]
    Ok(PlainJson<JwkSet>, #[oai(header = "ETag")] String),
    /// It is the one that `If-None-Match` names.
    #[oai(status = 304)]
    NotModified(#[oai(header = "ETag")] String),
}

//! Provider metadata (OpenID Connect Discovery 3, RFC 8414 2): exactly what is on.

use serde::Serialize;

use super::{
    acr_amr::ACR_PHR, claims, client::TokenEndpointAuthMethod, grant_type::GrantType, scope,
    signing_algorithm::SigningAlgorithm, subject::SubjectType,
};

/// Registered members only.
#[derive(Debug, Serialize)]
pub struct DiscoveryMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    scopes_supported: Vec<&'static str>,
    response_types_supported: Vec<&'static str>,
    response_modes_supported: Vec<&'static str>,
    grant_types_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    claims_supported: Vec<&'static str>,
    claim_types_supported: Vec<&'static str>,
    acr_values_supported: Vec<&'static str>,
    code_challenge_methods_supported: Vec<&'static str>,
    prompt_values_supported: Vec<&'static str>,
    ui_locales_supported: Vec<&'static str>,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    claims_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
}

/// Absolute URLs of the endpoints.
#[derive(Debug)]
pub struct Endpoints {
    /// The issuer itself.
    pub issuer: String,
    /// RFC 6749 3.1.
    pub authorization: String,
    /// RFC 6749 3.2.
    pub token: String,
    /// OIDC Core 5.3.
    pub userinfo: String,
    /// The JWK Set.
    pub jwks: String,
}

impl DiscoveryMetadata {
    /// The document for these endpoints and languages.
    #[must_use]
    pub fn new(endpoints: Endpoints, ui_locales_supported: Vec<&'static str>) -> Self {
        Self {
            issuer: endpoints.issuer,
            authorization_endpoint: endpoints.authorization,
            token_endpoint: endpoints.token,
            userinfo_endpoint: endpoints.userinfo,
            jwks_uri: endpoints.jwks,
            scopes_supported: scope::SUPPORTED.to_vec(),
            response_types_supported: vec!["code"],
            response_modes_supported: vec!["query"],
            grant_types_supported: GrantType::ALL.map(GrantType::as_str).to_vec(),
            subject_types_supported: vec![SubjectType::Public.as_str(), SubjectType::Pairwise.as_str()],
            id_token_signing_alg_values_supported: SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).to_vec(),
            token_endpoint_auth_methods_supported: TokenEndpointAuthMethod::ALL
                .map(TokenEndpointAuthMethod::as_str)
                .to_vec(),
            claims_supported: claims::supported(),
            claim_types_supported: vec!["normal"],
            acr_values_supported: vec![ACR_PHR],
            code_challenge_methods_supported: vec!["S256"],
            prompt_values_supported: vec!["none", "login", "consent", "select_account"],
            ui_locales_supported,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            claims_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
        }
    }
}

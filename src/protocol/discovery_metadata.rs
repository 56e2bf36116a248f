//! Provider metadata (OpenID Connect Discovery 3, RFC 8414 2): exactly what is on.

use serde::Serialize;

use super::{
    acr_amr::{ACR_PHR, ACR_PHRH},
    claims,
    client::TokenEndpointAuthMethod,
    grant_type::GrantType,
    response_mode::ResponseMode,
    response_type::ResponseType,
    scope,
    signing_algorithm::SigningAlgorithm,
    subject::SubjectType,
};

type Names = Vec<&'static str>;

/// Registered members only.
#[serde_with::skip_serializing_none]
#[derive(Debug, Serialize)]
pub struct DiscoveryMetadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    registration_endpoint: Option<String>,
    introspection_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    scopes_supported: Names,
    response_types_supported: Names,
    response_modes_supported: Names,
    grant_types_supported: Names,
    subject_types_supported: Names,
    id_token_signing_alg_values_supported: Names,
    userinfo_signing_alg_values_supported: Names,
    token_endpoint_auth_methods_supported: Names,
    token_endpoint_auth_signing_alg_values_supported: Names,
    introspection_endpoint_auth_methods_supported: Names,
    introspection_endpoint_auth_signing_alg_values_supported: Names,
    revocation_endpoint_auth_methods_supported: Names,
    revocation_endpoint_auth_signing_alg_values_supported: Names,
    claims_supported: Names,
    claim_types_supported: Names,
    acr_values_supported: Names,
    code_challenge_methods_supported: Names,
    prompt_values_supported: Names,
    ui_locales_supported: Names,
    request_object_signing_alg_values_supported: Names,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    require_request_uri_registration: bool,
    claims_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
}

/// Absolute URLs of the endpoints, and what of the rest is on.
#[derive(Debug)]
pub struct Provider {
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
    /// RFC 7662.
    pub introspection: String,
    /// RFC 7009.
    pub revocation: String,
    /// OIDC RP-Initiated Logout 2.1.
    pub end_session: String,
    /// RFC 7591, where strangers or holders of a token may register.
    pub registration: Option<String>,
    /// `oidc.legacy_response_types`.
    pub legacy_response_types: bool,
    /// Whether `phrh` can be had.
    pub tells_hardware: bool,
    /// Languages of pages.
    pub ui_locales: Vec<&'static str>,
}

impl DiscoveryMetadata {
    /// The document of this provider.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        let legacy = provider.legacy_response_types;
        let is_on = |kind: &ResponseType| legacy || !kind.is_legacy();
        let response_types = ResponseType::ALL.into_iter().filter(is_on).map(ResponseType::as_str).collect();
        let grant_types = GrantType::ALL.into_iter().filter(|grant| legacy || *grant != GrantType::Implicit);
        let methods: Names = TokenEndpointAuthMethod::ALL.map(TokenEndpointAuthMethod::as_str).to_vec();
        let confidential = methods.iter().copied().filter(|method| *method != "none").collect();
        let algorithms: Names = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).to_vec();
        // HS256 is for client_secret_jwt alone.
        let assertions: Names = algorithms.iter().copied().chain(["HS256"]).collect();
        Self {
            issuer: provider.issuer,
            authorization_endpoint: provider.authorization,
            token_endpoint: provider.token,
            userinfo_endpoint: provider.userinfo,
            jwks_uri: provider.jwks,
            registration_endpoint: provider.registration,
            introspection_endpoint: provider.introspection,
            revocation_endpoint: provider.revocation,
            end_session_endpoint: provider.end_session,
            scopes_supported: scope::SUPPORTED.to_vec(),
            response_types_supported: response_types,
            response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str).to_vec(),
            grant_types_supported: grant_types.map(GrantType::as_str).collect(),
            subject_types_supported: SubjectType::ALL.map(SubjectType::as_str).to_vec(),
            id_token_signing_alg_values_supported: algorithms.clone(),
            userinfo_signing_alg_values_supported: algorithms.clone(),
            revocation_endpoint_auth_methods_supported: methods.clone(),
            introspection_endpoint_auth_methods_supported: confidential,
            token_endpoint_auth_methods_supported: methods,
            token_endpoint_auth_signing_alg_values_supported: assertions.clone(),
            introspection_endpoint_auth_signing_alg_values_supported: assertions.clone(),
            revocation_endpoint_auth_signing_alg_values_supported: assertions,
            claims_supported: claims::supported(),
            claim_types_supported: vec!["normal"],
            acr_values_supported: if provider.tells_hardware { vec![ACR_PHRH, ACR_PHR] } else { vec![ACR_PHR] },
            code_challenge_methods_supported: vec!["S256"],
            prompt_values_supported: vec!["none", "login", "consent", "select_account", "create"],
            ui_locales_supported: provider.ui_locales,
            request_object_signing_alg_values_supported: algorithms,
            request_parameter_supported: true,
            request_uri_parameter_supported: true,
            require_request_uri_registration: true,
            claims_parameter_supported: true,
            authorization_response_iss_parameter_supported: true,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
        }
    }
}

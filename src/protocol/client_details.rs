//! What a client registers beside what every request asks for (OpenID Connect Dynamic Client Registration 2).

use serde::{Deserialize, Serialize};

use super::{
    claim_rule::{self, ClaimRule},
    grant_type::GrantType,
    jwk_set::JwkSet,
    names::names,
    passkey_policy::PasskeyPolicy,
    response_type::ResponseType,
    signing_algorithm::SigningAlgorithm,
};

names! {
    /// Which redirect URIs a client may have.
    ApplicationType {
        /// https, or http on this machine.
        Web = "web",
        /// Schemes of its own too.
        Native = "native",
    }
}

names! {
    /// What access tokens look like.
    AccessTokenFormat {
        /// Known to the server alone.
        Opaque = "opaque",
        /// RFC 9068.
        Jwt = "jwt",
    }
}

/// Kept as one column: the database never looks inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientDetails {
    /// What it may use at the token endpoint.
    pub grant_types: Vec<GrantType>,
    /// What it may ask the authorization endpoint for.
    pub response_types: Vec<ResponseType>,
    /// Web or native.
    pub application_type: ApplicationType,
    /// E-mail addresses of those who look after it.
    pub contacts: Vec<String>,
    /// Its logo, as it named it; what is shown is a copy of ours.
    pub logo_uri: Option<String>,
    /// Names the content of our copy of it.
    pub logo: Option<String>,
    /// How it uses what it is told.
    pub policy_uri: Option<String>,
    /// Its terms.
    pub tos_uri: Option<String>,
    /// Its public keys.
    pub jwks: Option<JwkSet>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,
    /// A list of redirect URIs of all clients that see the same people.
    pub sector_identifier_uri: Option<String>,
    /// Signs userinfo, if it shall be signed.
    pub userinfo_signed_response_alg: Option<SigningAlgorithm>,
    /// Signs its request objects; any that the server knows when absent.
    pub request_object_signing_alg: Option<SigningAlgorithm>,
    /// Signs its assertions; any that fits the method when absent.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// `max_age` of requests that have none, in seconds.
    pub default_max_age: Option<i64>,
    /// ID tokens always have `auth_time` here; kept because it is echoed.
    pub require_auth_time: bool,
    /// `acr_values` of requests that have none.
    pub default_acr_values: Vec<String>,
    /// Where its request objects may be fetched.
    pub request_uris: Vec<String>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Told when a session ends.
    pub backchannel_logout_uri: Option<String>,
    /// Whether it needs `sid` in logout tokens; they always have it.
    pub backchannel_logout_session_required: bool,
    /// What its access tokens look like.
    pub access_token_format: AccessTokenFormat,
    /// Whether its assertions must name the issuer, and nothing else, as their audience.
    pub strict_assertion_audience: bool,
    /// Which passkeys will do for it, beside what the service demands.
    pub passkey_policy: PasskeyPolicy,
    /// Whether it is for members of its groups alone.
    pub group_restricted: bool,
    /// What it is told beyond the standard claims.
    #[serde(deserialize_with = "claim_rule::readable")]
    pub claims: Vec<ClaimRule>,
    /// Whether it registered itself.
    pub dynamic: bool,
}

impl Default for ClientDetails {
    /// What rows have that were written before there was more.
    fn default() -> Self {
        Self {
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            response_types: vec![ResponseType::Code],
            application_type: ApplicationType::Web,
            contacts: Vec::new(),
            logo_uri: None,
            logo: None,
            policy_uri: None,
            tos_uri: None,
            jwks: None,
            jwks_uri: None,
            sector_identifier_uri: None,
            userinfo_signed_response_alg: None,
            request_object_signing_alg: None,
            token_endpoint_auth_signing_alg: None,
            default_max_age: None,
            require_auth_time: false,
            default_acr_values: Vec::new(),
            request_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            backchannel_logout_session_required: false,
            access_token_format: AccessTokenFormat::Opaque,
            strict_assertion_audience: false,
            passkey_policy: PasskeyPolicy::default(),
            group_restricted: false,
            claims: Vec::new(),
            dynamic: false,
        }
    }
}

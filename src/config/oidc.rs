//! `[oidc]`

use serde::Deserialize;

use super::duration::Lifetime;

/// Tokens and codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Oidc {
    /// How long an authorization code can be redeemed.
    pub code_lifetime: Lifetime,
    /// How long an access token opens anything.
    pub access_token_lifetime: Lifetime,
    /// How long an ID token can be accepted.
    pub id_token_lifetime: Lifetime,
    /// How long an authorization request waits for a person.
    pub authorization_request_lifetime: Lifetime,
}

impl Default for Oidc {
    fn default() -> Self {
        Self {
            code_lifetime: Lifetime::seconds(60),
            access_token_lifetime: Lifetime::seconds(15 * 60),
            id_token_lifetime: Lifetime::seconds(10 * 60),
            authorization_request_lifetime: Lifetime::seconds(60 * 60),
        }
    }
}

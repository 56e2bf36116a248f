//! A checked authorization request (OIDC Core 3.1.2.1), as it is kept while a person decides.

use serde::{Deserialize, Serialize};

use super::{
    acr_amr::ACR_PHRH, claims_request::ClaimsRequest, client::Client, prompt::Prompt, response_mode::ResponseMode,
    response_type::ResponseType, scope::ScopeSet,
};

/// What remains of the parameters once every check has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// What the answer has.
    #[serde(default = "code")]
    pub response_type: ResponseType,
    /// How it travels.
    #[serde(default = "query")]
    pub response_mode: ResponseMode,
    /// Where the answer goes: one that the client registered.
    pub redirect_uri: String,
    /// Whether the request named it, so that the token request must.
    pub redirect_uri_sent: bool,
    /// What the client wants: scopes, and claims that no scope among them brings.
    pub scopes: ScopeSet,
    /// Returned as it came.
    pub state: Option<String>,
    /// Goes into the ID token.
    pub nonce: Option<String>,
    /// S256 value.
    pub code_challenge: Option<String>,
    /// What the person must be asked.
    pub prompt: Prompt,
    /// Longest age of the ceremony, in seconds.
    pub max_age: Option<i64>,
    /// Languages that the client prefers.
    pub ui_locales: Option<String>,
    /// Name that the client believes in.
    pub login_hint: Option<String>,
    /// The `sub` that the answer must be about, as the client knows it.
    #[serde(default)]
    pub hinted_sub: Option<String>,
    /// What the client wants beyond scopes.
    #[serde(default)]
    pub claims: Option<ClaimsRequest>,
    /// One of these the client can't do without; where there are none, any.
    #[serde(default)]
    pub essential_acr: Option<Vec<String>>,
    /// One of these the client would like.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// What tokens shall be meant for.
    #[serde(default)]
    pub resources: Vec<String>,
}

impl AuthorizationRequest {
    /// Whether the client, as it is registered now, may ask this.
    #[must_use]
    pub fn is_open_to(&self, client: &Client) -> bool {
        client.has_redirect_uri(&self.redirect_uri)
            && client.has_response_type(self.response_type)
            && client.narrow(&self.scopes) == self.scopes
            && (!self.response_type.has_code() || self.code_challenge.is_some() || !client.needs_pkce())
    }
}

impl AuthorizationRequest {
    /// Whether a passkey in hardware would be more welcome than another.
    #[must_use]
    pub fn wants_hardware(&self) -> bool {
        self.acr_values.iter().chain(self.essential_acr.iter().flatten()).any(|acr| acr == ACR_PHRH)
    }
}

/// Requests of an older version had nothing else.
fn code() -> ResponseType {
    ResponseType::Code
}

fn query() -> ResponseMode {
    ResponseMode::Query
}

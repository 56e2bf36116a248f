//! A checked authorization request (OIDC Core 3.1.2.1), as it is kept while a person decides.

use serde::{Deserialize, Serialize};

use super::{prompt::Prompt, scope::ScopeSet};

/// What remains of the parameters once every check has passed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Where the answer goes: one that the client registered.
    pub redirect_uri: String,
    /// Whether the request named it, so that the token request must.
    pub redirect_uri_sent: bool,
    /// What the client wants.
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
}

//! A client as the protocol sees it (OpenID Connect Dynamic Client Registration 2).

use url::Url;
use uuid::Uuid;

use super::{redirect_uri, scope::ScopeSet, signing_algorithm::SigningAlgorithm, subject::SubjectType};
use crate::crypto::mac::Tag;

/// How a client shows who it is at the token endpoint (OIDC Core 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenEndpointAuthMethod {
    /// A public client.
    None,
    /// HTTP Basic.
    ClientSecretBasic,
    /// In the form.
    ClientSecretPost,
}

impl TokenEndpointAuthMethod {
    /// All that the server supports.
    pub const ALL: [Self; 3] = [Self::None, Self::ClientSecretBasic, Self::ClientSecretPost];

    /// As metadata spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
        }
    }

    /// The method of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == name)
    }
}

/// A registered client. It holds hashes of secrets only.
#[derive(Clone, Debug)]
pub struct Client {
    /// The row.
    pub id: Uuid,
    /// What requests carry.
    pub client_id: String,
    /// Shown to people.
    pub client_name: String,
    /// How it authenticates.
    pub token_endpoint_auth_method: TokenEndpointAuthMethod,
    /// Exact strings.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: ScopeSet,
    /// Whether a confidential client must use PKCE.
    pub require_pkce: bool,
    /// False for apps of the house.
    pub require_consent: bool,
    /// How it sees its users.
    pub subject_type: SubjectType,
    /// Sector of pairwise subjects.
    pub sector_identifier: Option<String>,
    /// What signs its ID tokens.
    pub id_token_signed_response_alg: SigningAlgorithm,
    /// Gives unverified addresses too.
    pub release_unverified_email: bool,
    /// Home page.
    pub client_uri: Option<String>,
    /// Starts a sign-in anew.
    pub initiate_login_uri: Option<String>,
    /// A disabled client gets nothing.
    pub enabled: bool,
    /// SHA-256 of each live secret.
    pub secret_hashes: Vec<Tag>,
}

impl Client {
    /// A public client can't keep a secret.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == TokenEndpointAuthMethod::None
    }

    /// Whether its requests must carry a `code_challenge`.
    #[must_use]
    pub fn needs_pkce(&self) -> bool {
        self.is_public() || self.require_pkce
    }

    /// Whether it registered this redirect URI.
    #[must_use]
    pub fn has_redirect_uri(&self, given: &str) -> bool {
        self.redirect_uris.iter().any(|registered| redirect_uri::matches(registered, given))
    }

    /// The sector of pairwise subjects (OIDC Core 8.1): fixed at registration, so that subjects stay what they are.
    #[must_use]
    pub fn sector(&self) -> &str {
        self.sector_identifier.as_deref().unwrap_or(&self.client_id)
    }

    /// The host that people are sent back to: the one thing about a client that it can't make up.
    #[must_use]
    pub fn host(&self) -> String {
        let host = |uri: &String| Url::parse(uri).ok()?.host_str().map(str::to_owned);
        self.redirect_uris.iter().find_map(host).unwrap_or_default()
    }
}

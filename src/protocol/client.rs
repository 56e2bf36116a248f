//! A client as the protocol sees it (OpenID Connect Dynamic Client Registration 2).

use url::Url;
use uuid::Uuid;

use super::{
    claim_rule::{ClaimRule, Target},
    claims,
    claims_request::claim_of,
    client_details::{ApplicationType, ClientDetails},
    grant_type::GrantType,
    names::names,
    redirect_uri,
    response_type::ResponseType,
    scope::ScopeSet,
    signing_algorithm::SigningAlgorithm,
    subject::SubjectType,
};
use crate::crypto::{
    mac::{self, Tag},
    token::{self, TokenKind},
};

names! {
    /// How a client shows who it is at the token endpoint (OIDC Core 9).
    TokenEndpointAuthMethod {
        /// A public client.
        None = "none",
        /// HTTP Basic.
        ClientSecretBasic = "client_secret_basic",
        /// In the form.
        ClientSecretPost = "client_secret_post",
        /// A JWT under its secret.
        ClientSecretJwt = "client_secret_jwt",
        /// A JWT under its private key.
        PrivateKeyJwt = "private_key_jwt",
    }
}

impl TokenEndpointAuthMethod {
    /// Whether the client gets a secret.
    #[must_use]
    pub const fn has_secret(self) -> bool {
        !matches!(self, Self::None | Self::PrivateKeyJwt)
    }

    /// Whether it signs assertions.
    #[must_use]
    pub const fn is_assertion(self) -> bool {
        matches!(self, Self::ClientSecretJwt | Self::PrivateKeyJwt)
    }
}

/// A registered client.
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
    /// Everything else that was registered.
    pub details: ClientDetails,
    /// SHA-256 of each live secret.
    pub secret_hashes: Vec<Tag>,
    /// Live secrets themselves, where the client signs with them: row and sealed column.
    pub sealed_secrets: Vec<(Uuid, Vec<u8>)>,
    /// SHA-256 of the token that manages this registration (RFC 7592).
    pub registration_access_token_hash: Option<Tag>,
}

impl Client {
    /// A public client can't keep a secret.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == TokenEndpointAuthMethod::None
    }

    /// Whether its requests must carry a `code_challenge`. What runs on people's devices is as good as public.
    #[must_use]
    pub fn needs_pkce(&self) -> bool {
        self.is_public() || self.require_pkce || self.details.application_type == ApplicationType::Native
    }

    /// Whether this is a secret of its own that is not revoked.
    #[must_use]
    pub fn has_secret(&self, secret: &str) -> bool {
        let hash = token::hash(TokenKind::ClientSecret, secret);
        hash.is_some_and(|hash| self.secret_hashes.iter().any(|known| mac::equal(known, &hash)))
    }

    /// Whether it registered this redirect URI.
    #[must_use]
    pub fn has_redirect_uri(&self, given: &str) -> bool {
        self.redirect_uris.iter().any(|registered| redirect_uri::matches(registered, given))
    }

    /// What of these it may have as it is registered now: scopes of its own, and claims by name that those would bring.
    #[must_use]
    pub fn narrow(&self, scopes: &ScopeSet) -> ScopeSet {
        let may = |word: &&str| match claim_of(word) {
            Some(claim) => claims::scope_of(claim).is_some_and(|scope| self.scopes.contains(scope)),
            None => self.scopes.contains(word),
        };
        scopes.iter().filter(may).collect()
    }

    /// Whether only whoever may everything touches it: it opens accounts, or APIs believe what its tokens say.
    #[must_use]
    pub fn is_mighty(&self) -> bool {
        let told_to_apis = |rule: &ClaimRule| rule.targets().contains(&Target::AccessToken);
        self.scopes.reaches_accounts() || self.details.claims.iter().any(told_to_apis)
    }

    /// Whether it may use this grant type.
    #[must_use]
    pub fn has_grant_type(&self, grant_type: GrantType) -> bool {
        self.details.grant_types.contains(&grant_type)
    }

    /// Whether it registered this response type.
    #[must_use]
    pub fn has_response_type(&self, response_type: ResponseType) -> bool {
        self.details.response_types.contains(&response_type)
    }

    /// Whether a person may be sent there after signing out: exact strings (OIDC RP-Initiated Logout 3).
    #[must_use]
    pub fn has_post_logout_redirect_uri(&self, given: &str) -> bool {
        // Checked again: no row, however old, sends anybody to a script.
        redirect_uri::validate(given, true).is_ok()
            && self.details.post_logout_redirect_uris.iter().any(|registered| registered == given)
    }

    /// The sector of pairwise subjects (OIDC Core 8.1): fixed at registration, so that subjects stay what they are.
    #[must_use]
    pub fn sector(&self) -> &str {
        self.sector_identifier.as_deref().unwrap_or(&self.client_id)
    }
}

/// Where people are sent back to with this redirect URI: the one thing about a client that it can't make up. A host for the
/// web; the scheme for an app on a device, whatever else its URI says.
#[must_use]
pub fn returns_to(redirect_uri: &str) -> String {
    let Ok(url) = Url::parse(redirect_uri) else { return String::new() };
    match (url.scheme(), url.host_str()) {
        ("https" | "http", Some(host)) => host.to_owned(),
        (scheme, _) => format!("{scheme}:"),
    }
}

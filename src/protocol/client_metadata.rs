//! Client metadata (RFC 7591 2, OpenID Connect Dynamic Client Registration 2): checked in one place for every way in.

mod check;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    client::{Client, TokenEndpointAuthMethod},
    client_details::{AccessTokenFormat, ApplicationType, ClientDetails},
    error_code::ErrorCode,
    grant_type::GrantType,
    jwk_set::JwkSet,
    passkey_policy::PasskeyPolicy,
    response_type::ResponseType,
    scope::{self, ScopeSet},
    signing_algorithm::SigningAlgorithm,
    subject::SubjectType,
};

/// What is registered about a client. Unknown members are ignored (RFC 7591 2), and so is `null`.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// Shown to people.
    pub client_name: Option<String>,
    /// Where answers may go.
    #[serde(deserialize_with = "check::list")]
    pub redirect_uris: Vec<String>,
    /// `client_secret_basic` unless said otherwise; `none` for a public client.
    pub token_endpoint_auth_method: Option<String>,
    /// Signs assertions.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// `authorization_code` unless said otherwise.
    pub grant_types: Option<Vec<String>>,
    /// `code` unless said otherwise.
    pub response_types: Option<Vec<String>>,
    /// `web` unless said otherwise.
    pub application_type: Option<String>,
    /// What it may ask for; everything by default.
    pub scope: Option<String>,
    /// `public` unless said otherwise.
    pub subject_type: Option<String>,
    /// A list of redirect URIs of all clients that see the same people.
    pub sector_identifier_uri: Option<String>,
    /// RS256 unless said otherwise.
    pub id_token_signed_response_alg: Option<String>,
    /// Userinfo is plain JSON unless said otherwise.
    pub userinfo_signed_response_alg: Option<String>,
    /// Any that the server knows unless said otherwise.
    pub request_object_signing_alg: Option<String>,
    /// Its public keys.
    pub jwks: Option<Value>,
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
    /// `opaque` unless said otherwise. Ours: no specification names it.
    pub access_token_format: Option<String>,
    /// Whether assertions must name the issuer alone. Ours: no specification names it.
    pub strict_assertion_audience: Option<bool>,
    /// Which passkeys will do for it. Ours: no specification names it.
    pub passkey_policy: Option<PasskeyPolicy>,
}

/// Why metadata is refused: the code of RFC 7591 3.2.2, and words for a developer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidMetadata {
    /// `invalid_redirect_uri` or `invalid_client_metadata`.
    pub code: ErrorCode,
    /// What to mend.
    pub detail: String,
}

impl InvalidMetadata {
    /// `invalid_client_metadata` with its words.
    #[must_use]
    pub fn new(detail: impl Into<String>) -> Self {
        Self { code: ErrorCode::InvalidClientMetadata, detail: detail.into() }
    }
}

impl ClientMetadata {
    /// The same with the scopes that the provider itself knows, but groups: how an organisation is ordered is an administrator's to
    /// tell.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn into_client(self, id: Uuid, client_id: String) -> Result<Client, InvalidMetadata> {
        let client = self.into_client_with(id, client_id, &ScopeSet::default())?;
        Ok(Client { scopes: client.scopes.clone().without(scope::GROUPS), ..client })
    }

    /// A client with these properties, not yet stored; `scopes` are those of resources that it may ask for. What only the network knows, such as the list behind
    /// `sector_identifier_uri`, is not looked at here.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn into_client_with(self, id: Uuid, client_id: String, scopes: &ScopeSet) -> Result<Client, InvalidMetadata> {
        let method = check::name(self.token_endpoint_auth_method, "token_endpoint_auth_method", |name| {
            TokenEndpointAuthMethod::parse(name)
        })?;
        let token_endpoint_auth_method = method.unwrap_or(TokenEndpointAuthMethod::ClientSecretBasic);
        let application_type = check::name(self.application_type, "application_type", ApplicationType::parse)?;
        let application_type = application_type.unwrap_or(ApplicationType::Web);
        let response_types = check::response_types(self.response_types, self.grant_types.as_deref())?;
        let grant_types = check::grant_types(self.grant_types, &response_types)?;
        let is_native = application_type == ApplicationType::Native;
        check::redirect_uris(&self.redirect_uris, is_native, !response_types.is_empty())?;
        let subject_type = check::name(self.subject_type, "subject_type", SubjectType::parse)?;
        let subject_type = subject_type.unwrap_or(SubjectType::Public);
        let sector_identifier_uri = check::https_uri(self.sector_identifier_uri, "sector_identifier_uri")?;
        let sector_identifier = match subject_type {
            SubjectType::Public => None,
            SubjectType::Pairwise => check::sector(sector_identifier_uri.as_deref(), &self.redirect_uris)?,
        };
        let algorithm = |text, name| check::name(text, name, SigningAlgorithm::parse);
        let details = ClientDetails {
            grant_types,
            response_types,
            application_type,
            contacts: check::texts(self.contacts, "contacts")?,
            logo_uri: check::https_uri(self.logo_uri, "logo_uri")?,
            logo: None,
            policy_uri: check::web_uri(self.policy_uri, "policy_uri")?,
            tos_uri: check::web_uri(self.tos_uri, "tos_uri")?,
            jwks: check::jwks(self.jwks)?,
            jwks_uri: check::https_uri(self.jwks_uri, "jwks_uri")?,
            sector_identifier_uri,
            userinfo_signed_response_alg: algorithm(self.userinfo_signed_response_alg, "userinfo_signed_response_alg")?,
            request_object_signing_alg: algorithm(self.request_object_signing_alg, "request_object_signing_alg")?,
            token_endpoint_auth_signing_alg: check::assertion_algorithm(
                self.token_endpoint_auth_signing_alg,
                token_endpoint_auth_method,
            )?,
            default_max_age: check::max_age(self.default_max_age)?,
            require_auth_time: self.require_auth_time.unwrap_or(false),
            default_acr_values: check::texts(self.default_acr_values, "default_acr_values")?,
            request_uris: check::request_uris(self.request_uris)?,
            post_logout_redirect_uris: check::post_logout_redirect_uris(self.post_logout_redirect_uris, is_native)?,
            backchannel_logout_uri: check::backchannel_logout_uri(self.backchannel_logout_uri)?,
            backchannel_logout_session_required: self.backchannel_logout_session_required.unwrap_or(false),
            access_token_format: check::name(
                self.access_token_format,
                "access_token_format",
                AccessTokenFormat::parse,
            )?
            .unwrap_or(AccessTokenFormat::Opaque),
            strict_assertion_audience: self.strict_assertion_audience.unwrap_or(false),
            passkey_policy: self.passkey_policy.unwrap_or_default(),
            group_restricted: false,
            claims: Vec::new(),
            dynamic: false,
        };
        check::keys(&details, token_endpoint_auth_method)?;
        Ok(Client {
            client_name: check::client_name(self.client_name)?.unwrap_or_else(|| client_id.clone()),
            id,
            client_id,
            token_endpoint_auth_method,
            redirect_uris: self.redirect_uris,
            scopes: check::scopes(self.scope, scopes)?,
            require_pkce: true,
            require_consent: true,
            subject_type,
            sector_identifier,
            id_token_signed_response_alg: algorithm(self.id_token_signed_response_alg, "id_token_signed_response_alg")?
                .unwrap_or(SigningAlgorithm::RS256),
            release_unverified_email: false,
            client_uri: check::web_uri(self.client_uri, "client_uri")?,
            initiate_login_uri: check::https_uri(self.initiate_login_uri, "initiate_login_uri")?,
            enabled: true,
            details,
            secret_hashes: Vec::new(),
            sealed_secrets: Vec::new(),
            registration_access_token_hash: None,
        })
    }
}

/// All that is registered, defaults said (RFC 7591 3.2.1).
impl From<&Client> for ClientMetadata {
    fn from(client: &Client) -> Self {
        let details = client.details.clone();
        let list = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
        let algorithm = |algorithm: SigningAlgorithm| algorithm.as_str().to_owned();
        Self {
            client_name: Some(client.client_name.clone()),
            redirect_uris: client.redirect_uris.clone(),
            token_endpoint_auth_method: Some(client.token_endpoint_auth_method.as_str().to_owned()),
            token_endpoint_auth_signing_alg: details.token_endpoint_auth_signing_alg,
            grant_types: Some(details.grant_types.into_iter().map(GrantType::as_str).map(str::to_owned).collect()),
            response_types: Some(
                details.response_types.into_iter().map(ResponseType::as_str).map(str::to_owned).collect(),
            ),
            application_type: Some(details.application_type.as_str().to_owned()),
            scope: Some(client.scopes.to_string()),
            subject_type: Some(client.subject_type.as_str().to_owned()),
            sector_identifier_uri: details.sector_identifier_uri,
            id_token_signed_response_alg: Some(algorithm(client.id_token_signed_response_alg)),
            userinfo_signed_response_alg: details.userinfo_signed_response_alg.map(algorithm),
            request_object_signing_alg: details.request_object_signing_alg.map(algorithm),
            jwks: details.jwks.as_ref().map(JwkSet::to_value),
            jwks_uri: details.jwks_uri,
            client_uri: client.client_uri.clone(),
            logo_uri: details.logo_uri,
            policy_uri: details.policy_uri,
            tos_uri: details.tos_uri,
            contacts: list(details.contacts),
            initiate_login_uri: client.initiate_login_uri.clone(),
            default_max_age: details.default_max_age,
            require_auth_time: details.require_auth_time.then_some(true),
            default_acr_values: list(details.default_acr_values),
            request_uris: list(details.request_uris),
            post_logout_redirect_uris: list(details.post_logout_redirect_uris),
            backchannel_logout_uri: details.backchannel_logout_uri,
            backchannel_logout_session_required: details.backchannel_logout_session_required.then_some(true),
            access_token_format: (details.access_token_format == AccessTokenFormat::Jwt)
                .then(|| AccessTokenFormat::Jwt.as_str().to_owned()),
            strict_assertion_audience: details.strict_assertion_audience.then_some(true),
            passkey_policy: Some(details.passkey_policy).filter(|policy| !policy.is_open()),
        }
    }
}

#[cfg(test)]
mod tests;

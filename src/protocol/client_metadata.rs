//! Client metadata (RFC 7591 2, OpenID Connect Dynamic Client Registration 2): checked in one place for every way in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    client::{Client, TokenEndpointAuthMethod},
    redirect_uri,
    scope::{self, ScopeSet},
    signing_algorithm::SigningAlgorithm,
    subject::SubjectType,
};
use uuid::Uuid;

/// What is registered about a client. Unknown members are ignored (RFC 7591 2).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// Shown to people.
    pub client_name: Option<String>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// `client_secret_basic` unless said otherwise; `none` for a public client.
    pub token_endpoint_auth_method: Option<String>,
    /// What it may ask for; everything by default.
    pub scope: Option<String>,
    /// `public` unless said otherwise.
    pub subject_type: Option<String>,
    /// RS256 unless said otherwise.
    pub id_token_signed_response_alg: Option<String>,
    /// Home page.
    pub client_uri: Option<String>,
    /// Starts a sign-in anew.
    pub initiate_login_uri: Option<String>,
}

/// Why metadata is refused: the code of RFC 7591 3.2.2, and words for a developer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct InvalidMetadata {
    /// `invalid_redirect_uri` or `invalid_client_metadata`.
    pub code: &'static str,
    /// What to mend.
    pub detail: String,
}

fn invalid(detail: String) -> InvalidMetadata {
    InvalidMetadata { code: "invalid_client_metadata", detail }
}

impl ClientMetadata {
    /// A client with these properties, not yet stored.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn into_client(self, id: Uuid, client_id: String) -> Result<Client, InvalidMetadata> {
        let method = parse(self.token_endpoint_auth_method, "token_endpoint_auth_method", |name| {
            TokenEndpointAuthMethod::parse(name)
        })?;
        let token_endpoint_auth_method = method.unwrap_or(TokenEndpointAuthMethod::ClientSecretBasic);
        check_redirect_uris(&self.redirect_uris, token_endpoint_auth_method == TokenEndpointAuthMethod::None)?;
        let subject_type = parse(self.subject_type, "subject_type", SubjectType::parse)?;
        let subject_type = subject_type.unwrap_or(SubjectType::Public);
        let sector_identifier = match subject_type {
            SubjectType::Public => None,
            SubjectType::Pairwise => sector(&self.redirect_uris)?,
        };
        let alg = parse(self.id_token_signed_response_alg, "id_token_signed_response_alg", SigningAlgorithm::parse)?;
        let client_name = self.client_name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        if client_name.as_ref().is_some_and(|name| name.len() > 128 || name.chars().any(char::is_control)) {
            return Err(invalid("client_name has at most 128 bytes and no control characters".to_owned()));
        }
        Ok(Client {
            client_name: client_name.unwrap_or_else(|| client_id.clone()),
            id,
            client_id,
            token_endpoint_auth_method,
            redirect_uris: self.redirect_uris,
            scopes: scopes(self.scope)?,
            require_pkce: true,
            require_consent: true,
            subject_type,
            sector_identifier,
            id_token_signed_response_alg: alg.unwrap_or(SigningAlgorithm::RS256),
            release_unverified_email: false,
            client_uri: web_uri(self.client_uri, "client_uri")?,
            initiate_login_uri: web_uri(self.initiate_login_uri, "initiate_login_uri")?,
            enabled: true,
            secret_hashes: Vec::new(),
        })
    }
}

fn check_redirect_uris(uris: &[String], native: bool) -> Result<(), InvalidMetadata> {
    let refuse = |detail| InvalidMetadata { code: "invalid_redirect_uri", detail };
    if uris.is_empty() || uris.len() > 100 {
        return Err(refuse("between one and a hundred redirect URIs are needed".to_owned()));
    }
    uris.iter().try_for_each(|uri| redirect_uri::validate(uri, native).map_err(|why| refuse(format!("{uri}: {why}"))))
}

/// The one host of all redirect URIs; without hosts, as with native schemes, the client is its own sector.
fn sector(uris: &[String]) -> Result<Option<String>, InvalidMetadata> {
    let hosts: BTreeSet<_> = uris.iter().filter_map(|uri| Some(Url::parse(uri).ok()?.host_str()?.to_owned())).collect();
    if hosts.len() > 1 {
        return Err(invalid("pairwise subjects need redirect URIs of one host".to_owned()));
    }
    Ok(hosts.into_iter().next())
}

fn scopes(asked: Option<String>) -> Result<ScopeSet, InvalidMetadata> {
    let all: ScopeSet = scope::SUPPORTED.into_iter().collect();
    let Some(text) = asked else { return Ok(all) };
    let scopes = ScopeSet::parse(&text).filter(|scopes| all.is_superset(scopes));
    let scopes = scopes.ok_or_else(|| invalid(format!("scope has unknown values; known are {all}")))?;
    Ok(scopes.union(&[scope::OPENID].into_iter().collect()))
}

fn parse<T>(
    value: Option<String>,
    name: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, InvalidMetadata> {
    value.map(|text| parse(&text).ok_or_else(|| invalid(format!("{name}: {text} is not supported")))).transpose()
}

/// Links that people follow: https, or http on this machine.
fn web_uri(value: Option<String>, name: &str) -> Result<Option<String>, InvalidMetadata> {
    let Some(text) = value else { return Ok(None) };
    let good = text.len() <= 2048
        && Url::parse(&text).is_ok_and(|url| match url.scheme() {
            "https" => url.username().is_empty() && url.password().is_none(),
            "http" => matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")),
            _ => false,
        });
    if good { Ok(Some(text)) } else { Err(invalid(format!("{name}: {text} is no https URL"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(json: serde_json::Value) -> Result<Client, &'static str> {
        let metadata: ClientMetadata = serde_json::from_value(json).unwrap();
        metadata.into_client(Uuid::nil(), "id".to_owned()).map_err(|error| error.code)
    }

    #[test]
    fn defaults_are_those_of_the_specification() {
        let client = client(serde_json::json!({"redirect_uris": ["https://a.example/cb"], "unknown": 1})).unwrap();
        assert_eq!(client.token_endpoint_auth_method, TokenEndpointAuthMethod::ClientSecretBasic);
        assert_eq!(client.id_token_signed_response_alg, SigningAlgorithm::RS256);
        assert!(client.require_pkce && client.require_consent && client.enabled);
    }

    #[test]
    fn each_uri_goes_through_a_validator() {
        let with = |name: &str, value: &str| {
            let mut json = serde_json::json!({"redirect_uris": ["https://a.example/cb"]});
            json[name] = value.into();
            client(json).err()
        };
        for name in ["client_uri", "initiate_login_uri"] {
            for bad in ["javascript:alert(1)", "http://a.example", "data:x", "https://u:p@a.example"] {
                assert_eq!(with(name, bad), Some("invalid_client_metadata"), "{name} {bad}");
            }
        }
        let two = ["https://a.example/cb", "https://b.example/cb"];
        let pairwise = client(serde_json::json!({"redirect_uris": two, "subject_type": "pairwise"})).err();
        assert_eq!(pairwise, Some("invalid_client_metadata"));
        assert_eq!(with("scope", "openid admin:all"), Some("invalid_client_metadata"));
        assert_eq!(with("id_token_signed_response_alg", "none"), Some("invalid_client_metadata"));
        let none = client(serde_json::json!({"redirect_uris": ["https://a.example/#x"]})).err();
        assert_eq!(none, Some("invalid_redirect_uri"));
    }
}

//! One check for each kind of member.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use super::{ErrorCode, InvalidMetadata};
use crate::protocol::{
    client::TokenEndpointAuthMethod,
    client_details::ClientDetails,
    grant_type::GrantType,
    jwk_set::JwkSet,
    redirect_uri,
    response_type::ResponseType,
    scope::{self, ScopeSet},
    signing_algorithm::SigningAlgorithm,
};

type Checked<T> = Result<T, InvalidMetadata>;

const MAX_URI: usize = 2048;
const MAX_LIST: usize = 100;

fn invalid(detail: impl Into<String>) -> InvalidMetadata {
    InvalidMetadata::new(detail)
}

/// A list where `null` is none.
pub(super) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// One of the names that the server knows.
pub(super) fn name<T>(text: Option<String>, member: &str, parse: impl Fn(&str) -> Option<T>) -> Checked<Option<T>> {
    text.map(|text| parse(&text).ok_or_else(|| invalid(format!("{member}: {text} is not supported")))).transpose()
}

pub(super) fn client_name(name: Option<String>) -> Checked<Option<String>> {
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    match name.as_ref().is_some_and(|name| name.len() > 128 || name.chars().any(char::is_control)) {
        true => Err(invalid("client_name has at most 128 bytes and no control characters")),
        false => Ok(name),
    }
}

/// `code` by default; a client without the grant for it has none.
pub(super) fn response_types(asked: Option<Vec<String>>, grants: Option<&[String]>) -> Checked<Vec<ResponseType>> {
    let code = GrantType::AuthorizationCode.as_str();
    let Some(asked) = asked else {
        let has_code = grants.is_none_or(|grants| grants.iter().any(|grant| grant == code));
        return Ok(if has_code { vec![ResponseType::Code] } else { Vec::new() });
    };
    let parse = |text: &String| {
        ResponseType::parse_words(text).ok_or_else(|| invalid(format!("response_types: {text} is not supported")))
    };
    asked.iter().map(parse).collect::<Checked<BTreeSet<_>>>().map(|set| set.into_iter().collect())
}

/// What the response types need must be there.
pub(super) fn grant_types(asked: Option<Vec<String>>, response_types: &[ResponseType]) -> Checked<Vec<GrantType>> {
    let needed: BTreeSet<_> = response_types.iter().flat_map(|kind| kind.grant_types()).collect();
    let Some(asked) = asked else { return Ok(needed.into_iter().collect()) };
    let parse =
        |text: &String| GrantType::parse(text).ok_or_else(|| invalid(format!("grant_types: {text} is not supported")));
    let given: BTreeSet<_> = asked.iter().map(parse).collect::<Checked<_>>()?;
    match needed.difference(&given).next() {
        Some(missing) => Err(invalid(format!("grant_types lacks {}, which response_types needs", missing.as_str()))),
        None => Ok(given.into_iter().collect()),
    }
}

pub(super) fn redirect_uris(uris: &[String], native: bool, needed: bool) -> Checked<()> {
    let refuse = |detail| InvalidMetadata { code: ErrorCode::InvalidRedirectUri, detail };
    if uris.len() > MAX_LIST || (needed && uris.is_empty()) {
        return Err(refuse("between one and a hundred redirect URIs are needed".to_owned()));
    }
    uris.iter().try_for_each(|uri| redirect_uri::validate(uri, native).map_err(|why| refuse(format!("{uri}: {why}"))))
}

pub(super) fn post_logout_redirect_uris(uris: Option<Vec<String>>, native: bool) -> Checked<Vec<String>> {
    let uris = uris.unwrap_or_default();
    if uris.len() > MAX_LIST {
        return Err(invalid("post_logout_redirect_uris: at most a hundred"));
    }
    let refuse = |uri: &String, why| invalid(format!("post_logout_redirect_uris: {uri}: {why}"));
    uris.iter().try_for_each(|uri| redirect_uri::validate(uri, native).map_err(|why| refuse(uri, why)))?;
    Ok(uris)
}

/// The host of the list's URI, or the one host of all redirect URIs (OIDC Core 8.1). What is between slashes after a scheme of
/// an app's own is no host; where none has one, the client is its own sector.
pub(super) fn sector(list: Option<&str>, uris: &[String]) -> Checked<Option<String>> {
    let host = |uri: &str| {
        let url = Url::parse(uri).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
        url.host_str().map(str::to_owned)
    };
    if let Some(list) = list {
        return Ok(host(list));
    }
    let hosts: BTreeSet<_> = uris.iter().map(|uri| host(uri)).collect();
    match hosts.len() {
        0 | 1 => Ok(hosts.into_iter().next().flatten()),
        _ => Err(invalid("pairwise subjects need redirect URIs of one host, or a sector_identifier_uri")),
    }
}

pub(super) fn scopes(asked: Option<String>, of_resources: &ScopeSet) -> Checked<ScopeSet> {
    let own: ScopeSet = scope::SUPPORTED.into_iter().collect();
    // Who belongs to what is told to those who ask for it by name.
    let Some(text) = asked else { return Ok(own.without(scope::GROUPS)) };
    let all = own.union(of_resources);
    let scopes = ScopeSet::parse(&text).filter(|scopes| all.is_superset(scopes));
    let scopes = scopes.ok_or_else(|| invalid(format!("scope has unknown values; known are {all}")))?;
    Ok(scopes.union(&[scope::OPENID].into_iter().collect()))
}

/// Text that means the same to everybody: no space, no control character, nothing that parsers mend.
fn is_plain(text: &str) -> bool {
    let is_good = |c: u8| c.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&c);
    text.len() <= MAX_URI && text.bytes().all(is_good) && text.contains("://")
}

/// Links that people follow: https, or http on this machine.
pub(super) fn web_uri(value: Option<String>, member: &str) -> Checked<Option<String>> {
    let Some(text) = value else { return Ok(None) };
    let good = is_plain(&text)
        && Url::parse(&text).is_ok_and(|url| match url.scheme() {
            "https" => url.username().is_empty() && url.password().is_none(),
            "http" => matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")),
            _ => false,
        });
    if good { Ok(Some(text)) } else { Err(invalid(format!("{member}: {text} is no https URL"))) }
}

/// What the server itself will ask for.
pub(super) fn https_uri(value: Option<String>, member: &str) -> Checked<Option<String>> {
    let Some(text) = value else { return Ok(None) };
    let good = is_plain(&text)
        && text.starts_with("https://")
        && Url::parse(&text).is_ok_and(|url| {
            url.scheme() == "https" && url.username().is_empty() && url.password().is_none() && url.host().is_some()
        });
    if good { Ok(Some(text)) } else { Err(invalid(format!("{member}: {text} is no https URL"))) }
}

/// A fragment is a hash of the object, and part of what is registered (OIDC Core 6.2).
pub(super) fn request_uris(uris: Option<Vec<String>>) -> Checked<Vec<String>> {
    let uris = uris.unwrap_or_default();
    if uris.len() > MAX_LIST {
        return Err(invalid("request_uris: at most a hundred"));
    }
    uris.into_iter().filter_map(|uri| https_uri(Some(uri), "request_uris").transpose()).collect()
}

/// OIDC Back-Channel Logout 2.2: no fragment.
pub(super) fn backchannel_logout_uri(uri: Option<String>) -> Checked<Option<String>> {
    match https_uri(uri, "backchannel_logout_uri")? {
        Some(uri) if uri.contains('#') => Err(invalid("backchannel_logout_uri: has a fragment")),
        uri => Ok(uri),
    }
}

pub(super) fn max_age(seconds: Option<i64>) -> Checked<Option<i64>> {
    match seconds {
        Some(seconds) if seconds < 0 => Err(invalid("default_max_age: is negative")),
        seconds => Ok(seconds),
    }
}

pub(super) fn texts(list: Option<Vec<String>>, member: &str) -> Checked<Vec<String>> {
    let list = list.unwrap_or_default();
    let good =
        list.len() <= MAX_LIST && list.iter().all(|text| text.len() <= 512 && !text.chars().any(char::is_control));
    if good { Ok(list) } else { Err(invalid(format!("{member}: at most a hundred short texts"))) }
}

pub(super) fn jwks(value: Option<Value>) -> Checked<Option<JwkSet>> {
    value.map(|value| JwkSet::parse(value).map_err(|why| invalid(format!("jwks: {why}")))).transpose()
}

pub(super) fn assertion_algorithm(name: Option<String>, method: TokenEndpointAuthMethod) -> Checked<Option<String>> {
    let Some(name) = name else { return Ok(None) };
    let fits = match method {
        TokenEndpointAuthMethod::ClientSecretJwt => name == "HS256",
        TokenEndpointAuthMethod::PrivateKeyJwt => SigningAlgorithm::parse(&name).is_some(),
        // It says nothing then, and is echoed.
        _ => name == "HS256" || SigningAlgorithm::parse(&name).is_some(),
    };
    if fits {
        Ok(Some(name))
    } else {
        Err(invalid(format!("token_endpoint_auth_signing_alg: {name} is not supported")))
    }
}

/// Keys by value or by reference, not both (RFC 7591 2), and some where they are needed.
pub(super) fn keys(details: &ClientDetails, method: TokenEndpointAuthMethod) -> Checked<()> {
    if details.jwks.is_some() && details.jwks_uri.is_some() {
        return Err(invalid("jwks and jwks_uri exclude each other"));
    }
    let has_keys = details.jwks.is_some() || details.jwks_uri.is_some();
    if method == TokenEndpointAuthMethod::PrivateKeyJwt && !has_keys {
        return Err(invalid("private_key_jwt needs jwks or jwks_uri"));
    }
    Ok(())
}

//! The ID token's claims (OIDC Core 2).

use serde::Serialize;
use serde_json::{Map, Value};

use super::signing_algorithm::SigningAlgorithm;
use crate::crypto::mac::{base64url, sha256, sha512};

/// Exactly these and nothing about the person that was not asked for by name: what scopes release is for userinfo.
#[derive(Debug, Serialize)]
pub struct IdToken<'a> {
    /// Issuer.
    pub iss: &'a str,
    /// Subject, pairwise if the client wants it.
    pub sub: &'a str,
    /// The client's `client_id`.
    pub aud: &'a str,
    /// Expiry, in seconds.
    pub exp: i64,
    /// Time of issue, in seconds.
    pub iat: i64,
    /// Time of the ceremony, in seconds.
    pub auth_time: i64,
    /// From the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// What the ceremony proves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'a str>,
    /// How.
    pub amr: &'a [String],
    /// The session as this client knows it.
    pub sid: &'a str,
    /// Ties the access token to this ID token (3.1.3.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Ties the code to this ID token (3.3.2.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<String>,
    /// What the `claims` parameter asked for by name.
    #[serde(flatten)]
    pub claims: &'a Map<String, Value>,
}

/// `at_hash` and `c_hash`: the left half of the hash of the token. Ed25519 hashes with SHA-512, all others with SHA-256.
#[must_use]
pub fn half_hash(algorithm: SigningAlgorithm, token: &str) -> String {
    match algorithm {
        SigningAlgorithm::EdDSA => base64url(&sha512(token.as_bytes())[..32]),
        _ => base64url(&sha256(token.as_bytes())[..16]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_hash_of_oidc_core_a_3() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(half_hash(SigningAlgorithm::RS256, token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}

//! A client's public keys (RFC 7517 5): whatever cannot verify a signature is left aside, whatever is private is refused.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{jwk::PublicKey, jws::VerifyingKey, signing_algorithm::SigningAlgorithm};

/// More keys than any client rotates through.
const MAX_KEYS: usize = 50;

/// Keys as they were registered or fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JwkSet(Value);

/// Why a set is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwkSet {
    /// No `keys`, no array, too many.
    #[error("is no JWK Set of at most 50 keys")]
    Malformed,
    /// Its owner gave away what nobody else may have.
    #[error("has a private or symmetric key")]
    Private,
}

impl JwkSet {
    /// Checks what a client gives.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn parse(value: Value) -> Result<Self, InvalidJwkSet> {
        let keys = value.get("keys").and_then(Value::as_array).ok_or(InvalidJwkSet::Malformed)?;
        if keys.len() > MAX_KEYS || !keys.iter().all(Value::is_object) {
            return Err(InvalidJwkSet::Malformed);
        }
        let private =
            |key: &Value| key["kty"] == "oct" || ["d", "p", "q", "k"].iter().any(|name| !key[*name].is_null());
        if keys.iter().any(private) {
            return Err(InvalidJwkSet::Private);
        }
        Ok(Self(value))
    }

    /// The keys that can verify this algorithm: of this `kid`, or all when the signature names none.
    #[must_use]
    pub fn verifying(&self, algorithm: SigningAlgorithm, kid: Option<&str>) -> Vec<VerifyingKey> {
        let keys = self.0["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        let fits = |key: &&Value| {
            // A key without a name fits any.
            kid.is_none_or(|kid| key["kid"].is_null() || key["kid"] == kid)
                && (key["use"].is_null() || key["use"] == "sig")
                && (key["alg"].is_null() || key["alg"] == algorithm.as_str())
        };
        let parse = |key: &Value| {
            let key: PublicKey = serde_json::from_value(key.clone()).ok()?;
            VerifyingKey::new(algorithm, &key)
        };
        keys.iter().filter(fits).filter_map(parse).collect()
    }

    /// As it was given.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.0.clone()
    }
}

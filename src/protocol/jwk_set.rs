//! A client's public keys (RFC 7517 5): whatever cannot verify a signature is left aside, whatever is private is refused.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{json::has_nul, jwk::PublicKey, jws::VerifyingKey, signing_algorithm::SigningAlgorithm};

/// More keys than any client rotates through.
const MAX_KEYS: usize = 50;

/// What we read of a key (RFC 7517 4, RFC 7518 6). Certificates and the like are not kept.
const MEMBERS: [&str; 9] = ["kty", "kid", "use", "alg", "crv", "x", "y", "n", "e"];

/// Keys as they were registered or fetched, each with the members that we know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JwkSet(Value);

/// Why a set is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJwkSet {
    /// No `keys`, no array, too many, or a NUL inside.
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
        if keys.len() > MAX_KEYS || !keys.iter().all(Value::is_object) || has_nul(&value) {
            return Err(InvalidJwkSet::Malformed);
        }
        let private =
            |key: &Value| key["kty"] == "oct" || ["d", "p", "q", "k"].iter().any(|name| !key[*name].is_null());
        if keys.iter().any(private) {
            return Err(InvalidJwkSet::Private);
        }
        let keys: Vec<_> = keys.iter().filter_map(known).collect();
        Ok(Self(serde_json::json!({ "keys": keys })))
    }

    /// Whether a key is in both, under whatever name.
    #[must_use]
    pub fn shares_a_key_with(&self, other: &Self) -> bool {
        let keys = |set: &Self| set.0["keys"].as_array().cloned().unwrap_or_default();
        let material = |key: &Value| ["kty", "crv", "x", "y", "n", "e"].map(|name| key[name].clone());
        let known: Vec<_> = keys(other).iter().map(material).collect();
        keys(self).iter().any(|key| known.contains(&material(key)))
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

    /// A JWK Set again.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.0.clone()
    }

    /// What it takes of the memory, in bytes, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        let keys = self.0["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        let members = keys.iter().filter_map(Value::as_object).flat_map(Map::values);
        members.map(|value| value.as_str().map_or(0, str::len) + 128).sum()
    }
}

/// A key with the members that we know; `None` for one whose members are no texts, which verifies nothing.
fn known(key: &Value) -> Option<Value> {
    let given = MEMBERS.into_iter().filter_map(|name| Some((name, key.get(name).filter(|value| !value.is_null())?)));
    let kept = given.map(|(name, value)| value.is_string().then(|| (name.to_owned(), value.clone())));
    kept.collect::<Option<Map<_, _>>>().map(Value::Object)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_read_is_kept() {
        let certificate = "A".repeat(10_000);
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": null, "x5c": [certificate], "y": null});
        let odd = json!({"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": 5});
        let set = JwkSet::parse(json!({"keys": [key, odd], "more": certificate})).unwrap();
        assert_eq!(set.to_value(), json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}));
        assert!(set.weight() < 1000);
    }

    #[test]
    fn what_no_database_can_store_is_refused() {
        let nul = json!({"keys": [{"kty": "OKP", "kid": "a\0"}]});
        assert_eq!(JwkSet::parse(nul), Err(InvalidJwkSet::Malformed));
    }
}

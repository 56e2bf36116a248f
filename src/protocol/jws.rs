//! Reading compact JWS (RFC 7515 7.1): header first, then the signature, then the claims. Times are the caller's business.

use std::fmt;

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{jwk::PublicKey, signing_algorithm::SigningAlgorithm};
use crate::crypto::mac::from_base64url;

/// Longer than any token that we make or take.
const MAX_LENGTH: usize = 32 * 1024;

/// What a header says before anything is believed.
#[derive(Clone, Debug, Deserialize)]
pub struct Header {
    /// RFC 7518 3.1.
    pub alg: String,
    /// Which key.
    pub kid: Option<String>,
    /// What kind of token.
    pub typ: Option<String>,
    /// Extensions that must be understood; we know none.
    crit: Option<Value>,
}

/// A token whose signature nobody has looked at yet.
#[derive(Clone)]
pub struct Unverified<'a> {
    /// What it says of itself.
    pub header: Header,
    input: &'a str,
    payload: &'a str,
    signature: &'a str,
}

/// Its header alone: the rest may open something.
impl fmt::Debug for Unverified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unverified").field("header", &self.header).finish_non_exhaustive()
    }
}

/// Claims that a signature vouches for.
pub type Claims = Map<String, Value>;

/// An object whose members come once: of two, each reader would believe another (RFC 8725 2.4).
struct Once(Claims);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Once;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Once, A::Error> {
                let mut claims = Claims::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if claims.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member comes twice"));
                    }
                }
                Ok(Once(claims))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// A public key, for one algorithm.
#[derive(Clone)]
pub struct VerifyingKey {
    key: DecodingKey,
    algorithm: Algorithm,
}

impl VerifyingKey {
    /// `None` for a key of another type or curve.
    #[must_use]
    pub fn new(algorithm: SigningAlgorithm, key: &PublicKey) -> Option<Self> {
        use SigningAlgorithm::{ES256, EdDSA, PS256, RS256};
        let decoding = match (algorithm, key) {
            (RS256 | PS256, PublicKey::Rsa { n, e }) => DecodingKey::from_rsa_components(n, e),
            (ES256, PublicKey::Ec { crv, x, y }) if crv == "P-256" => DecodingKey::from_ec_components(x, y),
            (EdDSA, PublicKey::Okp { crv, x }) if crv == "Ed25519" => DecodingKey::from_ed_components(x),
            _ => return None,
        };
        let algorithm = match algorithm {
            RS256 => Algorithm::RS256,
            PS256 => Algorithm::PS256,
            ES256 => Algorithm::ES256,
            EdDSA => Algorithm::EdDSA,
        };
        Some(Self { key: decoding.ok()?, algorithm })
    }
}

impl<'a> Unverified<'a> {
    /// `None` for what is no compact JWS, or has a header member that must be understood and is not.
    #[must_use]
    pub fn parse(token: &'a str) -> Option<Self> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (input, signature) = token.rsplit_once('.')?;
        let (header, payload) = input.split_once('.')?;
        if payload.contains('.') {
            return None;
        }
        let header: Header = serde_json::from_slice(&from_base64url(header)?).ok()?;
        header.crit.is_none().then_some(())?;
        Some(Self { header, input, payload, signature })
    }

    /// Whether it is of a kind that is expected: a token for another purpose under the same key is none (RFC 8725 3.11).
    #[must_use]
    pub fn has_typ(&self, expected: &[&str]) -> bool {
        let typ = self.header.typ.as_deref().unwrap_or("JWT");
        expected.iter().any(|expected| expected.eq_ignore_ascii_case(typ))
    }

    /// The algorithm, if it is one of the asymmetric ones.
    #[must_use]
    pub fn algorithm(&self) -> Option<SigningAlgorithm> {
        SigningAlgorithm::parse(&self.header.alg)
    }

    /// The claims, once one of these keys verified the signature. The keys were chosen for the header's algorithm.
    #[must_use]
    pub fn verify(&self, keys: &[VerifyingKey]) -> Option<Claims> {
        keys.iter().any(|key| self.fits(&key.key, key.algorithm)).then(|| self.claims())?
    }

    /// The claims, once one of these secrets verified an HS256.
    #[must_use]
    pub fn verify_secret<'s>(&self, mut secrets: impl Iterator<Item = &'s [u8]>) -> Option<Claims> {
        let fits = |secret: &[u8]| self.fits(&DecodingKey::from_secret(secret), Algorithm::HS256);
        (self.header.alg == "HS256" && secrets.any(fits)).then(|| self.claims())?
    }

    /// The header's algorithm and the key's must be one: a public key is no secret (RFC 8725 2.1).
    fn fits(&self, key: &DecodingKey, algorithm: Algorithm) -> bool {
        format!("{algorithm:?}") == self.header.alg
            && jsonwebtoken::crypto::verify(self.signature, self.input.as_bytes(), key, algorithm).unwrap_or(false)
    }

    /// What it says, believed by nobody: only to find out whose keys to ask.
    #[must_use]
    pub fn claims_unverified(&self) -> Option<Claims> {
        self.claims()
    }

    fn claims(&self) -> Option<Claims> {
        let claims: Once = serde_json::from_slice(&from_base64url(self.payload)?).ok()?;
        Some(claims.0)
    }
}

/// Clocks differ a little, in seconds.
pub const LEEWAY: i64 = 30;

/// Whether it is within its times, as far as it has any (RFC 7519 4.1.4 to 4.1.6). What is no time is no time that has come.
#[must_use]
pub fn is_timely(claims: &Claims, now: i64) -> bool {
    // Sums saturate: anybody may write any number.
    let at = |name| claims.contains_key(name).then(|| seconds(claims, name));
    let is_over = at("exp").is_some_and(|exp| exp.is_none_or(|exp| now >= exp.saturating_add(LEEWAY)));
    let is_early =
        |name| at(name).is_some_and(|from: Option<i64>| from.is_none_or(|from| from.saturating_sub(LEEWAY) > now));
    !is_over && !is_early("nbf") && !is_early("iat")
}

/// A time claim in seconds; a fraction is cut off.
#[must_use]
pub fn seconds(claims: &Claims, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float that is out of range saturates, and is far off either way"
    )]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

/// A text claim.
#[must_use]
pub fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

/// The audience as a list: one string counts as a list of one.
#[must_use]
pub fn audience(claims: &Claims) -> Vec<&str> {
    match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

//! Public JSON Web Keys (RFC 7517) and their thumbprints (RFC 7638).

use serde::{Deserialize, Serialize};

use super::signing_algorithm::SigningAlgorithm;
use crate::crypto::mac::{base64url, sha256};

/// A public key as the JWK Set shows it. There is no field for anything private.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJwk {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// The one algorithm of this key.
    pub alg: SigningAlgorithm,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub key_use: String,
    /// The key itself.
    #[serde(flatten)]
    pub key: PublicKey,
}

/// Members by key type, base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum PublicKey {
    /// RFC 7518 6.3.1.
    #[serde(rename = "RSA")]
    Rsa {
        /// Modulus.
        n: String,
        /// Exponent.
        e: String,
    },
    /// RFC 7518 6.2.1.
    #[serde(rename = "EC")]
    Ec {
        /// Curve.
        crv: String,
        /// Coordinate.
        x: String,
        /// Coordinate.
        y: String,
    },
    /// RFC 8037 2.
    #[serde(rename = "OKP")]
    Okp {
        /// Curve.
        crv: String,
        /// Public key.
        x: String,
    },
}

impl PublicJwk {
    /// A signing key with its thumbprint as `kid`.
    #[must_use]
    pub fn new(alg: SigningAlgorithm, key: PublicKey) -> Self {
        Self { kid: key.thumbprint(), alg, key_use: "sig".to_owned(), key }
    }
}

impl PublicKey {
    /// RFC 7638 3: required members in lexicographic order. Base64url needs no escaping.
    fn thumbprint(&self) -> String {
        let canonical = match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
            Self::Ec { crv, x, y } => format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#),
        };
        base64url(&sha256(canonical.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprint_of_rfc_7638_3_1() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let key = PublicKey::Rsa { n: n.to_owned(), e: "AQAB".to_owned() };
        assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn thumbprint_of_rfc_8037_a_3() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned();
        let key = PublicKey::Okp { crv: "Ed25519".to_owned(), x };
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn shape_is_that_of_rfc_7517() {
        let key = PublicKey::Ec { crv: "P-256".into(), x: "a".into(), y: "b".into() };
        let json = serde_json::to_value(PublicJwk::new(SigningAlgorithm::ES256, key)).unwrap();
        assert_eq!((&json["kty"], &json["use"], &json["alg"]), (&"EC".into(), &"sig".into(), &"ES256".into()));
    }
}

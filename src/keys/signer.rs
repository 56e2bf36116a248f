//! A parsed private key and our JWS encoder (RFC 7515 3.1). Parsing a key costs more than signing with it.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    error::{KeyRejected, Unspecified},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
        RsaEncoding, RsaKeyPair,
    },
};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    crypto::mac::base64url,
    protocol::{
        jwk::{PublicJwk, PublicKey},
        signing_algorithm::SigningAlgorithm,
    },
};

enum KeyPairOf {
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
    P256(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Signs with one key.
pub struct Signer {
    pair: KeyPairOf,
    jwk: PublicJwk,
    random: SystemRandom,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("kid", &self.jwk.kid).finish_non_exhaustive()
    }
}

/// A new key: what is stored, and its public half.
pub struct GeneratedKey {
    /// PKCS#8.
    pub pkcs8: Zeroizing<Vec<u8>>,
    /// As published.
    pub jwk: PublicJwk,
}

/// The claims have no JSON form, or the key can't sign.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("signing failed")]
pub struct SigningFailed;

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    kid: &'a str,
    typ: &'a str,
}

impl GeneratedKey {
    /// Makes a key: RSA of 2048 bits, P-256 or Ed25519.
    ///
    /// # Errors
    /// When aws-lc-rs can't.
    pub fn generate(algorithm: SigningAlgorithm) -> Result<Self, Unspecified> {
        let pkcs8 = match algorithm {
            SigningAlgorithm::RS256 | SigningAlgorithm::PS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
                let der: Pkcs8V1Der<'_> = pair.as_der()?;
                der.as_ref().to_vec()
            }
            SigningAlgorithm::ES256 => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?.to_pkcs8v1()?.as_ref().to_vec()
            }
            SigningAlgorithm::EdDSA => Ed25519KeyPair::generate()?.to_pkcs8v1()?.as_ref().to_vec(),
        };
        let pkcs8 = Zeroizing::new(pkcs8);
        let jwk = Signer::parse(algorithm, &pkcs8).map_err(|_| Unspecified)?.jwk;
        Ok(Self { pkcs8, jwk })
    }
}

impl Signer {
    /// Parses PKCS#8; the public members come from the key itself.
    ///
    /// # Errors
    /// When the bytes are no such key.
    pub fn parse(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Result<Self, KeyRejected> {
        let (pair, key) = match algorithm {
            SigningAlgorithm::RS256 | SigningAlgorithm::PS256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8)?;
                let public = pair.public_key();
                let n = base64url(public.modulus().big_endian_without_leading_zero());
                let e = base64url(public.exponent().big_endian_without_leading_zero());
                let encoding: &'static dyn RsaEncoding =
                    if algorithm == SigningAlgorithm::PS256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                (KeyPairOf::Rsa(Box::new(pair), encoding), PublicKey::Rsa { n, e })
            }
            SigningAlgorithm::ES256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)?;
                // An uncompressed point: 4, then both coordinates (SEC 1 2.3.3).
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                let (x, y) = (base64url(x), base64url(y));
                (KeyPairOf::P256(Box::new(pair)), PublicKey::Ec { crv: "P-256".to_owned(), x, y })
            }
            SigningAlgorithm::EdDSA => {
                let pair = Ed25519KeyPair::from_pkcs8(pkcs8)?;
                let x = base64url(pair.public_key().as_ref());
                (KeyPairOf::Ed25519(Box::new(pair)), PublicKey::Okp { crv: "Ed25519".to_owned(), x })
            }
        };
        Ok(Self { pair, jwk: PublicJwk::new(algorithm, key), random: SystemRandom::new() })
    }

    /// Its public half.
    #[must_use]
    pub fn jwk(&self) -> &PublicJwk {
        &self.jwk
    }

    /// A compact JWS over `claims`.
    ///
    /// # Errors
    /// [`SigningFailed`].
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, SigningFailed> {
        let header = Header { alg: self.jwk.alg.as_str(), kid: &self.jwk.kid, typ };
        let header = serde_json::to_vec(&header).map_err(|_| SigningFailed)?;
        let payload = serde_json::to_vec(claims).map_err(|_| SigningFailed)?;
        let input = format!("{}.{}", base64url(&header), base64url(&payload));
        let signature = self.sign_bytes(input.as_bytes()).map_err(|_| SigningFailed)?;
        Ok(format!("{input}.{}", base64url(&signature)))
    }

    fn sign_bytes(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match &self.pair {
            KeyPairOf::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &self.random, message, &mut signature)?;
                Ok(signature)
            }
            KeyPairOf::P256(pair) => Ok(pair.sign(&self.random, message)?.as_ref().to_vec()),
            KeyPairOf::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    };
    use serde_json::json;

    use super::*;
    use crate::crypto::mac::from_base64url;

    #[test]
    fn what_is_signed_verifies_with_the_published_key() {
        for algorithm in SigningAlgorithm::ALL {
            let generated = GeneratedKey::generate(algorithm).unwrap();
            let signer = Signer::parse(algorithm, &generated.pkcs8).unwrap();
            let jws = signer.sign("JWT", &json!({"sub": "a"})).unwrap();
            let (input, signature) = jws.rsplit_once('.').unwrap();
            let signature = from_base64url(signature).unwrap();
            let bytes = |text: &str| from_base64url(text).unwrap();
            match &signer.jwk().key {
                PublicKey::Rsa { n, e } => {
                    let is_pss = algorithm == SigningAlgorithm::PS256;
                    let scheme = if is_pss { &RSA_PSS_2048_8192_SHA256 } else { &RSA_PKCS1_2048_8192_SHA256 };
                    let key = RsaPublicKeyComponents { n: bytes(n), e: bytes(e) };
                    key.verify(scheme, input.as_bytes(), &signature).unwrap();
                }
                PublicKey::Okp { x, .. } => {
                    UnparsedPublicKey::new(&ED25519, bytes(x)).verify(input.as_bytes(), &signature).unwrap();
                }
                PublicKey::Ec { x, y, .. } => {
                    let point = [vec![4], bytes(x), bytes(y)].concat();
                    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                        .verify(input.as_bytes(), &signature)
                        .unwrap();
                }
            }
            let header: serde_json::Value = serde_json::from_slice(&bytes(jws.split('.').next().unwrap())).unwrap();
            assert_eq!(header, json!({"alg": algorithm.as_str(), "kid": signer.jwk().kid, "typ": "JWT"}));
            assert_eq!(signer.jwk(), &generated.jwk);
        }
    }
}

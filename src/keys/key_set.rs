//! The keys of all rings as one snapshot, with the JWK Set rendered once.

use std::collections::BTreeMap;

use serde_json::json;

use super::signer::Signer;
use crate::{
    crypto::document::Document,
    protocol::{jwk::PublicJwk, signing_algorithm::SigningAlgorithm},
};

/// What signs now and what is published.
#[derive(Debug, Default)]
pub struct KeySet {
    active: BTreeMap<SigningAlgorithm, Signer>,
    jwks: Document,
}

impl KeySet {
    /// Active signers, and every public key that verifiers may still need.
    #[must_use]
    pub fn new(active: Vec<Signer>, published: &[PublicJwk]) -> Self {
        let jwks = Document::new(json!({ "keys": published }).to_string());
        Self { active: active.into_iter().map(|signer| (signer.jwk().alg, signer)).collect(), jwks }
    }

    /// What signs with this algorithm now.
    #[must_use]
    pub fn signer(&self, algorithm: SigningAlgorithm) -> Option<&Signer> {
        self.active.get(&algorithm)
    }

    /// Whether every ring can sign.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        SigningAlgorithm::ALL.iter().all(|algorithm| self.active.contains_key(algorithm))
    }

    /// The JWK Set (RFC 7517 5), rendered.
    #[must_use]
    pub fn jwks(&self) -> &Document {
        &self.jwks
    }
}

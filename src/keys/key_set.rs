//! The keys of all rings as one snapshot, with the JWK Set rendered once.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

use super::signer::Signer;
use crate::{
    clock::Time,
    crypto::document::Document,
    protocol::{
        jwk::PublicJwk,
        jws::{Claims, Unverified, VerifyingKey},
        signing_algorithm::SigningAlgorithm,
    },
};

/// What signs now and what is published.
#[derive(Default)]
pub struct KeySet {
    active: BTreeMap<SigningAlgorithm, (Signer, Time)>,
    verifying: HashMap<String, VerifyingKey>,
    jwks: Document,
    changes_at: Option<Time>,
}

impl KeySet {
    /// Active signers and since when, every public key that verifiers may still need, when the first of those goes, and every
    /// key that ever signed what we still take back.
    #[must_use]
    pub fn new(
        active: Vec<(Signer, Time)>,
        published: &[PublicJwk],
        changes_at: Option<Time>,
        known: &[PublicJwk],
    ) -> Self {
        let verifying = known.iter().filter_map(|jwk| Some((jwk.kid.clone(), VerifyingKey::new(jwk.alg, &jwk.key)?)));
        let verifying = verifying.collect();
        let jwks = Document::new(json!({ "keys": published }).to_string());
        let active = active.into_iter().map(|(signer, since)| (signer.jwk().alg, (signer, since))).collect();
        Self { active, verifying, jwks, changes_at }
    }

    /// Whether a key has to leave the JWK Set by now.
    #[must_use]
    pub fn is_outdated(&self, now: Time) -> bool {
        self.changes_at.is_some_and(|at| now >= at)
    }

    /// Each ring's active key: since when it signs.
    pub fn ages(&self) -> impl Iterator<Item = (SigningAlgorithm, Time)> {
        self.active.iter().map(|(algorithm, (_, since))| (*algorithm, *since))
    }

    /// What signs with this algorithm now.
    #[must_use]
    pub fn signer(&self, algorithm: SigningAlgorithm) -> Option<&Signer> {
        self.active.get(&algorithm).map(|(signer, _)| signer)
    }

    /// The claims of a token that one of our keys signed, retired ones too. Times are the caller's business.
    #[must_use]
    pub fn verify(&self, token: &Unverified<'_>) -> Option<Claims> {
        let key = self.verifying.get(token.header.kid.as_ref()?)?;
        token.verify(std::slice::from_ref(key))
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

//! Rings of keys in the database: made under a lock, loaded as one snapshot.

use super::{GeneratedKey, KeySet, Signer};
use crate::{
    clock::Time,
    crypto::{
        aead::Key,
        random::{Rng, uuid},
    },
    protocol::signing_algorithm::SigningAlgorithm,
    store::{
        self, Store,
        signing_key::{self, State},
    },
};

/// Makes an active key for every ring that has none. Of two starters one makes them, the other waits.
///
/// # Errors
/// When the database fails.
pub async fn ensure(store: &Store, key: &Key, rng: &dyn Rng, now: Time) -> Result<(), store::Error> {
    let missing = |keys: &[signing_key::SigningKey]| {
        let active = |algorithm| keys.iter().any(|key| key.algorithm == algorithm && key.state == State::Active);
        SigningAlgorithm::ALL.into_iter().filter(|algorithm| !active(*algorithm)).collect::<Vec<_>>()
    };
    if missing(&signing_key::list(&store.read(), key).await?).is_empty() {
        return Ok(());
    }
    store
        .write(async |tx| {
            signing_key::lock(tx).await?;
            for algorithm in missing(&signing_key::list(tx, key).await?) {
                let made = GeneratedKey::generate(algorithm).map_err(|_| store::Error::Decode("a new signing key"))?;
                signing_key::insert(tx, uuid(rng, now), (key, rng), (&made.jwk, &made.pkcs8), now).await?;
            }
            Ok(())
        })
        .await
}

/// Loads the snapshot. A row that doesn't open is left out and told to the log: it fails closed, alone.
///
/// # Errors
/// When the database fails.
pub async fn load(store: &Store, key: &Key) -> Result<KeySet, store::Error> {
    let (mut active, mut published) = (Vec::new(), Vec::new());
    for row in signing_key::list(&store.read(), key).await? {
        let signer = row.private_key.as_ref().and_then(|pkcs8| Signer::parse(row.algorithm, pkcs8).ok());
        match signer {
            // Published is what the private key says, so an altered public column can't plant a key.
            Some(signer) => {
                published.push(signer.jwk().clone());
                if row.state == State::Active {
                    active.push(signer);
                }
            }
            None => tracing::error!(kid = row.public_jwk.kid, "a signing key does not open; it is left out"),
        }
    }
    Ok(KeySet::new(active, &published))
}

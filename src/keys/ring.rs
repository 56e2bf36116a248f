//! Rings of keys in the database: turned under a lock, loaded as one snapshot.

use chrono::Duration;

use super::{
    GeneratedKey, KeySet, Signer,
    plan::{Ask, Facts, Step, plan},
};
use crate::{
    clock::Time,
    crypto::{
        aead::Key,
        random::{Rng, uuid},
    },
    protocol::signing_algorithm::SigningAlgorithm,
    store::{
        self, Store, Tx,
        signing_key::{self, SigningKey, State},
    },
};

/// Other instances may sign with the old key a little longer, and clocks differ a little.
const GRACE: Duration = Duration::minutes(5);

/// What happened to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which key.
    pub kid: String,
    /// Its ring.
    pub algorithm: SigningAlgorithm,
    /// What.
    pub what: What,
}

/// What can happen to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It was made and published.
    Created,
    /// It signs.
    Activated,
    /// It signs no more.
    Retired,
    /// It did not open, and was taken away.
    Unreadable,
    /// It was taken away.
    Revoked,
    /// It was too old to be of use.
    Forgotten,
}

/// Everything that turning the rings needs.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// Seals private keys.
    pub key: &'a Key,
    /// For ids and nonces.
    pub rng: &'a dyn Rng,
    /// `keys.rotation`.
    pub rotation: Duration,
    /// Now.
    pub now: Time,
}

/// Keys that will be wanted, made before any transaction: an RSA key takes a tenth of a second.
pub struct Prepared(Vec<GeneratedKey>);

impl Turn<'_> {
    /// What is due, with keys for it; `None` when nothing is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepare(&self, store: &Store, ask: &Ask) -> Result<Option<Prepared>, store::Error> {
        let keys = signing_key::list(&store.read(), self.key).await?;
        let steps = plan(&keys.iter().map(facts).collect::<Vec<_>>(), ask, self.rotation, self.now);
        if steps.is_empty() {
            return Ok(None);
        }
        let wanted = steps.iter().filter_map(|step| match step {
            Step::Create(algorithm, _) => Some(generate(*algorithm)),
            _ => None,
        });
        wanted.collect::<Result<_, _>>().map(|made| Some(Prepared(made)))
    }

    /// Does what is due. Of two instances one does it, the other waits and finds nothing left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(&self, tx: &Tx, ask: &Ask, mut prepared: Prepared) -> Result<Vec<Change>, store::Error> {
        signing_key::lock(tx).await?;
        let keys = signing_key::list(tx, self.key).await?;
        let mut changes = Vec::new();
        for step in plan(&keys.iter().map(facts).collect::<Vec<_>>(), ask, self.rotation, self.now) {
            let change = match step {
                Step::Create(algorithm, state) => self.create(tx, algorithm, state, &mut prepared).await?,
                Step::Activate(id) => {
                    signing_key::activate(tx, id, self.now).await?;
                    change(&keys, id, What::Activated)
                }
                Step::Retire(id) => {
                    signing_key::retire(tx, id, self.now).await?;
                    change(&keys, id, What::Retired)
                }
                Step::Discard(id) => {
                    signing_key::delete(tx, id, self.now).await?;
                    change(&keys, id, What::Unreadable)
                }
                Step::Revoke(id) => {
                    signing_key::delete(tx, id, self.now).await?;
                    change(&keys, id, What::Revoked)
                }
                Step::Forget(id) => {
                    signing_key::delete(tx, id, self.now).await?;
                    change(&keys, id, What::Forgotten)
                }
            };
            changes.extend(change);
        }
        Ok(changes)
    }

    async fn create(
        &self,
        tx: &Tx,
        algorithm: SigningAlgorithm,
        state: State,
        prepared: &mut Prepared,
    ) -> Result<Option<Change>, store::Error> {
        let made = match prepared.0.iter().position(|made| made.jwk.alg == algorithm) {
            Some(at) => prepared.0.swap_remove(at),
            None => generate(algorithm)?,
        };
        let id = uuid(self.rng, self.now);
        signing_key::insert(tx, (id, state), (self.key, self.rng), (&made.jwk, &made.pkcs8), self.now).await?;
        Ok(Some(Change { kid: made.jwk.kid, algorithm, what: What::Created }))
    }
}

fn generate(algorithm: SigningAlgorithm) -> Result<GeneratedKey, store::Error> {
    GeneratedKey::generate(algorithm).map_err(|_| store::Error::Decode("a new signing key"))
}

fn facts(row: &SigningKey) -> Facts {
    Facts {
        id: row.id,
        algorithm: row.algorithm,
        state: row.state,
        opens: signer(row).is_some(),
        created_at: row.created_at,
        activated_at: row.activated_at,
        retired_at: row.retired_at,
    }
}

fn change(keys: &[SigningKey], id: uuid::Uuid, what: What) -> Option<Change> {
    let key = keys.iter().find(|key| key.id == id)?;
    Some(Change { kid: key.kid.clone(), algorithm: key.algorithm, what })
}

/// The key as a signer, if its column opens and holds what its ring says.
fn signer(row: &SigningKey) -> Option<Signer> {
    row.private_key.as_ref().and_then(|pkcs8| Signer::parse(row.algorithm, pkcs8).ok())
}

/// Loads the snapshot as of `now`. Retired keys stay published for `longest`, the life of the last token they signed.
/// A row that doesn't open is left out and told to the log: it fails closed, alone.
///
/// # Errors
/// When the database fails.
pub async fn load(store: &Store, key: &Key, longest: Duration, now: Time) -> Result<KeySet, store::Error> {
    let (mut active, mut published, mut known, mut ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in signing_key::list(&store.read(), key).await? {
        let Some(signer) = signer(&row) else {
            tracing::error!(kid = row.kid, "a signing key does not open; it is left out");
            continue;
        };
        known.push(signer.jwk().clone());
        if let Some(end) = row.retired_at.map(|retired| retired + longest + GRACE) {
            if now >= end {
                continue;
            }
            ends.push(end);
        }
        // Published is what the private key says, so an altered public column can't plant a key.
        published.push(signer.jwk().clone());
        if row.state == State::Active {
            let since = row.activated_at.unwrap_or(row.created_at);
            active.push((signer, since));
        }
    }
    Ok(KeySet::new(active, &published, ends.into_iter().min(), &known))
}

//! What clients sign, verified: with keys by value or by reference. Keys behind a URI are fetched once, kept for an hour, and
//! fetched again when they verify nothing, though never more often than every few seconds.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use moka::future::Cache;
use tokio::sync::Mutex;

use super::App;
use crate::{
    clock::Clock,
    outbound::Outbound,
    protocol::{
        client::Client,
        jwk_set::JwkSet,
        jws::{Claims, Unverified},
        signing_algorithm::SigningAlgorithm,
    },
};

/// Keys that are older are asked for again before they are used.
const KEPT: Duration = Duration::from_hours(1);

/// A stranger who names a client and a made-up `kid` must not make us call somebody for each request.
const THROTTLE: Duration = Duration::from_secs(10);

/// More than any set of 50 keys needs.
const LIMIT: usize = 256 * 1024;

/// Bytes of all sets that are known at a time.
const CAPACITY: u64 = 32 * 1024 * 1024;

/// What was fetched last, and when it was last tried, on the clock that is never set back.
#[derive(Clone, Debug, Default)]
struct Known {
    keys: Arc<JwkSet>,
    fetched_at: Option<Duration>,
    tried_at: Option<Duration>,
}

/// One URI.
#[derive(Default)]
struct Entry {
    known: ArcSwap<Known>,
    /// Held by whoever fetches.
    fetching: Arc<Mutex<()>>,
}

/// Sets of keys by their URI.
#[derive(Clone)]
pub(super) struct ClientKeys(Cache<String, Arc<Entry>>);

impl Default for ClientKeys {
    fn default() -> Self {
        let weigh = |uri: &String, entry: &Arc<Entry>| {
            let bytes = uri.len() + entry.known.load().keys.weight() + 1024;
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(CAPACITY).weigher(weigh).build())
    }
}

impl App {
    /// The claims of a token, if a key of this client signed it.
    pub async fn verify_of_client(&self, client: &Client, token: &Unverified<'_>) -> Option<Claims> {
        let (algorithm, kid) = (token.algorithm()?, token.header.kid.as_deref());
        if let Some(keys) = &client.details.jwks {
            return token.verify(&keys.verifying(algorithm, kid));
        }
        let uri = client.details.jwks_uri.as_ref()?;
        let entry = self.client_keys.0.get_with(uri.clone(), async { Arc::default() }).await;
        if let Some(claims) = self.verify_known(&entry, token, (algorithm, kid)) {
            return Some(claims);
        }
        self.fetch_again(&entry, uri).await;
        self.verify_known(&entry, token, (algorithm, kid))
    }

    /// With what is known and young enough.
    fn verify_known(
        &self,
        entry: &Entry,
        token: &Unverified<'_>,
        (algorithm, kid): (SigningAlgorithm, Option<&str>),
    ) -> Option<Claims> {
        let known = entry.known.load();
        let now = self.clock.monotonic();
        // Keys that can't be asked for are used for longer: a client's hiccup must not lock it out.
        let is_young = known.fetched_at.is_some_and(|at| now.saturating_sub(at) < KEPT);
        let was_tried = known.tried_at.is_some_and(|at| now.saturating_sub(at) < THROTTLE);
        (is_young || was_tried).then(|| token.verify(&known.keys.verifying(algorithm, kid)))?
    }

    /// Fetches, unless that was tried a moment ago. The call goes on when whoever asked for it leaves.
    async fn fetch_again(&self, entry: &Arc<Entry>, uri: &str) {
        let held = entry.fetching.clone().lock_owned().await;
        let tried_at = entry.known.load().tried_at;
        if tried_at.is_some_and(|at| self.clock.monotonic().saturating_sub(at) < THROTTLE) {
            return;
        }
        let (entry, uri) = (entry.clone(), uri.to_owned());
        let (outbound, clock, cache) = (self.outbound.clone(), self.clock.clone(), self.client_keys.0.clone());
        let fetching = tokio::spawn(async move {
            let _held = held;
            fetch(&outbound, &*clock, &entry, &uri).await;
            // Weighed anew, now that it holds something.
            cache.insert(uri, entry).await;
        });
        let _ = fetching.await;
    }
}

async fn fetch(outbound: &Outbound, clock: &dyn Clock, entry: &Entry, uri: &str) {
    let fetched = outbound.get(uri, "application/jwk-set+json, application/json", LIMIT).await;
    let parsed = fetched.map_err(|error| error.to_string()).and_then(|body| {
        let value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        JwkSet::parse(value).map_err(|error| error.to_string())
    });
    let (before, now) = (Known::clone(&entry.known.load()), clock.monotonic());
    entry.known.store(Arc::new(match parsed {
        Ok(keys) => Known { keys: Arc::new(keys), fetched_at: Some(now), tried_at: Some(now) },
        Err(error) => {
            tracing::warn!(uri, error, "a client's keys could not be fetched");
            Known { tried_at: Some(now), ..before }
        }
    }));
}

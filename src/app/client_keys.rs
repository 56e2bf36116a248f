//! Public keys of clients, by value or by reference: fetched once, kept for an hour, fetched again for a `kid` that nobody
//! has seen, though never more often than every few seconds.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;

use super::App;
use crate::protocol::{client::Client, jwk_set::JwkSet, jws::VerifyingKey, signing_algorithm::SigningAlgorithm};

/// Keys that are older are asked for again before they are used.
const KEPT: Duration = Duration::from_hours(1);

/// A stranger who names a client and a made-up `kid` must not make us call somebody for each request.
const THROTTLE: Duration = Duration::from_secs(10);

/// More than any set of 50 keys needs.
const LIMIT: usize = 256 * 1024;

const CAPACITY: u64 = 10_000;

/// What was fetched, and when.
#[derive(Clone, Debug)]
struct Fetched {
    keys: Arc<JwkSet>,
    /// On the clock that is never set back.
    at: Duration,
}

/// Sets of keys by their URI.
#[derive(Clone)]
pub(super) struct ClientKeys(Cache<String, Fetched>);

impl Default for ClientKeys {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl App {
    /// The keys of a client that can verify this algorithm, of this `kid` if it is named.
    pub async fn client_keys(
        &self,
        client: &Client,
        algorithm: SigningAlgorithm,
        kid: Option<&str>,
    ) -> Vec<VerifyingKey> {
        if let Some(keys) = &client.details.jwks {
            return keys.verifying(algorithm, kid);
        }
        let Some(uri) = &client.details.jwks_uri else { return Vec::new() };
        self.fetched_keys(uri, kid).await.verifying(algorithm, kid)
    }

    async fn fetched_keys(&self, uri: &str, kid: Option<&str>) -> Arc<JwkSet> {
        let cache = &self.client_keys.0;
        let known = cache.get(uri).await;
        let age = known.as_ref().map(|known| self.clock.monotonic().saturating_sub(known.at));
        if let (Some(known), Some(age)) = (&known, age) {
            let has_it = kid.is_none_or(|kid| known.keys.has(kid));
            if (has_it && age < KEPT) || age < THROTTLE {
                return known.keys.clone();
            }
            cache.invalidate(uri).await;
        }
        let before = known.map(|known| known.keys).unwrap_or_default();
        // Many requests at once make one call.
        cache.get_with(uri.to_owned(), self.fetch_keys(uri, before)).await.keys
    }

    /// What can't be had leaves what was there: a client's hiccup must not lock it out.
    async fn fetch_keys(&self, uri: &str, before: Arc<JwkSet>) -> Fetched {
        let fetched = self.outbound.get(uri, "application/jwk-set+json, application/json", LIMIT).await;
        let parsed = fetched.map_err(|error| error.to_string()).and_then(|body| {
            let value = serde_json::from_slice(&body).map_err(|error| error.to_string())?;
            JwkSet::parse(value).map_err(|error| error.to_string())
        });
        let keys = match parsed {
            Ok(keys) => Arc::new(keys),
            Err(error) => {
                tracing::warn!(uri, error, "a client's keys could not be fetched");
                before
            }
        };
        Fetched { keys, at: self.clock.monotonic() }
    }
}

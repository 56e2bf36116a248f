//! What apps were refused, until it is written down: so that no flood of refusals makes more of it than a few rows a second.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;

use super::App;
use crate::store::{
    self,
    client_error::{self, ClientError, Seen},
};

/// Most kinds that wait; beyond them only known ones are counted.
const MOST: usize = 500;
/// Characters of what came.
const MAX_DETAIL: usize = 300;

/// What waits.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<BTreeMap<ClientError, Seen>>);

impl App {
    /// Remembers that an app was refused something.
    pub fn note_refusal(&self, error: ClientError, detail: &str) {
        let plain = detail.chars().filter(|c| !c.is_control()).take(MAX_DETAIL).collect();
        self.refusals.add(error, Seen { count: 1, at: self.now(), detail: plain });
    }

    /// Writes down what waits: a transaction for each app, which may be gone by now; then nobody asks. What cannot be written waits on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_refusals(&self) -> Result<(), store::Error> {
        let mut failed = Ok(());
        for (client, waiting) in self.refusals.take() {
            let written = self.store.write(async |tx| {
                if store::client::hold(tx, client).await? {
                    for (error, seen) in &waiting {
                        client_error::add(tx, self.uuid(), error.clone(), seen.clone()).await?;
                    }
                }
                Ok::<_, store::Error>(())
            });
            if let Err(error) = written.await {
                for (error, seen) in waiting {
                    self.refusals.add(error, seen);
                }
                failed = Err(error);
            }
        }
        failed
    }
}

impl Refusals {
    fn add(&self, error: ClientError, seen: Seen) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = waiting.get_mut(&error) {
            let (older, newer) = if known.at <= seen.at { (known.count, seen) } else { (seen.count, known.clone()) };
            *known = Seen { count: older + newer.count, ..newer };
        } else if waiting.len() < MOST {
            waiting.insert(error, seen);
        } else {
            tracing::debug!(error = error.error, "too many refusals of apps wait to tell this one");
        }
    }

    /// All that waits, by app.
    fn take(&self) -> BTreeMap<Uuid, Vec<(ClientError, Seen)>> {
        let waiting = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut apps = BTreeMap::<_, Vec<_>>::new();
        for (error, seen) in waiting {
            apps.entry(error.client).or_default().push((error, seen));
        }
        apps
    }
}

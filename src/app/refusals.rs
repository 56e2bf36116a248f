//! What apps were refused, until it is written down: so that no flood of refusals makes more of it than a few rows a second.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

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
        let mut waiting = self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST && !waiting.contains_key(&error) {
            return;
        }
        let first = Seen { count: 0, at: self.now(), detail: String::new() };
        let seen = waiting.entry(error).or_insert(first);
        let plain = detail.chars().filter(|c| !c.is_control());
        *seen = Seen { count: seen.count + 1, at: self.now(), detail: plain.take(MAX_DETAIL).collect() };
    }

    /// Writes down what waits. An app may be gone by now: then nobody asks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write_refusals(&self) -> Result<(), store::Error> {
        let waiting = std::mem::take(&mut *self.refusals.0.lock().unwrap_or_else(PoisonError::into_inner));
        if waiting.is_empty() {
            return Ok(());
        }
        self.store
            .write(async |tx| {
                // In their order, so that instances wait for each other and not in a circle.
                for (error, seen) in waiting {
                    if store::client::hold(tx, error.client).await? {
                        client_error::add(tx, self.uuid(), error, seen).await?;
                    }
                }
                Ok(())
            })
            .await
    }
}

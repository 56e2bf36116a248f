//! The app's own memory: who is on the way, who is signed in. It forgets at restart, as a demo may.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::relying_party::{Pending, Person, RelyingParty};
use crate::crypto::{
    mac::base64url,
    random::{SystemRng, bytes},
};

/// Beyond this many the memory is emptied: a demo for one person.
const CAPACITY: usize = 1000;

pub(super) struct State {
    /// The app's view of the provider.
    pub relying_party: RelyingParty,
    pending: Mutex<HashMap<String, Pending>>,
    people: Mutex<HashMap<String, Person>>,
}

impl State {
    pub(super) fn new(relying_party: RelyingParty) -> Self {
        Self { relying_party, pending: Mutex::default(), people: Mutex::default() }
    }

    pub(super) fn remember_pending(&self, pending: Pending) -> String {
        insert(&self.pending, pending)
    }

    pub(super) fn take_pending(&self, key: &str) -> Option<Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
    }

    pub(super) fn sign_in(&self, person: Person) -> String {
        insert(&self.people, person)
    }

    pub(super) fn person(&self, key: &str) -> Option<Person> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(super) fn sign_out(&self, key: &str) {
        self.people.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

fn insert<T>(map: &Mutex<HashMap<String, T>>, value: T) -> String {
    let key = base64url(&bytes::<24>(&SystemRng::default()));
    let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
    if map.len() >= CAPACITY {
        map.clear();
    }
    map.insert(key.clone(), value);
    key
}

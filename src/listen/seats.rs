//! How many connections each address prefix has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::limits::Prefix;

/// Connections by where they come from. Never holds more than there are connections.
pub(super) struct Seats {
    limit: u32,
    taken: Mutex<HashMap<Prefix, u32>>,
}

/// Given back when it is dropped.
pub(super) struct Seat {
    seats: Arc<Seats>,
    prefix: Prefix,
}

impl Seats {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, taken: Mutex::default() }
    }

    pub(super) fn take(self: &Arc<Self>, prefix: Prefix) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(prefix).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        Some(Seat { seats: self.clone(), prefix })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.prefix) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.prefix);
            }
        }
    }
}

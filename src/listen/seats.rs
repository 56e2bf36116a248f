//! How many connections each address prefix has.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::limits::Prefix;

/// A /48 has so many times the seats of a /64: one line has many of those to choose from.
const WIDE: u32 = 4;

/// Whether a prefix was counted as a whole network.
type Key = (Prefix, bool);

/// Connections by where they come from. Never holds more than there are connections.
pub(super) struct Seats {
    limit: u32,
    taken: Mutex<HashMap<Key, u32>>,
}

/// Given back when it is dropped.
pub(super) struct Seat {
    seats: Arc<Seats>,
    keys: Vec<Key>,
}

impl Seats {
    pub(super) fn new(limit: u32) -> Self {
        Self { limit, taken: Mutex::default() }
    }

    pub(super) fn take(self: &Arc<Self>, prefix: Prefix) -> Option<Seat> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let wide = prefix.wide().map(|wide| ((wide, true), self.limit.saturating_mul(WIDE)));
        let wanted: Vec<_> = [Some(((prefix, false), self.limit)), wide].into_iter().flatten().collect();
        if wanted.iter().any(|(key, limit)| taken.get(key).is_some_and(|count| count >= limit)) {
            return None;
        }
        for (key, _) in &wanted {
            *taken.entry(*key).or_default() += 1;
        }
        Some(Seat { seats: self.clone(), keys: wanted.into_iter().map(|(key, _)| key).collect() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            if let Some(count) = taken.get_mut(key) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn a_line_with_many_networks_has_an_end() {
        let seats = Arc::new(Seats::new(2));
        let take = |text: &str| seats.take(Prefix::from(text.parse::<IpAddr>().unwrap()));
        let mut held = Vec::new();
        for network in 0..4 {
            for host in 1..3 {
                held.push(take(&format!("2001:db8:1:{network}::{host}")).unwrap());
            }
            assert!(take(&format!("2001:db8:1:{network}::9")).is_none(), "two of a /64");
        }
        assert!(take("2001:db8:1:9::1").is_none(), "eight of a /48");
        assert!(take("2001:db8:2::1").is_some() && take("192.0.2.1").is_some());
        held.pop();
        assert!(take("2001:db8:1:9::1").is_some());
        drop(held);
        assert!(seats.taken.lock().unwrap().is_empty(), "nothing is kept of who left");
    }
}

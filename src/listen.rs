//! The way in: accepts connections, bounds them, serves HTTP/1.1 on them, lets them finish.
//!
//! poem's own server has no deadline for heads and bodies, no bound on connections, and spins without descriptors.

mod accept;
mod connection;
mod head_timer;
mod peer;
mod seats;
pub mod tls;

use std::time::Duration;

pub use accept::{Terms, serve};

/// What a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address prefix.
    pub per_prefix: u32,
    /// TLS handshake, and the head of a request: of the first since the connection began, of others since their first byte.
    pub head: Duration,
    /// A connection without a request.
    pub idle: Duration,
    /// A peer that takes nothing of what is written.
    pub stall: Duration,
    /// In-flight requests when the server stops.
    pub drain: Duration,
}

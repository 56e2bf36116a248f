//! What the server does on its own: one instance at a time, by lease.

pub mod deliver_logouts;
pub mod purge_expired;
pub mod rotate_keys;
mod runner;

pub use runner::{Kind, run, run_due};

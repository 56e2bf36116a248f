//! What the server does on its own: one instance at a time, by lease.

mod backoff;
pub mod deliver_logouts;
pub mod deliver_webhooks;
mod deliveries;
pub mod heartbeat;
pub mod purge_expired;
pub mod refusals;
pub mod rotate_keys;
mod runner;
pub mod send_mail;
pub mod statistics;

pub use runner::{Kind, run, run_due};

//! The one way out: what others ask us to fetch or to tell, guarded against being sent to our own neighbours.

mod address;
mod client;

pub use address::Allowed;
pub use client::{Outbound, Refused};

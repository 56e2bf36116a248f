//! The audit log's events: stable names, recorded in the transaction of what they tell.

mod event;
mod record;

pub use event::{Event, TABLE, table};
pub use record::{Entry, Origin, record};

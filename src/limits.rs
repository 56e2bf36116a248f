//! Limits on callers: where they come from, and how often they may come. In memory, by instance.

mod bucket;
mod prefix;

pub use bucket::{Bucket, Limits, TooMany};
pub use prefix::Prefix;

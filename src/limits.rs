//! Limits on callers: where they come from, and how often they may come. In memory, by instance.

mod bucket;
mod prefix;

pub use bucket::{Bucket, Limits, TooMany};
pub use prefix::Prefix;

/// Longest request line and headers together, in bytes.
pub const MAX_HEAD: usize = 16 * 1024;

//! Labels. Every value is one of ours: a stranger can't make new ones.

use prometheus_client::encoding::EncodeLabelSet;

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// The path of the route table.
    pub route: &'static str,
    /// As the route table has it; `OTHER` for what it has not.
    pub method: &'static str,
    /// Status code.
    pub status: u16,
}

/// A route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Route {
    /// The path of the route table.
    pub route: &'static str,
}

/// A line of the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Event {
    /// Its stable name.
    pub event: &'static str,
    /// `success` or `failure`.
    pub outcome: &'static str,
}

/// A limit that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Limit {
    /// `request`, `ceremony` or `client`.
    pub bucket: &'static str,
}

/// A run of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Job {
    /// Its kind.
    pub job: &'static str,
    /// `success` or `failure`.
    pub outcome: &'static str,
}

/// A ring of signing keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Ring {
    /// JWS algorithm.
    pub algorithm: &'static str,
}

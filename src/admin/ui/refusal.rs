//! What an app was refused, as pages show it.

use crate::{
    http::Moment,
    store::client_error::{ClientError, Seen},
};

/// A kind of refusal.
pub(super) struct Refusal {
    pub endpoint: String,
    pub error: String,
    pub description: String,
    /// Why, and what came; empty where the description says it all.
    pub more: String,
    pub count: i64,
    pub at: Moment,
}

impl Refusal {
    /// The same of a trial, during which nobody counted.
    pub(super) fn once(refusal: (ClientError, Seen)) -> Self {
        Self { count: 1, ..Self::from(refusal) }
    }
}

impl From<(ClientError, Seen)> for Refusal {
    fn from((error, seen): (ClientError, Seen)) -> Self {
        let more = [error.reason, seen.detail];
        Self {
            endpoint: error.endpoint,
            error: error.error,
            description: error.description,
            more: more.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · "),
            count: seen.count,
            at: seen.at.into(),
        }
    }
}

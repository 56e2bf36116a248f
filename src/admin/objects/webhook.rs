//! A webhook as administration shows it.

use serde::Serialize;
use url::Url;
use uuid::Uuid;

use crate::{clock::Time, store::webhook::Webhook};

/// A webhook; its secret is told by what made it alone.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookObject {
    id: Uuid,
    url: String,
    events: Vec<String>,
    enabled: bool,
    created_at: Time,
    updated_at: Time,
}

impl WebhookObject {
    /// As whoever may not change it is shown it: a path may be the receiver's secret.
    #[must_use]
    pub fn without_path(webhook: &Webhook) -> Self {
        let origin = |url: Url| url.origin().ascii_serialization() + "/…";
        let url = Url::parse(&webhook.url).map(origin).unwrap_or_default();
        Self { url, ..Self::from(webhook) }
    }
}

impl From<&Webhook> for WebhookObject {
    fn from(webhook: &Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url.clone(),
            events: webhook.events.clone(),
            enabled: webhook.enabled,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
        }
    }
}

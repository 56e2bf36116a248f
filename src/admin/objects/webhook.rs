//! A webhook as administration shows it.

use serde::Serialize;
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

//! Where events are told.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Enum, Object};
use uuid::Uuid;

use crate::openapi::describe::PlainJson;

/// A webhook. Messages are signed as [Standard Webhooks](https://www.standardwebhooks.com) 1.0 has it.
#[derive(Object)]
pub struct Webhook {
    /// Names it in the other calls.
    pub id: Uuid,
    /// Where to.
    pub url: String,
    /// Names of events, `user.*` for all that begin so, `*` for all.
    pub events: Vec<String>,
    /// Whether anything is told.
    pub enabled: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// What signs, told once by what made it.
    pub secret: Option<String>,
}

/// A webhook, as it shall be.
#[derive(Object)]
pub struct PutWebhook {
    /// Where to: https, to an address that may be called (`oidc.outbound_allow`).
    pub url: String,
    /// Names of events, `user.*` for all that begin so, `*` for all.
    pub events: Vec<String>,
    /// True unless said otherwise.
    pub enabled: Option<bool>,
}

/// A page of webhooks.
#[derive(Object)]
pub struct Webhooks {
    /// Its rows.
    pub items: Vec<Webhook>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Webhooks.
#[derive(ApiResponse)]
pub enum WebhooksAnswer {
    /// A page.
    #[oai(status = 200)]
    Ok(PlainJson<Webhooks>),
}

/// A webhook.
#[derive(ApiResponse)]
pub enum WebhookAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Webhook>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// A webhook.
#[derive(ApiResponse)]
pub enum CreatedWebhookAnswer {
    /// With its secret.
    #[oai(status = 201)]
    Created(PlainJson<Webhook>),
}

/// A message that was written.
#[derive(Object)]
pub struct Message {
    /// Its `webhook-id`.
    pub message_id: Uuid,
}

/// A test.
#[derive(ApiResponse)]
pub enum TestAnswer {
    /// It is on its way; its deliveries say what came of it.
    #[oai(status = 202)]
    Accepted(PlainJson<Message>),
}

/// What came of a try.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// It was taken.
    Delivered,
    /// It comes again.
    Again,
    /// It was tried too often.
    GivenUp,
}

/// A try to tell an event. Kept for seven days.
#[derive(Object)]
pub struct Delivery {
    /// The try.
    pub id: Uuid,
    /// `webhook-id`, the same at each try: the line of the audit log.
    pub message_id: Uuid,
    /// What happened.
    pub event: String,
    /// Which try it was, from 1.
    pub attempt: i32,
    /// What came of it.
    pub outcome: DeliveryOutcome,
    /// Why it failed.
    pub error: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A page of deliveries.
#[derive(Object)]
pub struct Deliveries {
    /// Its rows.
    pub items: Vec<Delivery>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Deliveries.
#[derive(ApiResponse)]
pub enum DeliveriesAnswer {
    /// A page.
    #[oai(status = 200)]
    Ok(PlainJson<Deliveries>),
}

//! Messages to webhooks: what is due, and what came of each try.

use chrono::Duration;
use entity::webhook_delivery::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::KIND;
use crate::{
    clock::Time,
    store::{
        Error, Tx, columns,
        page::{Position, Window},
        task::{self, Ticket},
    },
};

/// How long a try is remembered.
const KEPT: Duration = Duration::days(7);

/// A message that is due.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What it is leased and finished by.
    pub ticket: Ticket,
    /// Where to.
    pub webhook: Uuid,
    /// The same at each try.
    pub message: Uuid,
    /// What happened.
    pub event: String,
    /// What is said of it.
    pub data: Value,
}

#[derive(Deserialize)]
struct Payload {
    webhook: Uuid,
    message: Uuid,
    event: String,
    data: Value,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was taken.
    Delivered,
    /// It comes again.
    Again,
    /// It was tried too often.
    GivenUp,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Again => "again",
            Self::GivenUp => "given_up",
        }
    }
}

/// A try, as it is stored.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// UUIDv7.
    pub id: Uuid,
    /// What came of it.
    pub outcome: Outcome,
    /// Why it failed.
    pub error: Option<String>,
}

/// A try as it was stored.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct Stored {
    /// The row.
    pub id: Uuid,
    /// `webhook-id`.
    pub message_id: Uuid,
    /// What happened.
    pub event: String,
    /// Which try it was, from 1.
    pub attempt: i32,
    /// `delivered`, `again` or `given_up`.
    pub outcome: String,
    /// Why it failed.
    pub error: Option<String>,
    /// When.
    pub at: Time,
}

/// What is due and free, oldest first, without what is for these webhooks.
///
/// # Errors
/// When the database fails.
pub async fn due<C: ConnectionTrait>(
    connection: &C,
    now: Time,
    without: &[Uuid],
    limit: u64,
) -> Result<Vec<Delivery>, Error> {
    let decode = |row: entity::job::Model| {
        let payload: Payload = columns::from_json("jobs.payload", row.payload).ok()?;
        let Payload { webhook, message, event, data } = payload;
        Some(Delivery { ticket: Ticket { id: row.id, attempts: row.attempts }, webhook, message, event, data })
    };
    let rows = task::due_of_others(connection, KIND, now, (without, limit)).await?;
    Ok(rows.into_iter().filter_map(decode).collect())
}

/// Remembers a try.
pub fn insert_attempt(tx: &Tx, of: &Delivery, attempt: Attempt, now: Time) {
    let row = ActiveModel {
        id: Set(attempt.id),
        webhook_id: Set(of.webhook),
        event: Set(of.event.clone()),
        message_id: Set(of.message),
        attempt: Set(of.ticket.attempts + 1),
        outcome: Set(attempt.outcome.as_str().to_owned()),
        error: Set(attempt.error),
        at: Set(now),
        expires_at: Set(now + KEPT),
    };
    tx.insert_later(row, None);
}

/// Tries of one webhook.
///
/// # Errors
/// When the database fails.
pub async fn page_of_attempts<C: ConnectionTrait>(
    connection: &C,
    webhook: Uuid,
    window: &Window,
) -> Result<Vec<Stored>, Error> {
    let rows = Entity::find().filter(Column::WebhookId.eq(webhook));
    let rows = window.by_age(rows, Column::Id);
    let stored = |row: Model| Stored {
        id: row.id,
        message_id: row.message_id,
        event: row.event,
        attempt: row.attempt,
        outcome: row.outcome,
        error: row.error,
        at: row.at,
    };
    Ok(rows.all(connection).await?.into_iter().map(stored).collect())
}

/// Where a row of [`page_of_attempts`] stands.
#[must_use]
pub fn position_of_attempt(stored: &Stored) -> Position {
    Position::by_age(stored.id)
}

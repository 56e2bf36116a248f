//! Where events are told. What is told is written with the line of the audit log itself, so that no way of recording forgets it.

mod delivery;

pub use delivery::{Attempt, Delivery, Outcome, Stored, due, insert_attempt, page_of_attempts, position_of_attempt};
use entity::{
    audit_event,
    webhook::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ActiveValue::{NotSet, Unchanged},
    ConnectionTrait, EntityTrait, QuerySelect, Set, TryIntoModel,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Error, Tx, audit_log, columns, job,
    page::{Position, Window},
    setting, task,
};
use crate::{
    clock::Time,
    crypto::{
        aead::{Context, Key},
        random::Rng,
        secret::Secret,
    },
    protocol::webhook::{self, TEST},
};

/// Changes whenever a webhook does.
pub const VERSION: &str = "version.webhooks";

/// The `kind` of these jobs.
pub(super) const KIND: &str = "webhook";

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The row.
    pub id: Uuid,
    /// Where to.
    pub url: String,
    /// What is told there.
    pub events: Vec<String>,
    /// Whether anything is.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Time,
    /// Last change.
    pub updated_at: Time,
}

/// What of it decides whether an event is told.
#[derive(Clone, Debug)]
pub struct Subscription {
    id: Uuid,
    events: Vec<String>,
}

impl From<Webhook> for Subscription {
    fn from(webhook: Webhook) -> Self {
        Self { id: webhook.id, events: webhook.events }
    }
}

/// Adds one with its secret, sealed.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &Tx,
    change: Uuid,
    webhook: &Webhook,
    (key, rng): (&Key, &dyn Rng),
    secret: &Secret<String>,
) -> Result<(), Error> {
    let sealed = key.seal(rng, &context(webhook.id), secret.expose().as_bytes());
    let row = ActiveModel { secret: Set(sealed), ..row(webhook)? };
    Entity::insert(row).exec_without_returning(tx).await?;
    setting::put_version(tx, VERSION, change.as_bytes(), webhook.updated_at).await
}

/// Sets everything but its secret.
///
/// # Errors
/// When the database fails.
pub async fn update(tx: &Tx, change: Uuid, webhook: &Webhook) -> Result<(), Error> {
    let row = ActiveModel { id: Unchanged(webhook.id), created_at: NotSet, ..row(webhook)? };
    Entity::update(row).exec_without_returning(tx).await?;
    setting::put_version(tx, VERSION, change.as_bytes(), webhook.updated_at).await
}

/// Removes one with the log of its deliveries.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, change: Uuid, id: Uuid, now: Time) -> Result<(), Error> {
    Entity::delete_by_id(id).exec(tx).await?;
    setting::put_version(tx, VERSION, change.as_bytes(), now).await
}

/// The one of that row.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<Option<Webhook>, Error> {
    Ok(Entity::find_by_id(id).one(connection).await?.map(from_row))
}

/// The one of that row, locked against changes until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Webhook>, Error> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?.map(from_row))
}

/// The one of that row with its secret; `None` for the secret when it was altered.
///
/// # Errors
/// When the database fails.
pub async fn find_with_secret<C: ConnectionTrait>(
    connection: &C,
    key: &Key,
    id: Uuid,
) -> Result<Option<(Webhook, Option<Secret<String>>)>, Error> {
    let Some(row) = Entity::find_by_id(id).one(connection).await? else { return Ok(None) };
    let opened = key.open(&context(id), &row.secret).and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(Some((from_row(row), opened.map(Secret::new))))
}

/// A page of them, by age.
///
/// # Errors
/// When the database fails.
pub async fn page<C: ConnectionTrait>(connection: &C, window: &Window) -> Result<Vec<Webhook>, Error> {
    let rows = window.by_age(Entity::find(), Column::Id);
    Ok(rows.all(connection).await?.into_iter().map(from_row).collect())
}

/// Where a row of [`page`] stands.
#[must_use]
pub fn position(webhook: &Webhook) -> Position {
    Position::by_age(webhook.id)
}

/// All of them. They are few, made by administrators.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C) -> Result<Vec<Webhook>, Error> {
    Ok(Entity::find().all(connection).await?.into_iter().map(from_row).collect())
}

/// Writes what is to be told of a line that is being added.
pub(super) fn announce(tx: &Tx, line: &audit_event::ActiveModel, now: Time) {
    if tx.subscriptions().is_empty() {
        return;
    }
    let Ok(row) = line.clone().try_into_model() else { return };
    let (id, event) = (row.id, row.event.clone());
    let wanted = tx.subscriptions().iter().filter(|one| webhook::wants(&one.events, &event));
    let data = json!(audit_log::Told::from(row));
    for one in wanted {
        enqueue(tx, one.id, (id, &event), data.clone(), now);
    }
}

/// Tells one webhook that nothing happened, so that its receiver can be tried.
pub fn announce_test(tx: &Tx, webhook: Uuid, message: Uuid, now: Time) {
    enqueue(tx, webhook, (message, TEST), json!({ "id": message, "at": now, "event": TEST }), now);
}

fn enqueue(tx: &Tx, webhook: Uuid, (message, event): (Uuid, &str), data: Value, now: Time) {
    let unique_key = format!("{KIND} {message} {webhook}");
    let payload = json!({ "webhook": webhook, "message": message, "event": event, "data": data });
    let (row, keep) = job::once(task::id_of(KIND, [message, webhook]), KIND, unique_key, payload, now);
    tx.insert_later(row, Some(keep));
}

fn context(id: Uuid) -> Context {
    Context::column("webhooks", "secret", &id, None)
}

fn row(webhook: &Webhook) -> Result<ActiveModel, Error> {
    Ok(ActiveModel {
        id: Set(webhook.id),
        url: Set(webhook.url.clone()),
        events: Set(columns::to_json("webhooks.events", &webhook.events)?),
        secret: NotSet,
        enabled: Set(webhook.enabled),
        created_at: Set(webhook.created_at),
        updated_at: Set(webhook.updated_at),
    })
}

/// A row that cannot be read, as of a newer version, tells nothing, and can be changed or removed.
fn from_row(row: Model) -> Webhook {
    let events = columns::from_json("webhooks.events", row.events).unwrap_or_else(|error| {
        tracing::error!(webhook = %row.id, %error, "what a webhook wants cannot be read");
        Vec::new()
    });
    Webhook {
        id: row.id,
        url: row.url,
        events,
        enabled: row.enabled,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

//! The audit log: rows are added in the transaction of what they tell.

mod listing;

use entity::audit_event::{ActiveModel, Column, Entity, Model};
pub(super) use listing::first_id;
pub use listing::{Filter, page, position};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{Error, Tx, webhook};
use crate::clock::Time;

/// A line of the log.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Stable dotted name.
    pub event: &'static str,
    /// Success or failure.
    pub success: bool,
    /// The user who acted.
    pub actor: Option<Uuid>,
    /// The user it happened to.
    pub subject: Option<Uuid>,
    /// `client_id`.
    pub client: Option<String>,
    /// The session.
    pub session: Option<Uuid>,
    /// Address of the caller.
    pub ip: Option<String>,
    /// As sent.
    pub user_agent: Option<String>,
    /// Shown on error pages.
    pub request_id: Option<String>,
    /// Never a secret.
    pub details: Value,
}

/// Adds a line, and tells it to whoever wants to know.
pub fn insert(tx: &Tx, id: Uuid, line: Line, now: Time) {
    let row = ActiveModel {
        id: Set(id),
        at: Set(now),
        event: Set(line.event.to_owned()),
        outcome: Set(if line.success { "success" } else { "failure" }.to_owned()),
        actor: Set(line.actor),
        subject: Set(line.subject),
        client: Set(line.client),
        session: Set(line.session),
        ip: Set(line.ip),
        user_agent: Set(line.user_agent),
        request_id: Set(line.request_id),
        details: Set(line.details),
    };
    webhook::announce(tx, &row, now);
    tx.insert_later(row, None);
}

/// A line as it was stored.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct Stored {
    /// When.
    pub at: Time,
    /// Stable dotted name.
    pub event: String,
    /// `success` or `failure`.
    pub outcome: String,
    /// The user who acted.
    pub actor: Option<Uuid>,
    /// The user it happened to.
    pub subject: Option<Uuid>,
    /// `client_id`.
    pub client: Option<String>,
    /// The session.
    pub session: Option<Uuid>,
    /// Address of the caller.
    pub ip: Option<String>,
    /// As sent.
    pub user_agent: Option<String>,
    /// Shown on error pages.
    pub request_id: Option<String>,
    /// What else there is to say.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub details: Value,
}

/// A line with its id, as others are told of it.
#[derive(Serialize)]
pub(super) struct Told {
    id: Uuid,
    #[serde(flatten)]
    line: Stored,
}

impl From<Model> for Told {
    fn from(row: Model) -> Self {
        Self { id: row.id, line: from_row(row) }
    }
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Not before.
    pub since: Option<Time>,
    /// One event only.
    pub event: Option<String>,
    /// The line of an error page.
    pub request_id: Option<String>,
}

/// The newest lines, oldest of them first.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C, wanted: &Wanted, limit: u64) -> Result<Vec<Stored>, Error> {
    let mut rows = Entity::find().order_by_desc(Column::Id).limit(limit);
    if let Some(since) = wanted.since {
        rows = rows.filter(Column::At.gte(since));
    }
    if let Some(event) = &wanted.event {
        rows = rows.filter(Column::Event.eq(event));
    }
    if let Some(request_id) = &wanted.request_id {
        rows = rows.filter(Column::RequestId.eq(request_id));
    }
    let rows = rows.all(connection).await?;
    Ok(rows.into_iter().rev().map(from_row).collect())
}

/// What happened to a person, newest first; `before` goes on where an earlier page ended.
///
/// # Errors
/// When the database fails.
pub async fn list_by_subject<C: ConnectionTrait>(
    connection: &C,
    subject: Uuid,
    before: Option<Uuid>,
    limit: u64,
) -> Result<Vec<(Uuid, Stored)>, Error> {
    let mut rows = Entity::find().filter(Column::Subject.eq(subject)).order_by_desc(Column::Id).limit(limit);
    if let Some(before) = before {
        rows = rows.filter(Column::Id.lt(before));
    }
    Ok(rows.all(connection).await?.into_iter().map(|row| (row.id, from_row(row))).collect())
}

/// The browsers with which a person did these things since then, each once.
///
/// # Errors
/// When the database fails.
pub async fn list_user_agents<C: ConnectionTrait>(
    connection: &C,
    subject: Uuid,
    events: &[&str],
    since: Time,
) -> Result<Vec<Option<String>>, Error> {
    let rows = Entity::find()
        .select_only()
        .column(Column::UserAgent)
        .distinct()
        .filter(Column::Subject.eq(subject))
        .filter(Column::Event.is_in(events.iter().copied()))
        .filter(Column::Outcome.eq("success"))
        .filter(Column::At.gte(since));
    Ok(rows.into_tuple().all(connection).await?)
}

/// Takes addresses and browsers out of every line about a person.
///
/// # Errors
/// When the database fails.
pub async fn forget_callers(tx: &Tx, subject: Uuid) -> Result<(), Error> {
    let row = ActiveModel { ip: Set(None), user_agent: Set(None), ..Default::default() };
    Entity::update_many().set(row).filter(Column::Subject.eq(subject)).exec(tx).await?;
    Ok(())
}

fn from_row(row: Model) -> Stored {
    Stored {
        at: row.at,
        event: row.event,
        outcome: row.outcome,
        actor: row.actor,
        subject: row.subject,
        client: row.client,
        session: row.session,
        ip: row.ip,
        user_agent: row.user_agent,
        request_id: row.request_id,
        details: row.details,
    }
}

//! The audit log: rows are added in the transaction of what they tell.

use entity::audit_event::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::Value;
use uuid::Uuid;

use super::{Error, Tx};
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

/// Adds a line.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, id: Uuid, line: Line, now: Time) -> Result<(), Error> {
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
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Times, names and outcomes since then, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_since<C: ConnectionTrait>(connection: &C, since: Time) -> Result<Vec<(Time, String, String)>, Error> {
    let rows: Vec<Model> =
        Entity::find().filter(Column::At.gte(since)).order_by_asc(Column::Id).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.at, row.event, row.outcome)).collect())
}

//! What apps were refused lately: a row for each kind of refusal of an app and each day, however often it came.

use chrono::Duration;
use entity::client_error::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{Error, Tx};
use crate::clock::Time;

/// How long it is told.
const KEPT: Duration = Duration::days(7);

/// Most rows of an app that are read: there are some dozens of kinds.
const MOST: u64 = 500;

/// A kind of refusal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientError {
    /// The client row.
    pub client: Uuid,
    /// Which endpoint refused.
    pub endpoint: String,
    /// The OAuth error code.
    pub error: String,
    /// Its description.
    pub description: String,
    /// Why, for whoever administers; empty where the description says it.
    pub reason: String,
}

/// How often it came, and the last time.
#[derive(Clone, Debug)]
pub struct Seen {
    /// How often.
    pub count: i64,
    /// The last time.
    pub at: Time,
    /// What came, the last time; may be empty.
    pub detail: String,
}

/// Adds to what was seen before.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &Tx, id: Uuid, error: ClientError, seen: Seen) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(id),
        client_id: Set(error.client),
        day: Set(seen.at.format("%Y-%m-%d").to_string()),
        endpoint: Set(error.endpoint),
        error: Set(error.error),
        description: Set(error.description),
        reason: Set(error.reason),
        detail: Set(seen.detail),
        count: Set(seen.count),
        at: Set(seen.at),
        expires_at: Set(seen.at + KEPT),
    };
    let kind = [Column::Endpoint, Column::Error, Column::Description, Column::Reason];
    let same = [Column::ClientId, Column::Day].into_iter().chain(kind);
    let again = OnConflict::columns(same)
        .update_columns([Column::Detail, Column::At])
        .value(Column::Count, Expr::col((Entity, Column::Count)).add(seen.count))
        .to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// What an app was refused in a week, each kind once, the last first.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(
    connection: &C,
    client: Uuid,
    now: Time,
) -> Result<Vec<(ClientError, Seen)>, Error> {
    let rows = Entity::find().filter(Column::ClientId.eq(client)).filter(Column::ExpiresAt.gt(now));
    let rows = rows.order_by_desc(Column::At).order_by_desc(Column::Id).limit(MOST);
    let mut kinds: Vec<(ClientError, Seen)> = Vec::new();
    for (error, seen) in rows.all(connection).await?.into_iter().map(from_row) {
        match kinds.iter_mut().find(|(known, _)| *known == error) {
            Some((_, last)) => last.count += seen.count,
            None => kinds.push((error, seen)),
        }
    }
    Ok(kinds)
}

fn from_row(row: Model) -> (ClientError, Seen) {
    let Model { client_id: client, endpoint, error, description, reason, detail, count, at, .. } = row;
    (ClientError { client, endpoint, error, description, reason }, Seen { count, at, detail })
}

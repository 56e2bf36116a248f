//! Jobs that are done once: written with what they follow from, leased by one instance, tried again until they are done.

use chrono::Duration;
use entity::job::{ActiveModel, Column, Entity};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{ExprTrait, OnConflict},
};
use serde_json::Value;
use uuid::{Builder, Uuid};

use super::{Error, Tx};
use crate::{clock::Time, crypto::mac::hmac_sha256};

/// A job to be.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// UUIDv7.
    pub id: Uuid,
    /// What to do.
    pub kind: &'static str,
    /// Of tasks with the same one there is one at a time.
    pub unique_key: Option<String>,
    /// What to do it with; never a secret that is not sealed.
    pub payload: Value,
    /// Not before.
    pub run_at: Time,
}

/// Which task, as it was when it was found.
#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    /// The row.
    pub id: Uuid,
    /// How often it was tried.
    pub attempts: i32,
}

/// A task that is due.
#[derive(Clone, Debug)]
pub struct Task {
    /// Which.
    pub ticket: Ticket,
    /// What to do.
    pub kind: String,
    /// What to do it with.
    pub payload: Value,
}

/// Adds a task; false when there is one of its key.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, new: NewTask, now: Time) -> Result<bool, Error> {
    let keep = OnConflict::column(Column::UniqueKey).do_nothing().to_owned();
    Ok(Entity::insert(row(new, now)).on_conflict(keep).exec_without_returning(tx).await? == 1)
}

/// Adds a task without a key, together with whatever else the transaction adds.
pub fn insert_later(tx: &Tx, new: NewTask, now: Time) {
    tx.insert_later(row(new, now), None);
}

fn row(new: NewTask, now: Time) -> ActiveModel {
    ActiveModel {
        id: Set(new.id),
        kind: Set(new.kind.to_owned()),
        unique_key: Set(new.unique_key),
        payload: Set(new.payload),
        run_at: Set(new.run_at),
        attempts: Set(0),
        leased_by: Set(None),
        leased_until: Set(None),
        last_error: Set(None),
        created_at: Set(now),
    }
}

/// What is due and free of these kinds, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn due<C: ConnectionTrait>(
    connection: &C,
    kinds: &[&str],
    now: Time,
    limit: u64,
) -> Result<Vec<Task>, Error> {
    let rows = Entity::find()
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .filter(Column::RunAt.lte(now))
        .filter(free(now))
        .order_by_asc(Column::RunAt)
        .limit(limit);
    let task = |row: entity::job::Model| Task {
        ticket: Ticket { id: row.id, attempts: row.attempts },
        kind: row.kind,
        payload: row.payload,
    };
    Ok(rows.all(connection).await?.into_iter().map(task).collect())
}

/// The id of a task of this kind about these two, of which there is one.
#[must_use]
pub(super) fn id_of(kind: &str, of: [Uuid; 2]) -> Uuid {
    let hash = hmac_sha256(kind.as_bytes(), &of.each_ref().map(|id| id.as_bytes().as_slice()));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// What is due and free of a kind whose keys end with whom it is for, oldest first, without what is for these.
///
/// # Errors
/// When the database fails.
pub(super) async fn due_of_others<C: ConnectionTrait>(
    connection: &C,
    kind: &str,
    now: Time,
    (without, limit): (&[Uuid], u64),
) -> Result<Vec<entity::job::Model>, Error> {
    let of_others =
        without.iter().fold(Condition::all(), |all, whom| all.add(Column::UniqueKey.not_like(format!("% {whom}"))));
    let rows = Entity::find()
        .filter(Column::Kind.eq(kind))
        .filter(Column::RunAt.lte(now))
        .filter(free(now))
        .filter(of_others)
        .order_by_asc(Column::RunAt)
        .limit(limit);
    Ok(rows.all(connection).await?)
}

/// What the tasks of these keys are done with.
///
/// # Errors
/// When the database fails.
pub async fn list_payloads<C: ConnectionTrait>(connection: &C, keys: &[String]) -> Result<Vec<Value>, Error> {
    let rows = Entity::find().filter(Column::UniqueKey.is_in(keys)).all(connection).await?;
    Ok(rows.into_iter().map(|row| row.payload).collect())
}

/// Takes the tasks of these keys away, whoever has them: how many there were.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, keys: &[String]) -> Result<u64, Error> {
    Ok(Entity::delete_many().filter(Column::UniqueKey.is_in(keys)).exec(tx).await?.rows_affected)
}

pub(super) fn free(now: Time) -> Condition {
    Condition::any().add(Column::LeasedUntil.is_null()).add(Column::LeasedUntil.lte(now))
}

/// Takes one for a while; false when another instance has it, or it is done.
///
/// # Errors
/// When the database fails.
pub async fn lease(tx: &Tx, ticket: Ticket, holder: Uuid, (now, lifetime): (Time, Duration)) -> Result<bool, Error> {
    let row =
        ActiveModel { leased_by: Set(Some(holder)), leased_until: Set(Some(now + lifetime)), ..ActiveModel::default() };
    // Another instance may have tried since this one looked.
    let seen = Column::Attempts.eq(ticket.attempts).and(Column::RunAt.lte(now));
    let mine = Entity::update_many().set(row).filter(Column::Id.eq(ticket.id)).filter(seen);
    let taken = mine.filter(free(now)).exec(tx).await?;
    Ok(taken.rows_affected == 1)
}

/// Nothing is left to do; false when the lease was lost to another instance.
///
/// # Errors
/// When the database fails.
pub async fn finish(tx: &Tx, ticket: Ticket, holder: Uuid) -> Result<bool, Error> {
    let mine = Entity::delete_many().filter(Column::Id.eq(ticket.id)).filter(Column::LeasedBy.eq(holder));
    Ok(mine.exec(tx).await?.rows_affected == 1)
}

/// Comes again at that time.
///
/// # Errors
/// When the database fails.
pub async fn retry(tx: &Tx, ticket: Ticket, holder: Uuid, run_at: Time, error: String) -> Result<(), Error> {
    let row = ActiveModel {
        run_at: Set(run_at),
        attempts: Set(ticket.attempts + 1),
        leased_by: Set(None),
        leased_until: Set(None),
        last_error: Set(Some(error)),
        ..ActiveModel::default()
    };
    let mine = Entity::update_many().set(row).filter(Column::Id.eq(ticket.id));
    mine.filter(Column::LeasedBy.eq(holder)).exec(tx).await?;
    Ok(())
}

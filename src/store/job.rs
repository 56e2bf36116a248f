//! Jobs: recurring ones have one row each, and one instance at a time has the lease.

use entity::job::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Error, Tx};
use crate::clock::Time;

/// Who has a job until when.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// The instance.
    pub holder: Uuid,
    /// Nobody else may before.
    pub until: Time,
}

/// A job to be done as soon as may be, and what is done when there is one of that key: nothing.
pub(super) fn once(id: Uuid, kind: &str, unique_key: String, payload: Value, now: Time) -> (ActiveModel, OnConflict) {
    let row = ActiveModel {
        id: Set(id),
        kind: Set(kind.to_owned()),
        unique_key: Set(Some(unique_key)),
        payload: Set(payload),
        run_at: Set(now),
        attempts: Set(0),
        leased_by: Set(None),
        leased_until: Set(None),
        last_error: Set(None),
        created_at: Set(now),
    };
    (row, OnConflict::column(Column::UniqueKey).do_nothing().to_owned())
}

/// Due is what has come, and what lies further ahead than the job's own interval: a clock that was off wrote that.
fn due((now, next): (Time, Time)) -> Condition {
    Condition::any().add(Column::RunAt.lte(now)).add(Column::RunAt.gt(next))
}

/// Whether a recurring job is due, or was never done. Asked before anything is written.
///
/// # Errors
/// When the database fails.
pub async fn is_due<C: ConnectionTrait>(connection: &C, kind: &str, when: (Time, Time)) -> Result<bool, Error> {
    let rows = Entity::find().filter(Column::UniqueKey.eq(kind)).filter(due(when).not());
    Ok(rows.one(connection).await?.is_none())
}

/// Takes the lease of a recurring job that is due and that nobody has; makes its row when it is not there yet.
///
/// # Errors
/// When the database fails.
pub async fn lease(tx: &Tx, id: Uuid, kind: &str, lease: Lease, (now, next): (Time, Time)) -> Result<bool, Error> {
    let (row, keep) = once(id, kind, kind.to_owned(), json!({}), now);
    Entity::insert(row).on_conflict(keep).exec_without_returning(tx).await?;
    let free = Condition::any().add(Column::LeasedUntil.is_null()).add(Column::LeasedUntil.lte(now));
    let taken = Entity::update_many()
        .set(ActiveModel {
            leased_by: Set(Some(lease.holder)),
            leased_until: Set(Some(lease.until)),
            ..ActiveModel::default()
        })
        .filter(Column::UniqueKey.eq(kind))
        .filter(due((now, next)))
        .filter(free)
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Keeps a lease for longer; false when somebody else has it by now.
///
/// # Errors
/// When the database fails.
pub async fn renew(tx: &Tx, kind: &str, lease: Lease) -> Result<bool, Error> {
    let row = ActiveModel { leased_until: Set(Some(lease.until)), ..ActiveModel::default() };
    let mine = Entity::update_many().set(row).filter(Column::UniqueKey.eq(kind));
    Ok(mine.filter(Column::LeasedBy.eq(lease.holder)).exec(tx).await?.rows_affected == 1)
}

/// Gives the lease back; the job comes again at `run_at`.
///
/// # Errors
/// When the database fails.
pub async fn finish(tx: &Tx, kind: &str, holder: Uuid, run_at: Time, error: Option<&'static str>) -> Result<(), Error> {
    let row = ActiveModel {
        run_at: Set(run_at),
        leased_by: Set(None),
        leased_until: Set(None),
        last_error: Set(error.map(str::to_owned)),
        ..ActiveModel::default()
    };
    let mine = Entity::update_many().set(row).filter(Column::UniqueKey.eq(kind));
    mine.filter(Column::LeasedBy.eq(holder)).exec(tx).await?;
    Ok(())
}

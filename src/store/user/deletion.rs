//! Accounts whose owners want them gone.

use entity::user::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    Set,
};
use uuid::Uuid;

use crate::{
    clock::Time,
    store::{Error, Tx, audit_log, recovery_request, session},
};

/// Sets when an account goes; `None` keeps it.
///
/// # Errors
/// When the database fails.
pub async fn update_delete_after(tx: &Tx, id: Uuid, delete_after: Option<Time>) -> Result<(), Error> {
    let row = ActiveModel { id: Unchanged(id), delete_after: Set(delete_after), ..Default::default() };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Accounts whose time has come, at most so many, the oldest first. Disabled ones stay: an operator wants to look at them.
///
/// # Errors
/// When the database fails.
pub async fn list_deletable<C: ConnectionTrait>(connection: &C, now: Time, limit: u64) -> Result<Vec<Uuid>, Error> {
    let due = deletable(now).select_only().column(Column::Id).order_by_asc(Column::DeleteAfter).limit(limit);
    Ok(due.into_tuple().all(connection).await?)
}

fn deletable(now: Time) -> Select<Entity> {
    Entity::find().filter(Column::DeleteAfter.lte(now)).filter(Column::Enabled.eq(true))
}

/// Removes an account whose time has come, with everything that is its owner's; false when it was kept meanwhile. Its sessions
/// end first, so that apps are told. Lines of the audit log stay, without addresses and browsers.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, id: Uuid, now: Time) -> Result<bool, Error> {
    let due = deletable(now).filter(Column::Id.eq(id)).lock_exclusive().one(tx).await?;
    if due.is_none() {
        return Ok(false);
    }
    remove(tx, id, now).await?;
    Ok(true)
}

/// Removes an account with everything that is its owner's, whether or not its time has come.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &Tx, id: Uuid, now: Time) -> Result<(), Error> {
    session::end_all_of_user(tx, id, now).await?;
    recovery_request::cancel(tx, id, now).await?;
    audit_log::forget_callers(tx, id).await?;
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

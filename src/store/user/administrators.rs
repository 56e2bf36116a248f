//! Who can administer, so that there is always somebody.

use entity::user::{Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{User, holds};
use crate::{
    protocol::role::Role,
    store::{
        Error, Tx,
        credential::{Credential, list_by_user},
    },
};

/// Names the lock of [`lock_administrators`] among PostgreSQL's advisory locks.
const ADMINISTRATORS: i64 = 0x636c_7661_646d;

/// Waits until nobody else changes who administers; held until the transaction ends. Taken before any person's row.
///
/// # Errors
/// When the database fails.
pub async fn lock_administrators(tx: &Tx) -> Result<(), Error> {
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({ADMINISTRATORS})")).await?;
    }
    Ok(())
}

/// Whether nobody else would administer: somebody who can leaves only others who can, somebody without a passkey at least
/// others who may. A passkey counts if `is_good` is true of it and its owner. Hold [`lock_administrators`].
///
/// # Errors
/// When the database fails.
pub async fn is_last_administrator(
    tx: &Tx,
    user: &User,
    is_good: impl Fn(Uuid, &Credential) -> bool,
) -> Result<bool, Error> {
    if !user.is_administrator() {
        return Ok(false);
    }
    let able = able(tx, is_good).await?;
    if able.contains(&user.id) {
        return Ok(able.len() == 1);
    }
    Ok(administrators(tx).await?.iter().all(|other| other.id == user.id))
}

/// Whether somebody can administer: has a passkey of which `is_good` is true, as it is told whose it is.
///
/// # Errors
/// When the database fails.
pub async fn has_administrator<C: ConnectionTrait>(
    connection: &C,
    is_good: impl Fn(Uuid, &Credential) -> bool,
) -> Result<bool, Error> {
    Ok(!able(connection, is_good).await?.is_empty())
}

/// Those who may administer and have such a passkey.
async fn able<C: ConnectionTrait>(
    connection: &C,
    is_good: impl Fn(Uuid, &Credential) -> bool,
) -> Result<Vec<Uuid>, Error> {
    let mut able = Vec::new();
    for user in administrators(connection).await? {
        if list_by_user(connection, user.id).await?.iter().any(|one| is_good(user.id, one)) {
            able.push(user.id);
        }
    }
    Ok(able)
}

/// Whoever may administer: enabled, and staying.
async fn administrators<C: ConnectionTrait>(connection: &C) -> Result<Vec<Model>, Error> {
    let query = Entity::find().filter(holds(Role::Administrator)).filter(Column::Enabled.eq(true));
    // Not in the query: almost everybody stays, and SQLite would look for them by that.
    Ok(query.all(connection).await?.into_iter().filter(|user| user.delete_after.is_none()).collect())
}

//! Who can administer, so that there is always somebody.

use entity::{
    credential,
    user::{Column, Entity},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};

use super::User;
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
/// others who may. Hold [`lock_administrators`].
///
/// # Errors
/// When the database fails.
pub async fn is_last_administrator(tx: &Tx, user: &User) -> Result<bool, Error> {
    if !user.is_administrator() {
        return Ok(false);
    }
    let can = able_administrators().filter(Column::Id.eq(user.id)).one(tx).await?.is_some();
    let others = if can { able_administrators() } else { administrators() };
    Ok(others.filter(Column::Id.ne(user.id)).one(tx).await?.is_none())
}

/// Whether somebody can administer: has a passkey of which `is_good` is true.
///
/// # Errors
/// When the database fails.
pub async fn has_administrator<C: ConnectionTrait>(
    connection: &C,
    is_good: impl Fn(&Credential) -> bool,
) -> Result<bool, Error> {
    for user in able_administrators().all(connection).await? {
        if list_by_user(connection, user.id).await?.iter().any(&is_good) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whoever may administer: enabled, and staying.
fn administrators() -> Select<Entity> {
    let role = format!("%\"{}\"%", Role::Administrator.as_str());
    Entity::find()
        .filter(Column::Enabled.eq(true))
        .filter(Column::DeleteAfter.is_null())
        .filter(Expr::col((Entity, Column::Roles)).cast_as("text").like(role))
}

/// Those of them who have a passkey that works.
fn able_administrators() -> Select<Entity> {
    let owners = credential::Entity::find()
        .select_only()
        .column(credential::Column::UserId)
        .filter(credential::Column::RevokedAt.is_null());
    administrators().filter(Column::Id.in_subquery(owners.into_query()))
}

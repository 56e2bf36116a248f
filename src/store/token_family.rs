//! Families: all tokens that came from one authorization code live and die together.

use entity::token_family::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::SimpleExpr};
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{clock::Time, protocol::scope::ScopeSet};

/// A family to be.
#[derive(Clone, Debug)]
pub struct NewFamily {
    /// UUIDv7; also the first head.
    pub id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// The subject.
    pub user_id: Uuid,
    /// The session it came from.
    pub session_id: Uuid,
    /// Granted scopes.
    pub scopes: ScopeSet,
}

/// Adds a family that ends with its session.
///
/// # Errors
/// When a value can't be told as JSON.
pub fn insert(tx: &Tx, new: &NewFamily, now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(new.id),
        client_id: Set(new.client_id),
        user_id: Set(new.user_id),
        session_id: Set(Some(new.session_id)),
        head: Set(new.id),
        scopes: Set(columns::to_json("token_families.scopes", &new.scopes)?),
        offline: Set(false),
        created_at: Set(now),
        revoked_at: Set(None),
    };
    tx.insert_later(row, None);
    Ok(())
}

/// Revokes a family; false when it was revoked before.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &Tx, id: Uuid, now: Time) -> Result<bool, Error> {
    revoke_where(tx, Column::Id.eq(id), now).await.map(|count| count == 1)
}

/// Revokes every family of a person.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all_of_user(tx: &Tx, user_id: Uuid, now: Time) -> Result<u64, Error> {
    revoke_where(tx, Column::UserId.eq(user_id), now).await
}

async fn revoke_where(tx: &Tx, which: SimpleExpr, now: Time) -> Result<u64, Error> {
    let row = ActiveModel { revoked_at: Set(Some(now)), ..Default::default() };
    let live = Entity::update_many().set(row).filter(which).filter(Column::RevokedAt.is_null());
    Ok(live.exec(tx).await?.rows_affected)
}

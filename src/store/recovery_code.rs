//! Recovery codes: ten of a person, each good once.

use entity::recovery_code::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use super::{Error, Tx};
use crate::clock::Time;

/// A code that was not used.
#[derive(Clone, Debug)]
pub struct RecoveryCode {
    /// The row.
    pub id: Uuid,
    /// argon2id, as a PHC string.
    pub code_hash: String,
}

/// Puts these in place of all that a person had.
///
/// # Errors
/// When the database fails.
pub async fn replace(tx: &Tx, user_id: Uuid, new: Vec<RecoveryCode>, now: Time) -> Result<(), Error> {
    delete_all_of_user(tx, user_id).await?;
    for RecoveryCode { id, code_hash } in new {
        let row = ActiveModel {
            id: Set(id),
            user_id: Set(user_id),
            code_hash: Set(code_hash),
            created_at: Set(now),
            used_at: Set(None),
        };
        tx.insert_later(row, None);
    }
    Ok(())
}

/// Every code of a person that was not used.
///
/// # Errors
/// When the database fails.
pub async fn list_unused<C: ConnectionTrait>(connection: &C, user_id: Uuid) -> Result<Vec<RecoveryCode>, Error> {
    let unused = Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::UsedAt.is_null());
    let rows = unused.order_by_asc(Column::Id).all(connection).await?;
    Ok(rows.into_iter().map(|row| RecoveryCode { id: row.id, code_hash: row.code_hash }).collect())
}

/// How many codes a person has left.
///
/// # Errors
/// When the database fails.
pub async fn count_unused<C: ConnectionTrait>(connection: &C, user_id: Uuid) -> Result<u64, Error> {
    let unused = Entity::find().filter(Column::UserId.eq(user_id)).filter(Column::UsedAt.is_null());
    Ok(unused.count(connection).await?)
}

/// Uses a code; false when it was used, or replaced by others.
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, id: Uuid, now: Time) -> Result<bool, Error> {
    let used = Entity::update_many()
        .set(ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null());
    Ok(used.exec(tx).await?.rows_affected == 1)
}

async fn delete_all_of_user(tx: &Tx, user_id: Uuid) -> Result<(), Error> {
    Entity::delete_many().filter(Column::UserId.eq(user_id)).exec(tx).await?;
    Ok(())
}

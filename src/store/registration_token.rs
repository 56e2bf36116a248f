//! Tokens that let one client register itself.

use entity::registration_token::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::{Error, Tx};
use crate::{clock::Time, crypto::mac::Tag};

/// Stores a token by its hash.
pub fn insert(tx: &Tx, id: Uuid, token_hash: Tag, (now, expires_at): (Time, Time)) {
    let row = ActiveModel {
        id: Set(id),
        token_hash: Set(token_hash.to_vec()),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    tx.insert_later(row, None);
}

/// Whether a token could be spent now. Only spending decides.
///
/// # Errors
/// When the database fails.
pub async fn is_live<C: ConnectionTrait>(connection: &C, token_hash: Tag, now: Time) -> Result<bool, Error> {
    let rows = Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec())).filter(Column::UsedAt.is_null());
    Ok(rows.filter(Column::ExpiresAt.gt(now)).one(connection).await?.is_some())
}

/// Spends a token; false for one that is unknown, used or expired.
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, token_hash: Tag, now: Time) -> Result<bool, Error> {
    let spent = Entity::update_many()
        .set(ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(Column::TokenHash.eq(token_hash.to_vec()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(spent.rows_affected == 1)
}

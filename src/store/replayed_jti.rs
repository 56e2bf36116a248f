//! What may be seen once.

use entity::replayed_jti::{ActiveModel, Column, Entity};
use sea_orm::{ConnectionTrait, EntityTrait, Set, sea_query::OnConflict};

use super::{Error, Tx};
use crate::{clock::Time, crypto::mac::Tag};

/// Marks; false when it was marked before. Kept until `expires_at`.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, jti_hash: Tag, expires_at: Time) -> Result<bool, Error> {
    let row = ActiveModel { jti_hash: Set(jti_hash.to_vec()), expires_at: Set(expires_at) };
    let nothing = OnConflict::column(Column::JtiHash).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// Whether it is marked.
///
/// # Errors
/// When the database fails.
pub async fn exists<C: ConnectionTrait>(connection: &C, jti_hash: Tag) -> Result<bool, Error> {
    Ok(Entity::find_by_id(jti_hash.to_vec()).one(connection).await?.is_some())
}

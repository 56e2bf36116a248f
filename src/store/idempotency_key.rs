//! Requests that made something and may come again.

use entity::idempotency_key::{ActiveModel, Column, Entity};
use sea_orm::{EntityTrait, Set, sea_query::OnConflict};

use super::{Error, Tx};
use crate::{clock::Time, crypto::mac::Tag};

/// What was asked and answered.
#[derive(Clone, Debug)]
pub struct Answered {
    /// SHA-256 of the request.
    pub request_hash: Tag,
    /// The answer, sealed.
    pub answer: String,
}

/// What came with that key before, unless that is over.
///
/// # Errors
/// When the database fails.
pub async fn find(tx: &Tx, key_hash: Tag, now: Time) -> Result<Option<Answered>, Error> {
    let Some(row) = Entity::find_by_id(key_hash.to_vec()).one(tx).await? else { return Ok(None) };
    if row.expires_at <= now {
        return Ok(None);
    }
    let request_hash = row.request_hash.try_into().map_err(|_| Error::Decode("idempotency_keys.request_hash"))?;
    Ok(Some(Answered { request_hash, answer: row.answer }))
}

/// Keeps it, in place of one that is over.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, key_hash: Tag, answered: &Answered, expires_at: Time) -> Result<(), Error> {
    let row = ActiveModel {
        key_hash: Set(key_hash.to_vec()),
        request_hash: Set(answered.request_hash.to_vec()),
        answer: Set(answered.answer.clone()),
        expires_at: Set(expires_at),
    };
    let new = [Column::RequestHash, Column::Answer, Column::ExpiresAt];
    let replace = OnConflict::column(Column::KeyHash).update_columns(new).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

//! Opaque access tokens, by hash.

use entity::access_token::ActiveModel;
use sea_orm::Set;
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{clock::Time, crypto::mac::Tag, protocol::scope::ScopeSet};

/// Stores a token by its hash.
///
/// # Errors
/// When a value can't be told as JSON.
pub fn insert(
    tx: &Tx,
    id: Uuid,
    token_hash: Tag,
    (family_id, scopes): (Uuid, &ScopeSet),
    (now, expires_at): (Time, Time),
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(id),
        token_hash: Set(token_hash.to_vec()),
        family_id: Set(family_id),
        scopes: Set(columns::to_json("access_tokens.scopes", scopes)?),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    tx.insert_later(row, None);
    Ok(())
}

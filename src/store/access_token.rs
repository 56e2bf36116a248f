//! Access tokens, by hash.

use entity::access_token::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{clock::Time, crypto::mac::Tag, protocol::scope::ScopeSet};

/// Who is behind a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person: it dies with their family.
    Family(Uuid),
    /// The client itself.
    Client(Uuid),
}

/// An access token to be.
#[derive(Clone, Debug)]
pub struct NewAccessToken<'a> {
    /// UUIDv7.
    pub id: Uuid,
    /// SHA-256 of the token, or of the secret behind its `jti`.
    pub token_hash: Tag,
    /// Who is behind it.
    pub holder: Holder,
    /// What it opens.
    pub scopes: &'a ScopeSet,
    /// What it is meant for; none for the issuer.
    pub audience: &'a [String],
    /// When it ends.
    pub expires_at: Time,
}

/// Stores a token by its hash.
///
/// # Errors
/// When a value can't be told as JSON.
pub fn insert(tx: &Tx, new: &NewAccessToken<'_>, now: Time) -> Result<(), Error> {
    let (family_id, client_id) = match new.holder {
        Holder::Family(id) => (Some(id), None),
        Holder::Client(id) => (None, Some(id)),
    };
    let row = ActiveModel {
        id: Set(new.id),
        token_hash: Set(new.token_hash.to_vec()),
        family_id: Set(family_id),
        client_id: Set(client_id),
        audience: Set(columns::to_json("access_tokens.audience", &new.audience)?),
        scopes: Set(columns::to_json("access_tokens.scopes", new.scopes)?),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
    };
    tx.insert_later(row, None);
    Ok(())
}

/// Takes a token away; false when it was gone.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, token_hash: Tag) -> Result<bool, Error> {
    let gone = Entity::delete_many().filter(Column::TokenHash.eq(token_hash.to_vec())).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

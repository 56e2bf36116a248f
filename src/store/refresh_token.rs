//! Refresh tokens: which of them may be used is decided by the head of their family.

use entity::{
    refresh_token::{ActiveModel, Column, Entity},
    token_family,
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set, sea_query::Expr};
use uuid::Uuid;

use super::{Error, Tx};
use crate::{clock::Time, crypto::mac::Tag};

/// A token that was never answered may be asked for again so often.
const MAX_CHILDREN: u64 = 8;

/// A refresh token to be.
#[derive(Clone, Copy, Debug)]
pub struct NewRefreshToken {
    /// UUIDv7.
    pub id: Uuid,
    /// SHA-256 of the token.
    pub token_hash: Tag,
    /// What dies when it comes out of turn.
    pub family_id: Uuid,
    /// The token that it came from; the family for the first.
    pub parent: Uuid,
    /// When it ends, unless it is used before.
    pub expires_at: Time,
}

/// Stores a token by its hash.
pub fn insert(tx: &Tx, new: &NewRefreshToken, now: Time) {
    let row = ActiveModel {
        id: Set(new.id),
        token_hash: Set(new.token_hash.to_vec()),
        family_id: Set(new.family_id),
        parent: Set(new.parent),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
    };
    tx.insert_later(row, None);
}

/// What presenting a token came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It may have a child: it came for the first time, or its answer was lost.
    Granted,
    /// It came after one of its successors, or too often.
    OutOfTurn,
}

/// Moves the head of a family to this token, which the caller showed to be its client's (design: refresh tokens).
///
/// # Errors
/// When the database fails.
pub async fn advance(tx: &Tx, family_id: Uuid, id: Uuid, parent: Uuid) -> Result<Turn, Error> {
    use token_family::Column as Family;
    let at = |head: Uuid| {
        token_family::Entity::update_many()
            .col_expr(Family::Head, Expr::value(id))
            .filter(Family::Id.eq(family_id))
            .filter(Family::RevokedAt.is_null())
            .filter(Family::Head.eq(head))
    };
    if at(parent).exec(tx).await?.rows_affected == 1 {
        return Ok(Turn::Granted);
    }
    // Writing what is there already holds the row, so that no successor is used while children are counted.
    if at(id).exec(tx).await?.rows_affected == 0 {
        return Ok(Turn::OutOfTurn);
    }
    let children = Entity::find().filter(Column::Parent.eq(id)).count(tx).await?;
    Ok(if children < MAX_CHILDREN { Turn::Granted } else { Turn::OutOfTurn })
}

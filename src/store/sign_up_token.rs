//! Tokens with which so many people make an account each, in these groups from the beginning.

use entity::sign_up_token::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Error, Tx, columns,
    page::{Position, Window},
};
use crate::{clock::Time, crypto::mac::Tag};

/// A token, of which nobody is told more.
#[derive(Clone, Debug)]
pub struct SignUpToken {
    /// The row.
    pub id: Uuid,
    /// The rows of the groups.
    pub groups: Vec<Uuid>,
    /// For how many.
    pub uses: i32,
    /// How many there were.
    pub used: i32,
    /// When it was made.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

/// Stores a token by its hash.
///
/// # Errors
/// When the database fails.
pub fn insert(tx: &Tx, token: &SignUpToken, token_hash: Tag) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(token.id),
        token_hash: Set(token_hash.to_vec()),
        groups: Set(columns::to_json("sign_up_tokens.groups", &token.groups)?),
        uses: Set(token.uses),
        used: Set(token.used),
        created_at: Set(token.created_at),
        expires_at: Set(token.expires_at),
    };
    tx.insert_later(row, None);
    Ok(())
}

/// The token of that hash, if somebody could use it now. Only using decides.
///
/// # Errors
/// When the database fails.
pub async fn find_usable<C: ConnectionTrait>(
    connection: &C,
    token_hash: Tag,
    now: Time,
) -> Result<Option<SignUpToken>, Error> {
    let rows = Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec())).filter(Column::ExpiresAt.gt(now));
    let found = rows.filter(Expr::col(Column::Used).lt(Expr::col(Column::Uses))).one(connection).await?;
    found.map(from_row).transpose()
}

/// Uses it once; `None` when it is used up, expired or gone.
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, id: Uuid, now: Time) -> Result<Option<SignUpToken>, Error> {
    let used = Entity::update_many()
        .col_expr(Column::Used, Expr::col(Column::Used).add(1))
        .filter(Column::Id.eq(id))
        .filter(Expr::col(Column::Used).lt(Expr::col(Column::Uses)))
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    match used.rows_affected {
        1 => Entity::find_by_id(id).one(tx).await?.map(from_row).transpose(),
        _ => Ok(None),
    }
}

/// Gives one use back, in the transaction that took it.
///
/// # Errors
/// When the database fails.
pub async fn give_back(tx: &Tx, id: Uuid) -> Result<(), Error> {
    let row = Entity::update_many().col_expr(Column::Used, Expr::col(Column::Used).sub(1));
    row.filter(Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// Removes one; false when it is gone.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, id: Uuid) -> Result<bool, Error> {
    Ok(Entity::delete_by_id(id).exec(tx).await?.rows_affected == 1)
}

/// A page of those that are not over, used up ones too.
///
/// # Errors
/// When the database fails.
pub async fn page<C: ConnectionTrait>(connection: &C, now: Time, window: &Window) -> Result<Vec<SignUpToken>, Error> {
    let rows = Entity::find().filter(Column::ExpiresAt.gt(now));
    let rows = window.by_age(rows, Column::Id);
    rows.all(connection).await?.into_iter().map(from_row).collect()
}

/// Where a row of [`page`] stands.
#[must_use]
pub fn position(token: &SignUpToken) -> Position {
    Position::by_age(token.id)
}

fn from_row(row: Model) -> Result<SignUpToken, Error> {
    Ok(SignUpToken {
        id: row.id,
        groups: columns::from_json("sign_up_tokens.groups", row.groups)?,
        uses: row.uses,
        used: row.used,
        created_at: row.created_at,
        expires_at: row.expires_at,
    })
}

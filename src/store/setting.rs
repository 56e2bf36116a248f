//! Named values.

use std::{collections::HashMap, time::Duration};

use entity::setting::{ActiveModel, Column, Entity};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{Error, Tx, notice};
use crate::clock::Time;

/// The value of that name.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C, name: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(Entity::find_by_id(name).one(connection).await?.map(|row| row.value))
}

/// The values of these names, in one read.
///
/// # Errors
/// When the database fails.
pub async fn find_many<C: ConnectionTrait>(connection: &C, names: &[&str]) -> Result<HashMap<String, Vec<u8>>, Error> {
    let rows = Entity::find().filter(Column::Name.is_in(names.iter().copied())).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
}

/// Sets a version that other instances follow, and wakes them where the database can.
///
/// # Errors
/// When the database fails.
pub async fn put_version(tx: &Tx, name: &str, value: &[u8], now: Time) -> Result<(), Error> {
    put(tx, name, value, now).await?;
    notice::send(tx).await
}

/// Sets the value of that name.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, name: &str, value: &[u8], now: Time) -> Result<(), Error> {
    let row = ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()), updated_at: Set(now) };
    let replace = OnConflict::column(Column::Name).update_columns([Column::Value, Column::UpdatedAt]).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes what that name stands for; false where somebody took it within that time.
///
/// # Errors
/// When the database fails.
pub async fn claim(tx: &Tx, name: &str, now: Time, within: Duration) -> Result<bool, Error> {
    let row = ActiveModel { name: Set(name.to_owned()), value: Set(Vec::new()), updated_at: Set(now) };
    let taken = || Expr::col((Entity, Column::UpdatedAt));
    // What a clock far ahead took is free, too; a little ahead is whoever came first while this one waited to write.
    let free = Condition::any().add(taken().lte(now - within)).add(taken().gt(now + within));
    let take = OnConflict::column(Column::Name).update_column(Column::UpdatedAt).action_cond_where(free).to_owned();
    Ok(Entity::insert(row).on_conflict(take).exec_without_returning(tx).await? == 1)
}

/// Gives back what was taken at that time, unless somebody else has it by now.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &Tx, name: &str, taken_at: Time) -> Result<(), Error> {
    Entity::delete_by_id(name).filter(Column::UpdatedAt.eq(taken_at)).exec(tx).await?;
    Ok(())
}

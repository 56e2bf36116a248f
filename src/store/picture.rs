//! Pictures that people show of themselves.

use entity::picture::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, sea_query::OnConflict};
use uuid::Uuid;

use super::{Error, Tx};
use crate::clock::Time;

/// Sets a person's picture.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, user_id: Uuid, (name, png): (&str, &[u8]), now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        user_id: Set(user_id),
        name: Set(name.to_owned()),
        png: Set(png.to_owned()),
        updated_at: Set(now),
    };
    let columns = [Column::Name, Column::Png, Column::UpdatedAt];
    let replace = OnConflict::column(Column::UserId).update_columns(columns).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes a person's picture away; false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, user_id: Uuid) -> Result<bool, Error> {
    Ok(Entity::delete_by_id(user_id).exec(tx).await?.rows_affected == 1)
}

/// The picture of that name.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C, name: &str) -> Result<Option<Vec<u8>>, Error> {
    Ok(Entity::find().filter(Column::Name.eq(name)).one(connection).await?.map(|row| row.png))
}

/// The picture of that person.
///
/// # Errors
/// When the database fails.
pub async fn find_by_user<C: ConnectionTrait>(connection: &C, user_id: Uuid) -> Result<Option<Vec<u8>>, Error> {
    Ok(Entity::find_by_id(user_id).one(connection).await?.map(|row| row.png))
}

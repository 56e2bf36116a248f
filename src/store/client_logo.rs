//! Logos of clients, as they are served.

use entity::client_logo::{ActiveModel, Column, Entity};
use sea_orm::{ConnectionTrait, EntityTrait, Set, sea_query::OnConflict};
use uuid::Uuid;

use super::{Error, Tx};
use crate::clock::Time;

/// Sets a client's logo.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, client_id: Uuid, png: &[u8], now: Time) -> Result<(), Error> {
    let row = ActiveModel { client_id: Set(client_id), png: Set(png.to_owned()), fetched_at: Set(now) };
    let replace = OnConflict::column(Column::ClientId).update_columns([Column::Png, Column::FetchedAt]).to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes a client's logo away.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, client_id: Uuid) -> Result<(), Error> {
    Entity::delete_by_id(client_id).exec(tx).await?;
    Ok(())
}

/// A client's logo.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C, client_id: Uuid) -> Result<Option<Vec<u8>>, Error> {
    Ok(Entity::find_by_id(client_id).one(connection).await?.map(|row| row.png))
}

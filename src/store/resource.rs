//! Resource servers that access tokens can be meant for.

use entity::resource::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set, sea_query::OnConflict};
use uuid::Uuid;

use super::{Error, Tx, client, columns};
use crate::{
    clock::Time,
    protocol::{client_details::AccessTokenFormat, resource::Resource},
};

/// Adds a resource; false when its identifier is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, change: Uuid, resource: &Resource, now: Time) -> Result<bool, Error> {
    let row = ActiveModel {
        id: Set(resource.id),
        identifier: Set(resource.identifier.clone()),
        scopes: Set(columns::to_json("resources.scopes", &resource.scopes)?),
        access_token_format: Set(resource.access_token_format.as_str().to_owned()),
        client_id: Set(resource.client_id),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let nothing = OnConflict::column(Column::Identifier).do_nothing().to_owned();
    let inserted = Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await?;
    client::touch_version(tx, change, now).await?;
    Ok(inserted == 1)
}

/// Removes a resource; false when there is none of that identifier.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, change: Uuid, identifier: &str, now: Time) -> Result<bool, Error> {
    let gone = Entity::delete_many().filter(Column::Identifier.eq(identifier)).exec(tx).await?;
    client::touch_version(tx, change, now).await?;
    Ok(gone.rows_affected == 1)
}

/// The resource of that identifier.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C, identifier: &str) -> Result<Option<Resource>, Error> {
    let found = Entity::find().filter(Column::Identifier.eq(identifier)).one(connection).await?;
    found.map(from_row).transpose()
}

/// All resources, by identifier.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C) -> Result<Vec<Resource>, Error> {
    let rows = Entity::find().order_by_asc(Column::Identifier).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

fn from_row(row: Model) -> Result<Resource, Error> {
    Ok(Resource {
        id: row.id,
        identifier: row.identifier,
        scopes: columns::from_json("resources.scopes", row.scopes)?,
        access_token_format: AccessTokenFormat::parse(&row.access_token_format)
            .ok_or(Error::Decode("resources.access_token_format"))?,
        client_id: row.client_id,
    })
}

//! Groups whose members may use a client that is not for everybody.

use chrono::{DateTime, Utc};
use entity::{
    client,
    client_group::{ActiveModel, Column, Entity},
    group, membership, user,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Set,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement},
};
use uuid::Uuid;

use super::{Error, Tx, columns::equal, page::Text};
use crate::clock::Time;

/// Sets them, in place of those before.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, client: Uuid, groups: &[Uuid]) -> Result<(), Error> {
    Entity::delete_many().filter(Column::ClientId.eq(client)).exec(tx).await?;
    if groups.is_empty() {
        return Ok(());
    }
    let rows = groups.iter().map(|group| ActiveModel { client_id: Set(client), group_id: Set(*group) });
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Their names, in order.
///
/// # Errors
/// When the database fails.
pub async fn list_names<C: ConnectionTrait>(connection: &C, client: Uuid) -> Result<Vec<String>, Error> {
    let ids = Entity::find().select_only().column(Column::GroupId).filter(Column::ClientId.eq(client));
    let names = group::Entity::find()
        .select_only()
        .column(group::Column::Name)
        .filter(group::Column::Id.in_subquery(ids.into_query()))
        .order_by_asc(Text::folded(group::Column::Name, connection.get_database_backend()).sql())
        .order_by_asc(group::Column::Id);
    Ok(names.into_tuple().all(connection).await?)
}

/// The clients that members of a group may use, by name: `client_id`, name.
///
/// # Errors
/// When the database fails.
pub async fn list_clients<C: ConnectionTrait>(connection: &C, group: Uuid) -> Result<Vec<(String, String)>, Error> {
    let ids = Entity::find().select_only().column(Column::ClientId).filter(Column::GroupId.eq(group));
    let clients = client::Entity::find()
        .select_only()
        .column(client::Column::ClientId)
        .column(client::Column::ClientName)
        .filter(client::Column::Id.in_subquery(ids.into_query()))
        .order_by_asc(Text::folded(client::Column::ClientName, connection.get_database_backend()).sql())
        .order_by_asc(client::Column::Id);
    Ok(clients.into_tuple().all(connection).await?)
}

/// Until when the person of an outer query belongs to a group of this client: null for nobody of them.
pub(super) fn member_until(client: Expr) -> SelectStatement {
    // Later than any that is said.
    let for_good: Time = DateTime::<Utc>::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let expires_at = Expr::col((membership::Entity, membership::Column::ExpiresAt));
    let end = Func::coalesce([expires_at, Expr::val(for_good)]);
    Query::select()
        .expr(Func::max(end))
        .from(Entity)
        .inner_join(membership::Entity, equal(membership::Entity, membership::Column::GroupId, Entity, Column::GroupId))
        .and_where(Expr::col((Entity, Column::ClientId)).eq(client))
        .and_where(equal(membership::Entity, membership::Column::UserId, user::Entity, user::Column::Id))
        .to_owned()
}

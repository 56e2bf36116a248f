//! Clients a page at a time, and their secrets.

use entity::{
    client::{Column, Entity},
    client_secret,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::ExprTrait,
};
use uuid::Uuid;

use super::from_row;
use crate::{
    clock::Time,
    protocol::client::{Client, TokenEndpointAuthMethod},
    store::{
        Error, Tx,
        page::{Position, Text, Window, fold},
    },
};

/// Where a page of clients ends.
#[must_use]
pub fn position(client: &Client) -> Position {
    Position::by_text(fold(&client.client_name), client.id)
}

/// Clients, by name or by age; those whose names begin so. Without their secrets.
///
/// # Errors
/// When the database fails.
pub async fn page<C: ConnectionTrait>(
    connection: &C,
    (search, enabled): (Option<&str>, Option<bool>),
    window: &Window,
) -> Result<Vec<Client>, Error> {
    let name = Text::folded(Column::ClientName, connection.get_database_backend());
    let mut query = Entity::find();
    if let Some(search) = search {
        query = query.filter(name.begins_with(&fold(search)));
    }
    if let Some(enabled) = enabled {
        query = query.filter(Column::Enabled.eq(enabled));
    }
    let rows = window.apply(query, Column::Id, &name).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

/// A client with a setting that is weaker than it need be.
#[derive(Clone, Debug)]
pub struct Weak {
    /// Which.
    pub client_id: String,
    /// As people know it.
    pub client_name: String,
    /// Whether it does without PKCE, rather than that it is given unverified addresses.
    pub lacks_pkce: bool,
}

/// Enabled clients with settings that are weaker than they need be, by name: at most fifty.
///
/// # Errors
/// When the database fails.
pub async fn list_weak<C: ConnectionTrait>(connection: &C) -> Result<Vec<Weak>, Error> {
    let weak = Condition::any()
        .add(Column::RequirePkce.eq(false).and(Column::TokenEndpointAuthMethod.ne("none")))
        .add(Column::ReleaseUnverifiedEmail.eq(true));
    let columns = [Column::ClientId, Column::ClientName, Column::RequirePkce, Column::TokenEndpointAuthMethod];
    let rows = Entity::find().select_only().columns(columns).filter(weak).filter(Column::Enabled.eq(true));
    let name = Text::folded(Column::ClientName, connection.get_database_backend());
    let rows = rows.order_by_asc(name.sql()).order_by_asc(Column::Id).limit(50);
    let rows: Vec<(String, String, bool, String)> = rows.into_tuple().all(connection).await?;
    let weak = |(client_id, client_name, requires_pkce, method): (_, _, bool, String)| {
        let lacks_pkce = !requires_pkce && method != TokenEndpointAuthMethod::None.as_str();
        Weak { client_id, client_name, lacks_pkce }
    };
    Ok(rows.into_iter().map(weak).collect())
}

/// Secrets that work, oldest first: row, when it was made.
///
/// # Errors
/// When the database fails.
pub async fn list_secrets<C: ConnectionTrait>(connection: &C, client: Uuid) -> Result<Vec<(Uuid, Time)>, Error> {
    use client_secret::Column as Secret;
    let live = client_secret::Entity::find().filter(Secret::ClientId.eq(client)).filter(Secret::RevokedAt.is_null());
    let rows = live.order_by_asc(Secret::Id).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.created_at)).collect())
}

/// Takes a secret away; false when it is no live one of this client.
///
/// # Errors
/// When the database fails.
pub async fn revoke_secret(tx: &Tx, client: Uuid, id: Uuid, now: Time) -> Result<bool, Error> {
    use client_secret::Column as Secret;
    let row = client_secret::ActiveModel { revoked_at: Set(Some(now)), ..Default::default() };
    let revoked = client_secret::Entity::update_many()
        .set(row)
        .filter(Secret::Id.eq(id))
        .filter(Secret::ClientId.eq(client))
        .filter(Secret::RevokedAt.is_null());
    Ok(revoked.exec(tx).await?.rows_affected == 1)
}

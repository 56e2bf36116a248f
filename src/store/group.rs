//! Groups of people, and who belongs to them until when.

use entity::{
    group::{ActiveModel, Column, Entity, Model},
    membership,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Error, Tx, client, columns};
use crate::{clock::Time, protocol::passkey_policy::PasskeyPolicy};

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The row.
    pub id: Uuid,
    /// As operators call it.
    pub name: String,
    /// Which passkeys of its members will do, beside what the service demands.
    pub passkey_policy: PasskeyPolicy,
}

/// Adds a group; false when its name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, change: Uuid, group: &Group, now: Time) -> Result<bool, Error> {
    let row = ActiveModel {
        id: Set(group.id),
        name: Set(group.name.clone()),
        passkey_policy: Set(columns::to_json("groups.passkey_policy", &group.passkey_policy)?),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let nothing = OnConflict::column(Column::Name).do_nothing().to_owned();
    let inserted = Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await?;
    client::touch_version(tx, change, now).await?;
    Ok(inserted == 1)
}

/// Demands other passkeys of its members.
///
/// # Errors
/// When the database fails.
pub async fn update_policy(tx: &Tx, change: Uuid, group: &Group, now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(group.id),
        passkey_policy: Set(columns::to_json("groups.passkey_policy", &group.passkey_policy)?),
        updated_at: Set(now),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    client::touch_version(tx, change, now).await
}

/// Removes a group with its memberships.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, change: Uuid, id: Uuid, now: Time) -> Result<(), Error> {
    Entity::delete_by_id(id).exec(tx).await?;
    client::touch_version(tx, change, now).await
}

/// The group of that name.
///
/// # Errors
/// When the database fails.
pub async fn find_by_name<C: ConnectionTrait>(connection: &C, name: &str) -> Result<Option<Group>, Error> {
    let found = Entity::find().filter(Column::Name.eq(name)).one(connection).await?;
    found.map(from_row).transpose()
}

/// All groups, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C) -> Result<Vec<Group>, Error> {
    let rows = Entity::find().order_by_asc(Column::Name).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

fn from_row(row: Model) -> Result<Group, Error> {
    let passkey_policy = columns::from_json("groups.passkey_policy", row.passkey_policy)?;
    Ok(Group { id: row.id, name: row.name, passkey_policy })
}

/// Makes somebody a member until then, in place of what was so before.
///
/// # Errors
/// When the database fails.
pub async fn put_member(
    tx: &Tx,
    (group, user): (Uuid, Uuid),
    expires_at: Option<Time>,
    now: Time,
) -> Result<(), Error> {
    let row = membership::ActiveModel {
        user_id: Set(user),
        group_id: Set(group),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    let key = [membership::Column::UserId, membership::Column::GroupId];
    let replace = OnConflict::columns(key).update_column(membership::Column::ExpiresAt).to_owned();
    membership::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes a membership away; false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete_member(tx: &Tx, (group, user): (Uuid, Uuid)) -> Result<bool, Error> {
    Ok(membership::Entity::delete_by_id((user, group)).exec(tx).await?.rows_affected == 1)
}

/// The groups that somebody belongs to now.
///
/// # Errors
/// When the database fails.
pub async fn list_of_user<C: ConnectionTrait>(connection: &C, user: Uuid, now: Time) -> Result<Vec<Uuid>, Error> {
    let lasting = membership::Column::ExpiresAt;
    let counts = Condition::any().add(lasting.is_null()).add(lasting.gt(now));
    let rows = membership::Entity::find().select_only().column(membership::Column::GroupId);
    let rows = rows.filter(membership::Column::UserId.eq(user)).filter(counts);
    Ok(rows.into_tuple().all(connection).await?)
}

/// The same, where anybody asks for it: no group may demand anything.
///
/// # Errors
/// When the database fails.
pub async fn list_of_user_if<C: ConnectionTrait>(
    asked: bool,
    connection: &C,
    user: Uuid,
    now: Time,
) -> Result<Vec<Uuid>, Error> {
    if asked { list_of_user(connection, user, now).await } else { Ok(Vec::new()) }
}

/// The names of all groups that somebody belongs to or belonged to, and until when.
///
/// # Errors
/// When the database fails.
pub async fn list_memberships<C: ConnectionTrait>(
    connection: &C,
    user: Uuid,
) -> Result<Vec<(String, Option<Time>)>, Error> {
    let of_user = membership::Entity::find().filter(membership::Column::UserId.eq(user)).all(connection).await?;
    let ids = of_user.iter().map(|row| row.group_id);
    let groups = Entity::find().filter(Column::Id.is_in(ids)).order_by_asc(Column::Name).all(connection).await?;
    let until = |id| of_user.iter().find(|row| row.group_id == id).and_then(|row| row.expires_at);
    Ok(groups.into_iter().map(|group| (group.name, until(group.id))).collect())
}

/// Who belongs to a group now, and until when.
///
/// # Errors
/// When the database fails.
pub async fn list_members<C: ConnectionTrait>(
    connection: &C,
    group: Uuid,
    now: Time,
) -> Result<Vec<(Uuid, Option<Time>)>, Error> {
    let lasting = membership::Column::ExpiresAt;
    let counts = Condition::any().add(lasting.is_null()).add(lasting.gt(now));
    let of_group = membership::Entity::find().filter(membership::Column::GroupId.eq(group)).filter(counts);
    let rows = of_group.order_by_asc(membership::Column::UserId).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.expires_at)).collect())
}

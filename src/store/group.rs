//! Groups of people, and who belongs to them until when.

mod listing;

use std::collections::HashMap;

use entity::{
    group::{ActiveModel, Column, Entity, Model},
    membership,
};
pub use listing::{Member, find_member, list_with_ids_of_user, names, page, page_of_members};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Error, Tx, client, columns, page::Text, user};
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
    /// When it was made.
    pub created_at: Time,
    /// Last change.
    pub updated_at: Time,
}

impl Group {
    /// A group to be.
    #[must_use]
    pub fn new(id: Uuid, name: String, passkey_policy: PasskeyPolicy, now: Time) -> Self {
        Self { id, name, passkey_policy, created_at: now, updated_at: now }
    }
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

/// Names it so, and demands these passkeys of its members; false when the name is another's or the group is gone.
///
/// # Errors
/// When the database fails.
pub async fn update(tx: &Tx, change: Uuid, group: &Group, now: Time) -> Result<bool, Error> {
    // Whoever names groups holds the lock of administrators, so nobody takes the name meanwhile.
    if find_by_name(tx, &group.name).await?.is_some_and(|other| other.id != group.id) {
        return Ok(false);
    }
    let row = ActiveModel {
        name: Set(group.name.clone()),
        passkey_policy: Set(columns::to_json("groups.passkey_policy", &group.passkey_policy)?),
        updated_at: Set(now),
        ..Default::default()
    };
    let updated = Entity::update_many().set(row).filter(Column::Id.eq(group.id)).exec(tx).await?;
    client::touch_version(tx, change, now).await?;
    Ok(updated.rows_affected == 1)
}

/// Removes a group with its memberships; false when it is gone.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, change: Uuid, id: Uuid, now: Time) -> Result<bool, Error> {
    let gone = Entity::delete_by_id(id).exec(tx).await?.rows_affected == 1;
    client::touch_version(tx, change, now).await?;
    Ok(gone)
}

/// The group of that name.
///
/// # Errors
/// When the database fails.
pub async fn find_by_name<C: ConnectionTrait>(connection: &C, name: &str) -> Result<Option<Group>, Error> {
    let found = Entity::find().filter(Column::Name.eq(name)).one(connection).await?;
    Ok(found.map(from_row))
}

/// The group of that row, locked for writing until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Group>, Error> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?.map(from_row))
}

/// The group of that row.
///
/// # Errors
/// When the database fails.
pub async fn find_by_id<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<Option<Group>, Error> {
    Ok(Entity::find_by_id(id).one(connection).await?.map(from_row))
}

/// All groups, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C) -> Result<Vec<Group>, Error> {
    let name = Text::folded(Column::Name, connection.get_database_backend());
    let rows = Entity::find().order_by_asc(name.sql()).order_by_asc(Column::Id).all(connection).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// A row that cannot be read, as of a newer version, costs its own members their way in and nobody else.
fn from_row(row: Model) -> Group {
    let passkey_policy = columns::from_json("groups.passkey_policy", row.passkey_policy).unwrap_or_else(|error| {
        tracing::error!(group = row.name, %error, "what a group demands cannot be read");
        PasskeyPolicy { attested: true, aaguids: vec![Uuid::max()], ..PasskeyPolicy::default() }
    });
    Group { id: row.id, name: row.name, passkey_policy, created_at: row.created_at, updated_at: row.updated_at }
}

/// Makes somebody a member from now until then, in place of what was so before; false when group or person is gone.
///
/// # Errors
/// When the database fails.
pub async fn put_member(
    tx: &Tx,
    (group, user): (Uuid, Uuid),
    expires_at: Option<Time>,
    now: Time,
) -> Result<bool, Error> {
    let is_there = Entity::find_by_id(group).lock_exclusive().one(tx).await?.is_some();
    if !is_there || user::lock(tx, user).await?.is_none() {
        return Ok(false);
    }
    let row = membership::ActiveModel {
        user_id: Set(user),
        group_id: Set(group),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    let key = [membership::Column::UserId, membership::Column::GroupId];
    let new = [membership::Column::CreatedAt, membership::Column::ExpiresAt];
    let replace = OnConflict::columns(key).update_columns(new).to_owned();
    membership::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(true)
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
    let rows = membership::Entity::find().select_only().column(membership::Column::GroupId);
    let rows = rows.filter(membership::Column::UserId.eq(user)).filter(counts(now));
    Ok(rows.into_tuple().all(connection).await?)
}

/// What groups demand of whom, of everybody at once.
#[derive(Debug, Default)]
pub struct Demanded {
    policies: HashMap<Uuid, PasskeyPolicy>,
    members: HashMap<Uuid, Vec<Uuid>>,
}

impl Demanded {
    /// As it is now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read<C: ConnectionTrait>(connection: &C, now: Time) -> Result<Self, Error> {
        let all = list(connection).await?.into_iter();
        let policies =
            all.filter(|group| !group.passkey_policy.is_open()).map(|group| (group.id, group.passkey_policy));
        let mut demanded = Self { policies: policies.collect(), members: HashMap::new() };
        let of_those = membership::Column::GroupId.is_in(demanded.policies.keys().copied());
        for row in membership::Entity::find().filter(of_those).filter(counts(now)).all(connection).await? {
            demanded.members.entry(row.user_id).or_default().push(row.group_id);
        }
        Ok(demanded)
    }

    /// Whether nothing is demanded of anybody.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether any group wants makers to vouch.
    #[must_use]
    pub fn wants_attestation(&self) -> bool {
        self.policies.values().any(|policy| policy.attested)
    }

    /// What is demanded of one of them by other groups than this.
    #[must_use]
    pub fn of_others(&self, user: Uuid, group: Uuid) -> Vec<PasskeyPolicy> {
        let groups = self.members.get(&user).into_iter().flatten().filter(|id| **id != group);
        groups.filter_map(|id| self.policies.get(id).cloned()).collect()
    }

    /// What is demanded of one of them.
    #[must_use]
    pub fn of(&self, user: Uuid) -> Vec<PasskeyPolicy> {
        let groups = self.members.get(&user).into_iter().flatten();
        groups.filter_map(|id| self.policies.get(id).cloned()).collect()
    }
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
    let name = Text::folded(Column::Name, connection.get_database_backend());
    let groups = Entity::find().filter(Column::Id.is_in(ids)).order_by_asc(name.sql()).order_by_asc(Column::Id);
    let groups = groups.all(connection).await?;
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
    let of_group = membership::Entity::find().filter(membership::Column::GroupId.eq(group)).filter(counts(now));
    let rows = of_group.order_by_asc(membership::Column::UserId).all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.user_id, row.expires_at)).collect())
}

/// Which memberships are not over.
pub(super) fn counts(now: Time) -> Condition {
    let expires_at = membership::Column::ExpiresAt;
    Condition::any().add(expires_at.is_null()).add(expires_at.gt(now))
}

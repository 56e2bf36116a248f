//! Groups and their members, a page at a time.

use entity::{
    group::{Column, Entity},
    membership, user,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, JoinType, JsonValue, QueryFilter, QuerySelect, Select,
    sea_query::Expr,
};
use uuid::Uuid;

use super::{Group, counts, from_row};
use crate::{
    clock::Time,
    store::{
        Error, columns,
        page::{Position, Text, Window, fold},
    },
};

impl Group {
    /// Where a page of groups ends.
    #[must_use]
    pub fn position(&self) -> Position {
        Position::by_text(fold(&self.name), self.id)
    }
}

/// Groups, by name or by age; those whose names begin so.
///
/// # Errors
/// When the database fails.
pub async fn page<C: ConnectionTrait>(
    connection: &C,
    search: Option<&str>,
    window: &Window,
) -> Result<Vec<Group>, Error> {
    let name = Text::folded(Column::Name, connection.get_database_backend());
    let mut query = Entity::find();
    if let Some(search) = search {
        query = query.filter(name.begins_with(&fold(search)));
    }
    let rows = window.apply(query, Column::Id, &name).all(connection).await?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Somebody who belongs to a group.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub user_id: Uuid,
    /// Who.
    pub username: String,
    /// Until when.
    pub expires_at: Option<Time>,
}

impl Member {
    /// Where a page of members ends.
    #[must_use]
    pub fn position(&self) -> Position {
        Position::by_text(self.username.clone(), self.user_id)
    }
}

/// Who belongs to a group now, by the age of their account; those whose names begin so.
///
/// # Errors
/// When the database fails.
pub async fn page_of_members<C: ConnectionTrait>(
    connection: &C,
    (group, search): (Uuid, Option<&str>),
    window: &Window,
    now: Time,
) -> Result<Vec<Member>, Error> {
    let name = Text::by_bytes(user::Column::Username, connection.get_database_backend());
    let mut query = members_of(group, now);
    if let Some(search) = search {
        query = query.filter(name.begins_with(&search.to_lowercase()));
    }
    let query = window.apply(query, membership::Column::UserId, &name);
    let rows: Vec<Row> = query.into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(Member::from).collect())
}

/// Somebody, if they belong to a group now.
///
/// # Errors
/// When the database fails.
pub async fn find_member<C: ConnectionTrait>(
    connection: &C,
    (group, user): (Uuid, Uuid),
    now: Time,
) -> Result<Option<Member>, Error> {
    let query = members_of(group, now).filter(membership::Column::UserId.eq(user));
    Ok(query.into_tuple::<Row>().one(connection).await?.map(Member::from))
}

type Row = (Uuid, String, Option<Time>);

impl From<Row> for Member {
    fn from((user_id, username, expires_at): Row) -> Self {
        Self { user_id, username, expires_at }
    }
}

fn members_of(group: Uuid, now: Time) -> Select<membership::Entity> {
    use membership::Column::{ExpiresAt, GroupId, UserId};
    membership::Entity::find()
        .select_only()
        .column(UserId)
        .column(user::Column::Username)
        .column(ExpiresAt)
        .join_as(
            JoinType::InnerJoin,
            membership::Entity::belongs_to(user::Entity).from(UserId).to(user::Column::Id).into(),
            user::Entity,
        )
        .filter(GroupId.eq(group))
        .filter(counts(now))
}

/// The groups that somebody belongs to now, and until when.
///
/// # Errors
/// When the database fails.
pub async fn list_with_ids_of_user<C: ConnectionTrait>(
    connection: &C,
    user: Uuid,
    now: Time,
) -> Result<Vec<(Uuid, String, Option<Time>)>, Error> {
    use membership::Column::{ExpiresAt, GroupId, UserId};
    let query = membership::Entity::find()
        .select_only()
        .column(GroupId)
        .column(Column::Name)
        .column(ExpiresAt)
        .join_as(
            JoinType::InnerJoin,
            membership::Entity::belongs_to(Entity).from(GroupId).to(Column::Id).into(),
            Entity,
        )
        .filter(UserId.eq(user))
        .filter(counts(now));
    let mut rows: Vec<(Uuid, String, Option<Time>)> = query.into_tuple().all(connection).await?;
    rows.sort_by_cached_key(|(id, name, _)| (fold(name), *id));
    Ok(rows)
}

/// The names of all groups, in order: in one row, since a page offers them all beside its list.
///
/// # Errors
/// When the database fails.
pub async fn names<C: ConnectionTrait>(connection: &C) -> Result<Vec<String>, Error> {
    let array = match connection.get_database_backend() {
        DbBackend::Postgres => "COALESCE(json_agg(\"name\"), '[]')",
        _ => "json_group_array(\"name\")",
    };
    let row = Entity::find()
        .select_only()
        .expr_as(Expr::cust(array), "names")
        .into_tuple::<JsonValue>()
        .one(connection)
        .await?;
    let mut names: Vec<String> =
        row.map(|names| columns::from_json("groups.name", names)).transpose()?.unwrap_or_default();
    names.sort_by_cached_key(|name| (fold(name), name.clone()));
    Ok(names)
}

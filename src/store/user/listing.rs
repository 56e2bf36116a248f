//! People, a page at a time.

use entity::{
    credential, membership,
    user::{Column, Entity},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func, Query, SelectStatement},
};
use uuid::Uuid;

use super::User;
use crate::{
    clock::Time,
    protocol::role::Role,
    store::{
        Error, group,
        page::{Position, Window, begins_with},
    },
};

/// Who is wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Name or address begin so.
    pub search: Option<String>,
    /// Whether they get anything at all.
    pub enabled: Option<bool>,
    /// Who holds this role.
    pub role: Option<Role>,
    /// Who belongs to this group now.
    pub group: Option<Uuid>,
    /// Who has so many passkeys.
    pub passkeys: Option<u32>,
}

impl User {
    /// Where a page of people ends.
    #[must_use]
    pub fn position(&self) -> Position {
        Position { text: self.username.clone(), id: self.id }
    }
}

/// People, by name or by age.
///
/// # Errors
/// When the database fails.
pub async fn page<C: ConnectionTrait>(
    connection: &C,
    wanted: &Wanted,
    window: &Window,
    now: Time,
) -> Result<Vec<User>, Error> {
    let backend = connection.get_database_backend();
    let mut query = Entity::find();
    if let Some(search) = &wanted.search {
        let lower = search.to_lowercase();
        let begins = |column| begins_with(column, &lower, backend);
        query = query.filter(Condition::any().add(begins(Column::Username)).add(begins(Column::Email)));
    }
    match wanted.enabled {
        None => {}
        Some(true) => query = query.filter(Column::Enabled.eq(true)),
        Some(false) => query = query.filter(Expr::cust(DISABLED)),
    }
    if let Some(role) = wanted.role {
        query = query.filter(Expr::cust(WITH_ROLES)).filter(holds(role.as_str()));
    }
    if let Some(passkeys) = wanted.passkeys {
        query = query.filter(Expr::from(own_passkeys()).eq(i64::from(passkeys)));
    }
    if let Some(group) = wanted.group {
        let members = membership::Entity::find().select_only().column(membership::Column::UserId);
        let members = members.filter(membership::Column::GroupId.eq(group)).filter(group::counts(now));
        query = query.filter(Column::Id.in_subquery(members.into_query()));
    }
    let query: Select<Entity> = window.apply(query, Column::Id, Column::Username, backend);
    query.all(connection).await?.into_iter().map(User::from_row).collect()
}

/// These people.
///
/// # Errors
/// When the database fails.
pub async fn list_by_ids<C: ConnectionTrait>(
    connection: &C,
    ids: impl IntoIterator<Item = Uuid> + Send,
) -> Result<Vec<User>, Error> {
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(connection).await?;
    rows.into_iter().map(User::from_row).collect()
}

/// Members of a group who hold any role.
///
/// # Errors
/// When the database fails.
pub async fn list_members_with_roles<C: ConnectionTrait>(
    connection: &C,
    group: Uuid,
    now: Time,
) -> Result<Vec<User>, Error> {
    let members = membership::Entity::find().select_only().column(membership::Column::UserId);
    let members = members.filter(membership::Column::GroupId.eq(group)).filter(group::counts(now));
    let rows = Entity::find().filter(Column::Id.in_subquery(members.into_query())).filter(Expr::cust(WITH_ROLES));
    rows.all(connection).await?.into_iter().map(User::from_row).collect()
}

/// Rows that an index of their own has: as its migration says it, to the letter, since no parameter stands for it.
const WITH_ROLES: &str = "CAST(\"roles\" AS text) <> '[]'";
const DISABLED: &str = "\"enabled\" = FALSE";

/// How many passkeys the person of the row has.
fn own_passkeys() -> SelectStatement {
    let column = |column| Expr::col((credential::Entity, column));
    let is_own = column(credential::Column::UserId).equals((Entity, Column::Id));
    Query::select()
        .expr(Func::count(column(credential::Column::Id)))
        .from(credential::Entity)
        .and_where(is_own)
        .and_where(column(credential::Column::RevokedAt).is_null())
        .to_owned()
}

/// Whether the JSON of roles has this word.
fn holds(role: &str) -> Expr {
    Expr::col((Entity, Column::Roles)).cast_as("text").like(format!("%\"{role}\"%"))
}

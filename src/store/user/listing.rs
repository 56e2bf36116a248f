//! People, a page at a time.

use entity::{
    membership,
    user::{Column, Entity},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::User;
use crate::{
    clock::Time,
    protocol::role::Role,
    store::{
        Error, group,
        page::{Key, Position, Text, Window, fold},
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

impl Wanted {
    /// Where a page of these people ends.
    #[must_use]
    pub fn position(&self, last: &User) -> Position {
        let is_found_by_name = self.search.as_ref().is_none_or(|search| last.username.starts_with(&named(search)));
        if is_found_by_name {
            return Position::by_text(last.username.clone(), last.id);
        }
        let address = fold(last.email.as_deref().unwrap_or_default());
        Position { is_second: true, ..Position::by_text(address, last.id) }
    }
}

/// People, by name or by age. Of those who are searched for, whoever has such a name comes before whoever has but such an
/// address, so that the first page takes as long as it is, however many there are.
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
    let (people, name) = (people(wanted, now), Text::by_bytes(Column::Username, backend));
    let Some(search) = &wanted.search else { return read(connection, window.apply(people, Column::Id, &name)).await };
    let address = Text::folded(Column::Email, backend);
    let (by_name, by_address) = (name.begins_with(&named(search)), address.begins_with(&fold(search)));
    if window.order.key == Key::Id {
        let either = people.filter(Condition::any().add(by_name).add(by_address));
        return read(connection, window.by_age(either, Column::Id)).await;
    }
    let behind_names = window.after.clone().filter(|last| last.is_second);
    let mut found = if behind_names.is_some() {
        Vec::new()
    } else {
        read(connection, window.apply(people.clone().filter(by_name.clone()), Column::Id, &name)).await?
    };
    let limit = window.limit.saturating_sub(found.len() as u64);
    if limit > 0 {
        let window = Window { limit, after: behind_names, order: window.order };
        let by_address_alone = people.filter(by_address).filter(by_name.not());
        found.extend(read(connection, window.apply(by_address_alone, Column::Id, &address)).await?);
    }
    Ok(found)
}

/// Whoever is wanted, but for what is searched.
fn people(wanted: &Wanted, now: Time) -> Select<Entity> {
    let mut query = Entity::find();
    match wanted.enabled {
        None => {}
        Some(true) => query = query.filter(Column::Enabled.eq(true)),
        Some(false) => query = query.filter(is_disabled()),
    }
    if let Some(role) = wanted.role {
        query = query.filter(holds(role));
    }
    if let Some(passkeys) = wanted.passkeys {
        query = query.filter(Column::Passkeys.eq(i64::from(passkeys)));
    }
    if let Some(group) = wanted.group {
        let members = membership::Entity::find().select_only().column(membership::Column::UserId);
        let members = members.filter(membership::Column::GroupId.eq(group)).filter(group::counts(now));
        query = query.filter(Column::Id.in_subquery(members.into_query()));
    }
    query
}

async fn read<C: ConnectionTrait>(connection: &C, people: Select<Entity>) -> Result<Vec<User>, Error> {
    people.all(connection).await?.into_iter().map(User::from_row).collect()
}

/// What is searched, as names are kept.
fn named(search: &str) -> String {
    search.to_lowercase()
}

/// These people.
///
/// # Errors
/// When the database fails.
pub async fn list_by_ids<C: ConnectionTrait>(
    connection: &C,
    ids: impl IntoIterator<Item = Uuid> + Send,
) -> Result<Vec<User>, Error> {
    read(connection, Entity::find().filter(Column::Id.is_in(ids))).await
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
    let those = Entity::find().filter(Column::Id.in_subquery(members.into_query())).filter(Expr::cust(WITH_ROLES));
    read(connection, those).await
}

/// Rows that an index of their own has: as its migration says it, to the letter, since no parameter stands for it.
const WITH_ROLES: &str = "CAST(\"roles\" AS text) <> '[]'";
const DISABLED: &str = "\"enabled\" = FALSE";

/// Whoever gets nothing, by that index.
pub(in crate::store) fn is_disabled() -> Expr {
    Expr::cust(DISABLED)
}

/// Whoever holds this role, by the index of those who hold any.
pub(super) fn holds(role: Role) -> Condition {
    let word = format!("%\"{}\"%", role.as_str());
    let has_word = Expr::col((Entity, Column::Roles)).cast_as("text").like(word);
    Condition::all().add(Expr::cust(WITH_ROLES)).add(has_word)
}

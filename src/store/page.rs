//! Lists that are read in pages, by the place where the last one ended: as fast at the end as at the beginning.

use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, Order as Direction, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// When rows were made: their ids rise with time.
    Id,
    /// A text column of the list, then the id.
    Text,
}

/// In which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub key: Key,
    /// Greatest first.
    pub descending: bool,
}

impl Order {
    /// By the list's text, smallest first.
    pub const TEXT: Self = Self { key: Key::Text, descending: false };
    /// Oldest first.
    pub const OLDEST: Self = Self { key: Key::Id, descending: false };
    /// Newest first.
    pub const NEWEST: Self = Self { key: Key::Id, descending: true };
}

/// Where a page ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Position {
    /// The text of its last row, where the list is sorted by it.
    pub text: String,
    /// The id of its last row.
    pub id: Uuid,
}

/// Which part of a list is read.
#[derive(Clone, Debug)]
pub struct Window {
    /// In which order.
    pub order: Order,
    /// Behind that row.
    pub after: Option<Position>,
    /// At most so many.
    pub limit: u64,
}

/// A text column as both databases sort it alike: by its bytes, as its index does.
pub(super) fn by_bytes<C: ColumnTrait>(column: C, backend: DbBackend) -> Expr {
    let plain = Expr::col((column.entity_name(), column));
    match backend {
        DbBackend::Postgres => Expr::cust_with_exprs("$1 COLLATE \"C\"", [plain]),
        _ => plain,
    }
}

/// Whether a text column begins like this, by its index.
pub(super) fn begins_with<C: ColumnTrait>(column: C, prefix: &str, backend: DbBackend) -> Condition {
    // Nothing that begins so is greater than the prefix with the last of all characters behind it.
    let beyond = format!("{prefix}{}", char::MAX);
    Condition::all().add(by_bytes(column, backend).gte(prefix)).add(by_bytes(column, backend).lt(beyond))
}

impl Window {
    /// Applies it to a query over an entity with this id and this text.
    pub(super) fn apply<E, I, T>(&self, query: Select<E>, id: I, text: T, backend: DbBackend) -> Select<E>
    where
        E: EntityTrait,
        I: ColumnTrait,
        T: ColumnTrait,
    {
        let Order { key, descending } = self.order;
        let direction = if descending { Direction::Desc } else { Direction::Asc };
        let own_id = || Expr::col((id.entity_name(), id));
        let beyond = |left: Expr, right: Expr| if descending { left.lt(right) } else { left.gt(right) };
        let query = query.limit(self.limit);
        match key {
            Key::Id => {
                let query = match &self.after {
                    Some(last) => query.filter(beyond(own_id(), last.id.into())),
                    None => query,
                };
                query.order_by(own_id(), direction)
            }
            Key::Text => {
                let own_text = || by_bytes(text, backend);
                let query = match &self.after {
                    Some(last) => {
                        let row = Expr::tuple([own_text(), own_id()]);
                        query.filter(beyond(row, Expr::tuple([last.text.clone().into(), last.id.into()])))
                    }
                    None => query,
                };
                query.order_by(own_text(), direction.clone()).order_by(own_id(), direction)
            }
        }
    }
}

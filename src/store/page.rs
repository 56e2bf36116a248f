//! Lists that are read in pages, by the place where the last one ended: as fast at the end as at the beginning.

use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, Order as Direction, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Func},
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
    /// Where a list is several lists, one behind the other: whether it is in the second.
    pub is_second: bool,
}

impl Position {
    /// Behind that row of a list by age.
    #[must_use]
    pub fn by_age(id: Uuid) -> Self {
        Self::by_text(String::new(), id)
    }

    /// Behind that row of a list by text.
    #[must_use]
    pub fn by_text(text: String, id: Uuid) -> Self {
        Self { text, id, is_second: false }
    }
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

/// A text that a list is sorted by and searched in.
#[derive(Clone)]
pub(super) struct Text(Expr);

impl Text {
    /// A text column as both databases sort it alike: by its bytes, as its index does.
    pub(super) fn by_bytes<C: ColumnTrait>(column: C, backend: DbBackend) -> Self {
        let plain = Expr::col((column.entity_name(), column));
        match backend {
            DbBackend::Postgres => Self(Expr::cust_with_exprs("$1 COLLATE \"C\"", [plain])),
            _ => Self(plain),
        }
    }

    /// The same of a text that people write as they like: capital letters of ASCII are small ones, as in [`fold`].
    pub(super) fn folded<C: ColumnTrait>(column: C, backend: DbBackend) -> Self {
        Self(Func::lower(Self::by_bytes(column, backend).0).into())
    }

    /// As the query says it.
    pub(super) fn sql(self) -> Expr {
        self.0
    }

    /// Whether it begins like this, by its index.
    pub(super) fn begins_with(&self, prefix: &str) -> Condition {
        // Nothing that begins so is greater than the prefix with the last of all characters behind it.
        let beyond = format!("{prefix}{}", char::MAX);
        Condition::all().add(self.0.clone().gte(prefix)).add(self.0.clone().lt(beyond))
    }
}

/// A text as lists of folded texts have it.
pub(super) fn fold(text: &str) -> String {
    text.to_ascii_lowercase()
}

impl Window {
    /// Applies it to a query over an entity with this id.
    pub(super) fn by_age<E: EntityTrait, I: ColumnTrait>(&self, query: Select<E>, id: I) -> Select<E> {
        let own = || Expr::col((id.entity_name(), id));
        let query = match &self.after {
            Some(last) => query.filter(self.beyond(own(), last.id.into())),
            None => query,
        };
        query.order_by(own(), self.direction()).limit(self.limit)
    }

    /// Applies it to a query over an entity with this id and this text: by age or by text, as is wanted.
    pub(super) fn apply<E: EntityTrait, I: ColumnTrait>(&self, query: Select<E>, id: I, text: &Text) -> Select<E> {
        if self.order.key == Key::Id {
            return self.by_age(query, id);
        }
        let (own_text, own_id) = (text.0.clone(), Expr::col((id.entity_name(), id)));
        let query = match &self.after {
            Some(last) => {
                let row = Expr::tuple([own_text.clone(), own_id.clone()]);
                query.filter(self.beyond(row, Expr::tuple([last.text.clone().into(), last.id.into()])))
            }
            None => query,
        };
        query.order_by(own_text, self.direction()).order_by(own_id, self.direction()).limit(self.limit)
    }

    fn beyond(&self, left: Expr, right: Expr) -> Expr {
        if self.order.descending { left.lt(right) } else { left.gt(right) }
    }

    fn direction(&self) -> Direction {
        if self.order.descending { Direction::Desc } else { Direction::Asc }
    }
}

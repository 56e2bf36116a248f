//! Sessions of everybody, a page at a time.

use entity::session::{Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Session, within_limits};
use crate::{
    clock::Time,
    store::{
        Error,
        page::{Position, Window},
    },
};

/// Sessions within their limits, of one person or of all, by when they began; `seen_after` is the idle limit.
///
/// # Errors
/// When the database fails.
pub async fn page<C: ConnectionTrait>(
    connection: &C,
    user: Option<Uuid>,
    (now, seen_after): (Time, Time),
    window: &Window,
) -> Result<Vec<Session>, Error> {
    let rows = within_limits(Entity::find(), now, seen_after);
    let rows = match user {
        Some(user) => rows.filter(Column::UserId.eq(user)),
        None => rows,
    };
    let rows = window.by_age(rows, Column::Id);
    rows.all(connection).await?.into_iter().map(Session::from_row).collect()
}

/// Where a row of [`page`] stands.
#[must_use]
pub fn position(session: &Session) -> Position {
    Position::by_age(session.id)
}

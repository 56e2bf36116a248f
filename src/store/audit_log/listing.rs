//! Lines of the log, a page at a time.

use entity::audit_event::{Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{Stored, from_row};
use crate::{
    clock::Time,
    store::{
        Error,
        page::{Position, Window},
    },
};

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One event only.
    pub event: Option<String>,
    /// `success` or `failure`.
    pub outcome: Option<String>,
    /// The user who acted.
    pub actor: Option<Uuid>,
    /// The user it happened to.
    pub subject: Option<Uuid>,
    /// `client_id`.
    pub client: Option<String>,
    /// The line of an error page.
    pub request_id: Option<String>,
    /// Address of the caller.
    pub ip: Option<String>,
    /// Not before.
    pub since: Option<Time>,
    /// Before.
    pub until: Option<Time>,
}

/// Where a page of lines ends.
#[must_use]
pub fn position(line: &(Uuid, Stored)) -> Position {
    Position::by_age(line.0)
}

/// Lines in the order of their ids, which rise with time.
///
/// # Errors
/// When the database fails.
pub async fn page<C: ConnectionTrait>(
    connection: &C,
    filter: &Filter,
    window: &Window,
) -> Result<Vec<(Uuid, Stored)>, Error> {
    let texts = [
        (Column::Event, &filter.event),
        (Column::Client, &filter.client),
        (Column::RequestId, &filter.request_id),
        (Column::Ip, &filter.ip),
    ];
    let mut query = Entity::find();
    for (column, value) in texts {
        if let Some(value) = value {
            query = query.filter(column.eq(value));
        }
    }
    match filter.outcome.as_deref() {
        // As the migration of its index says it, to the letter, since no parameter stands for it.
        Some("failure") => query = query.filter(Expr::cust("\"outcome\" = 'failure'")),
        Some(outcome) => query = query.filter(Column::Outcome.eq(outcome)),
        None => {}
    }
    for (column, value) in [(Column::Actor, filter.actor), (Column::Subject, filter.subject)] {
        if let Some(value) = value {
            query = query.filter(column.eq(value));
        }
    }
    // Ids begin with their time, to the millisecond, and have an index.
    if let Some(since) = filter.since {
        query = query.filter(Column::Id.gte(first_id(since))).filter(Column::At.gte(since));
    }
    if let Some(until) = filter.until {
        query = query.filter(Column::Id.lte(last_id(until))).filter(Column::At.lt(until));
    }
    let query = window.by_age(query, Column::Id);
    Ok(query.all(connection).await?.into_iter().map(|row| (row.id, from_row(row))).collect())
}

/// No line of that time or later has a smaller id.
pub(in crate::store) fn first_id(at: Time) -> Uuid {
    let milliseconds = u128::try_from(at.timestamp_millis()).unwrap_or_default();
    Uuid::from_u128((milliseconds & 0xffff_ffff_ffff) << 80)
}

fn last_id(at: Time) -> Uuid {
    Uuid::from_u128(first_id(at).as_u128() | ((1 << 80) - 1))
}

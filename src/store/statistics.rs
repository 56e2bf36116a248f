//! Numbers about the whole service.

use entity::{audit_event, credential, user};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Func, Query},
};
use serde::Serialize;

use super::{Error, audit_log::first_id};
use crate::clock::Time;

/// What happened since some day, and what there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// As they are.
    pub people: People,
    /// People who signed in, each counted once.
    pub active_people: i64,
    /// Days with sign-ins, oldest first.
    pub days: Vec<Day>,
}

/// Counts sign-ins since then, and people. On a large service that takes a while: keep what comes.
///
/// # Errors
/// When the database fails.
pub async fn read<C: ConnectionTrait>(connection: &C, event: &str, since: Time) -> Result<Statistics, Error> {
    Ok(Statistics {
        people: people(connection).await?,
        active_people: active_people(connection, event, since).await?,
        days: sign_ins(connection, event, since).await?,
    })
}

/// One day of sign-ins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// `YYYY-MM-DD`, UTC.
    pub date: String,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Sign-ins that were refused.
    pub failures: i64,
    /// People who signed in.
    pub people: i64,
}

/// Day by day; days without any are left out.
async fn sign_ins<C: ConnectionTrait>(connection: &C, event: &str, since: Time) -> Result<Vec<Day>, Error> {
    use audit_event::{Column, Entity};
    let date = || match connection.get_database_backend() {
        DbBackend::Postgres => Expr::cust("to_char(\"at\" AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
        _ => Expr::cust("substr(\"at\", 1, 10)"),
    };
    let is = |outcome: &str| Expr::case(Column::Outcome.eq(outcome), 1).finally(0);
    let rows = Entity::find()
        .select_only()
        .column_as(date(), "date")
        .column_as(Func::sum(is("success")).cast_as("bigint"), "sign_ins")
        .column_as(Func::sum(is("failure")).cast_as("bigint"), "failures")
        .column_as(Func::count_distinct(Expr::col((Entity, Column::Subject))).cast_as("bigint"), "people")
        .filter(Column::Event.eq(event))
        .filter(Column::Id.gte(first_id(since)))
        .group_by(date())
        .order_by(date(), sea_orm::Order::Asc);
    let rows: Vec<(String, i64, i64, i64)> = rows.into_tuple().all(connection).await?;
    let day = |(date, sign_ins, failures, people)| Day { date, sign_ins, failures, people };
    Ok(rows.into_iter().map(day).collect())
}

async fn active_people<C: ConnectionTrait>(connection: &C, event: &str, since: Time) -> Result<i64, Error> {
    use audit_event::{Column, Entity};
    let rows = Entity::find()
        .select_only()
        .column_as(Func::count_distinct(Expr::col((Entity, Column::Subject))).cast_as("bigint"), "people")
        .filter(Column::Event.eq(event))
        .filter(Column::Outcome.eq("success"))
        .filter(Column::Id.gte(first_id(since)));
    Ok(rows.into_tuple().one(connection).await?.unwrap_or_default())
}

/// How many people there are, and how many of them have but one passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct People {
    /// Everybody who gets anything.
    pub enabled: u64,
    /// Whoever does not.
    pub disabled: u64,
    /// Whoever has one passkey, and no more.
    pub with_one_passkey: u64,
}

async fn people<C: ConnectionTrait>(connection: &C) -> Result<People, Error> {
    let all = user::Entity::find().count(connection).await?;
    let disabled = user::Entity::find().filter(user::Column::Enabled.eq(false)).count(connection).await?;
    Ok(People { enabled: all - disabled, disabled, with_one_passkey: with_one_passkey(connection).await? })
}

async fn with_one_passkey<C: ConnectionTrait>(connection: &C) -> Result<u64, Error> {
    use credential::Column;
    let owners = Query::select()
        .column(Column::UserId)
        .from(credential::Entity)
        .and_where(Column::RevokedAt.is_null())
        .group_by_col(Column::UserId)
        .and_having(Func::count(Expr::col(Column::UserId)).eq(1))
        .to_owned();
    let of_them = Condition::all().add(user::Column::Id.in_subquery(owners)).add(user::Column::Enabled.eq(true));
    Ok(user::Entity::find().filter(of_them).count(connection).await?)
}

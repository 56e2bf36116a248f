//! Numbers about the whole service.

use std::time::Duration;

use entity::audit_event;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, ExprTrait, Func},
};
use serde::{Deserialize, Serialize};

use super::{Error, Tx, audit_log::first_id, setting, user};
use crate::clock::Time;

/// Under which what was counted is kept.
const NAME: &str = "statistics";

/// Under which it is kept who counts.
const CLAIM: &str = "statistics.claim";

/// Numbers, when they were counted, and how long that took.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counted {
    /// When.
    pub at: Time,
    /// How long it took.
    pub took: Duration,
    /// They.
    pub numbers: Statistics,
}

/// What was kept last, by whatever instance; nothing where another version kept it in another shape.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C) -> Result<Option<Counted>, Error> {
    let kept = setting::find(connection, NAME).await?;
    Ok(kept.and_then(|value| serde_json::from_slice(&value).ok()))
}

/// Keeps what was counted, for whoever starts next.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, counted: &Counted) -> Result<(), Error> {
    let value = serde_json::to_vec(counted).map_err(|_| Error::Decode("settings.statistics"))?;
    setting::put(tx, NAME, &value, counted.at).await
}

/// Whether it is up to this instance to count: of those that want to within that time, one.
///
/// # Errors
/// When the database fails.
pub async fn claim(tx: &Tx, now: Time, within: Duration) -> Result<bool, Error> {
    setting::claim(tx, CLAIM, now, within).await
}

/// Gives that back, as it was claimed at that time.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &Tx, claimed_at: Time) -> Result<(), Error> {
    setting::release(tx, CLAIM, claimed_at).await
}

/// Whoever counted failed, or was stopped.
#[must_use]
pub fn not_counted() -> Error {
    Error::Unavailable(DbErr::Custom("nothing was counted".to_owned()))
}

/// What happened since some day, and what there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Everybody who gets anything.
    pub enabled: u64,
    /// Whoever does not.
    pub disabled: u64,
    /// Whoever has one passkey, and no more.
    pub with_one_passkey: u64,
}

/// What is rare is counted, and taken from what an index counts fast.
async fn people<C: ConnectionTrait>(connection: &C) -> Result<People, Error> {
    let count = async |people: Select<entity::user::Entity>| people.count(connection).await;
    let has_one = || entity::user::Column::Passkeys.eq(1);
    let all = entity::user::Entity::find();
    let disabled = all.clone().filter(user::is_disabled());
    let disabled_with_one = count(disabled.clone().filter(has_one())).await?;
    let disabled = count(disabled).await?;
    Ok(People {
        enabled: count(all.clone()).await?.saturating_sub(disabled),
        disabled,
        with_one_passkey: count(all.filter(has_one())).await?.saturating_sub(disabled_with_one),
    })
}

//! Several entities in one row, their columns told apart by a prefix; JSON columns to types and back.

use sea_orm::{
    EntityTrait, IdenStatic, Iterable,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::Error;

/// Adds all columns of an entity as `prefix` + name.
pub(super) fn select<E: EntityTrait>(query: &mut SelectStatement, entity: E, prefix: &str) {
    for column in E::Column::iter() {
        query.expr_as(Expr::col((entity, column)), format!("{prefix}{}", column.as_str()));
    }
}

/// `a.column = b.column`, for joins.
pub(super) fn equal<A: EntityTrait, B: EntityTrait>(a: A, a_column: A::Column, b: B, b_column: B::Column) -> Expr {
    Expr::col((a, a_column)).equals((b, b_column))
}

pub(super) fn from_json<T: DeserializeOwned>(column: &'static str, value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|_| Error::Decode(column))
}

pub(super) fn to_json<T: Serialize>(column: &'static str, value: &T) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|_| Error::Decode(column))
}

//! What an app was refused, lately: one row for each kind of refusal and day.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_errors")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// `YYYY-MM-DD`, UTC.
    pub day: String,
    /// Which endpoint refused.
    pub endpoint: String,
    /// The OAuth error code.
    pub error: String,
    /// Its description.
    pub description: String,
    /// Why, for whoever administers; empty where the description says it.
    pub reason: String,
    /// What came, the last time; may be empty.
    pub detail: String,
    /// How often.
    pub count: i64,
    /// The last time.
    pub at: DateTimeUtc,
    /// When the row goes.
    pub expires_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

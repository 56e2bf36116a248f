//! A try to tell an event.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_deliveries")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where to.
    pub webhook_id: Uuid,
    /// What happened.
    pub event: String,
    /// The line of the audit log, which is the `webhook-id` of every try.
    pub message_id: Uuid,
    /// Which try it was, from 1.
    pub attempt: i32,
    /// `delivered`, `again` or `given_up`.
    pub outcome: String,
    /// Why it failed.
    pub error: Option<String>,
    /// When.
    pub at: DateTimeUtc,
    /// Until when it is kept.
    pub expires_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

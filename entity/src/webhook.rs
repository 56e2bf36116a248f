//! Where events are told.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where to; it may hold a secret of the receiver's.
    pub url: String,
    /// Array of names of events, `user.*` for all that begin so, `*` for all.
    pub events: Json,
    /// What signs, sealed.
    pub secret: Vec<u8>,
    /// Whether anything is told.
    pub enabled: bool,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Last change.
    pub updated_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! A 256-bit data key, wrapped by a key-encryption key.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "data_keys")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// One row per purpose.
    pub purpose: String,
    /// AES-256-GCM; AAD is table, row and purpose.
    pub wrapped: Vec<u8>,
    /// Which key-encryption key wraps it.
    pub key_encryption_key_id: String,
    /// When the row was made.
    pub created_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

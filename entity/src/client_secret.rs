//! A secret of a confidential client. Two may be live, so that they can be rotated.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_secrets")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// SHA-256; the secret is made by us and shown once.
    pub secret_hash: Vec<u8>,
    /// The secret itself, for clients that sign with it.
    pub sealed: Option<Vec<u8>>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Since when it is refused.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

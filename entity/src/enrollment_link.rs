//! A link whose only power is to register one passkey for its user.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrollment_links")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `invitation`, `administrator`, `recovery`, `recovery_code`, `recovery_email` or `device`.
    pub kind: String,
    /// For whom.
    pub user_id: Uuid,
    /// SHA-256 of the link's token.
    pub token_hash: Vec<u8>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// From this moment the row is refused at read.
    pub expires_at: DateTimeUtc,
    /// Set in the transaction that stores the credential.
    pub used_at: Option<DateTimeUtc>,
    /// Set when a newer link replaces it.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

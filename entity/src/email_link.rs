//! A link that was sent by mail.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "email_links")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `verification` or `recovery_cancellation`.
    pub kind: String,
    /// About whom.
    pub user_id: Uuid,
    /// SHA-256 of the link's token.
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// Where it was sent.
    pub email: String,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// From this moment the row is refused at read.
    pub expires_at: DateTimeUtc,
    /// Set by what it was for.
    pub used_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! An authorization request that waits for a person. Bound to one browser.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_requests")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the flow cookie that made it.
    pub flow_hash: Vec<u8>,
    /// The client row.
    pub client_id: Uuid,
    /// The checked request.
    pub parameters: Json,
    /// Session, user, credential and time of the ceremony made for it, or null.
    pub ceremony: Json,
    /// Session, user and decision of the consent given for it, or null.
    pub consent: Json,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// From this moment the row is refused at read.
    pub expires_at: DateTimeUtc,
    /// Set in the transaction that issues its code or its refusal.
    pub spent_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

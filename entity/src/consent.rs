//! What a person allowed a client to have.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// Scopes allowed.
    pub granted: Json,
    /// Scopes refused while others were allowed.
    pub declined: Json,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Last decision.
    pub updated_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

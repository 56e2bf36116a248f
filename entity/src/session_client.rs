//! Which clients a session signed in to, for back-channel logout.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_clients")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// The client row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: Uuid,
    /// Last code issued.
    pub last_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

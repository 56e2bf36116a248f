//! A client's logo, as it is served.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_logos")]
pub struct Model {
    /// The client row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: Uuid,
    /// Encoded by us.
    pub png: Vec<u8>,
    /// When it was fetched.
    pub fetched_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! A group whose members may use a client that is not for everybody.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_groups")]
pub struct Model {
    /// What.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: Uuid,
    /// For whom.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: Uuid,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! The picture that somebody shows of themselves, as it is served.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pictures")]
pub struct Model {
    /// Of whom.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The end of its address: random, and another one for each picture.
    #[sea_orm(unique)]
    pub name: String,
    /// Encoded by us.
    pub png: Vec<u8>,
    /// When it was given.
    pub updated_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! What a server does on its own. A recurring job is one row for all instances; whoever leases it does it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What to do.
    pub kind: String,
    /// The same for jobs that must not be there twice; recurring ones have their kind.
    #[sea_orm(unique)]
    pub unique_key: Option<String>,
    /// What to do it with.
    pub payload: Json,
    /// Not before.
    pub run_at: DateTimeUtc,
    /// How often it was tried since it last succeeded.
    pub attempts: i32,
    /// The instance that does it now.
    pub leased_by: Option<Uuid>,
    /// Until when nobody else may.
    pub leased_until: Option<DateTimeUtc>,
    /// Why it failed last; never a secret.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

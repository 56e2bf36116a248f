//! A line of the audit log. Never changed, only pruned.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_log")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When.
    pub at: DateTimeUtc,
    /// Stable dotted name.
    pub event: String,
    /// `success` or `failure`.
    pub outcome: String,
    /// The user who acted.
    pub actor: Option<Uuid>,
    /// The user it happened to.
    pub subject: Option<Uuid>,
    /// `client_id`.
    pub client: Option<String>,
    /// The session.
    pub session: Option<Uuid>,
    /// Address of the caller.
    pub ip: Option<String>,
    /// As sent, cut to 512 characters.
    pub user_agent: Option<String>,
    /// Shown on error pages.
    pub request_id: Option<String>,
    /// What else is worth knowing; never a secret.
    pub details: Json,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

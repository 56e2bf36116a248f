//! All tokens that came from one authorization code.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token_families")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// The subject.
    pub user_id: Uuid,
    /// The session it came from.
    pub session_id: Option<Uuid>,
    /// Which refresh token was last honoured; starts as the family's own id.
    pub head: Uuid,
    /// Granted scopes.
    pub scopes: Json,
    /// Whether it outlives the session (`offline_access`).
    pub offline: bool,
    /// Of the ceremony.
    pub auth_time: Option<DateTimeUtc>,
    /// Of the ceremony.
    pub acr: Option<String>,
    /// Of the ceremony.
    pub amr: Json,
    /// The `claims` parameter.
    pub claims: Option<Json>,
    /// Array of resources that its tokens may be meant for.
    pub resources: Json,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Since when nothing of it is honoured.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

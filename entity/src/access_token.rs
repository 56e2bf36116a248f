//! An access token, by hash.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_tokens")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the token, or of the secret behind the `jti` of a JWT.
    pub token_hash: Vec<u8>,
    /// What it dies with; none where no person is behind it.
    pub family_id: Option<Uuid>,
    /// The client row, where no person is behind it.
    pub client_id: Option<Uuid>,
    /// Array of resources that it is meant for; empty for the issuer itself.
    pub audience: Json,
    /// Array of scopes.
    pub scopes: Json,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// When it ends.
    pub expires_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! A resource server that access tokens can be meant for (RFC 8707).

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What requests name: an absolute URI.
    pub identifier: String,
    /// Array of scopes that mean something there.
    pub scopes: Json,
    /// `opaque` or `jwt`.
    pub access_token_format: String,
    /// The client that may introspect its tokens.
    pub client_id: Option<Uuid>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Last change.
    pub updated_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

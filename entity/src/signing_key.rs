//! A signing key of one ring (one ring per algorithm).

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// JWA name.
    pub algorithm: String,
    /// `next`, `active` or `retired`.
    pub state: String,
    /// Sealed PKCS#8.
    pub private_key: Vec<u8>,
    /// As published.
    pub public_jwk: Json,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Since when it signs.
    pub activated_at: Option<DateTimeUtc>,
    /// Since when it does not sign.
    pub retired_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! An authorization code (RFC 6749 4.1.2). Spent ones stay as long as their family.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authorization_codes")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// What a replay revokes.
    pub family_id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// The subject.
    pub user_id: Uuid,
    /// The session it came from.
    pub session_id: Uuid,
    /// As sent in the request; the token request must repeat it.
    pub redirect_uri: Option<String>,
    /// S256 value, if PKCE was used.
    pub code_challenge: Option<String>,
    /// Granted scopes.
    pub scopes: Json,
    /// Echoed in the ID token.
    pub nonce: Option<String>,
    /// Of the ceremony.
    pub auth_time: DateTimeUtc,
    /// Of the ceremony.
    pub acr: Option<String>,
    /// Of the ceremony.
    pub amr: Json,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// From this moment the row is refused at read.
    pub expires_at: DateTimeUtc,
    /// Set by the first redemption, whatever its end.
    pub spent_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

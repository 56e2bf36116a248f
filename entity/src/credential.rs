//! A passkey (WebAuthn credential record, Level 3 section 4). A revoked one stays as a tombstone.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "credentials")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// Unique over all users, at most 1023 bytes.
    pub credential_id: Vec<u8>,
    /// Sealed public key; AAD is table, column, row and user.
    pub cose_key: Vec<u8>,
    /// Last signature counter; synced passkeys stay at 0.
    pub sign_count: i64,
    /// BE flag: can be synced.
    pub backup_eligible: bool,
    /// BS flag: is synced.
    pub backup_state: bool,
    /// UV at registration.
    pub user_verified: bool,
    /// Model of the authenticator; a display hint unless attested.
    pub aaguid: Uuid,
    /// As the client reported them, verbatim.
    pub transports: Json,
    /// `none`, `packed`, …
    pub attestation_format: String,
    /// `none`, `self` or `verified`.
    pub attestation_trust: String,
    /// What the person calls it.
    pub name: Option<String>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Last successful authentication.
    pub last_used_at: Option<DateTimeUtc>,
    /// Since when it opens nothing.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

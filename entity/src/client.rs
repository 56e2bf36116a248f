//! An OIDC client (RFC 7591 names).

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What requests carry.
    pub client_id: String,
    /// Shown to people.
    pub client_name: String,
    /// `none` makes it a public client.
    pub token_endpoint_auth_method: String,
    /// Array of exact strings.
    pub redirect_uris: Json,
    /// Array of scopes it may ask for.
    pub scopes: Json,
    /// Always true in effect for public clients.
    pub require_pkce: bool,
    /// False for apps of the house.
    pub require_consent: bool,
    /// `public` or `pairwise`.
    pub subject_type: String,
    /// Host of the sector for pairwise subjects.
    pub sector_identifier: Option<String>,
    /// RS256 unless asked otherwise.
    pub id_token_signed_response_alg: String,
    /// Gives unverified addresses with `email_verified: false`.
    pub release_unverified_email: bool,
    /// Home page of the app.
    pub client_uri: Option<String>,
    /// Where a stale sign-in starts anew.
    pub initiate_login_uri: Option<String>,
    /// A disabled client gets nothing.
    pub enabled: bool,
    /// Everything else that was registered about it.
    pub details: Json,
    /// SHA-256 of the token that manages its registration (RFC 7592).
    pub registration_access_token_hash: Option<Vec<u8>>,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// Last change.
    pub updated_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! A person who signs in. E-mail identifies nobody.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// UUIDv7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// RFC 8265 UsernameCaseMapped, unique as mapped.
    pub username: String,
    /// OIDC subject: random, never reused.
    pub sub: String,
    /// WebAuthn user handle: 32 random bytes, the same for all passkeys of the person.
    pub user_handle: Vec<u8>,
    /// The `name` claim and what pages greet with.
    pub display_name: Option<String>,
    /// Released only when verified, unless the client asks otherwise.
    pub email: Option<String>,
    /// Whether the person was shown to read mail at `email`.
    pub email_verified: bool,
    /// The other standard claims of OIDC Core 5.1, as an object.
    pub claims: Json,
    /// Array of role names.
    pub roles: Json,
    /// A disabled person gets nothing, on any path.
    pub enabled: bool,
    /// When the account goes, where its owner wants it gone.
    pub delete_after: Option<DateTimeUtc>,
    /// How many passkeys of theirs are not revoked: the database counts them itself, whoever adds or revokes one.
    pub passkeys: i32,
    /// When the row was made.
    pub created_at: DateTimeUtc,
    /// The `updated_at` claim.
    pub updated_at: DateTimeUtc,
}

/// Rows are joined by hand where one query must do; no relation is declared.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

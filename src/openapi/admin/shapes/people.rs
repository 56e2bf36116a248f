//! People and their way in.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Enum, Object};
use serde_json::Value;
use uuid::Uuid;

use crate::openapi::describe::PlainJson;

/// What somebody may do in administration.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum AdminRole {
    /// Everything.
    Administrator,
    /// People and groups.
    UserManager,
    /// Apps.
    ClientManager,
    /// Reads everything, changes nothing.
    Auditor,
}

/// A person.
#[derive(Object)]
pub struct User {
    /// Names them in the other calls.
    pub id: Uuid,
    /// As mapped (RFC 8265).
    pub username: String,
    /// The subject that apps know them by, but those with pairwise subjects.
    pub sub: String,
    /// The `name` claim.
    pub display_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it was shown to be theirs.
    pub email_verified: bool,
    /// The other standard claims (OpenID Connect Core 5.1).
    pub claims: HashMap<String, Value>,
    /// What they may do in administration.
    pub roles: Vec<AdminRole>,
    /// A disabled person gets nothing.
    pub enabled: bool,
    /// When the account goes, where its owner wants it gone.
    pub delete_after: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// A page of people.
#[derive(Object)]
pub struct Users {
    /// Its rows.
    pub items: Vec<User>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// People.
#[derive(ApiResponse)]
pub enum UsersAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Users>),
}

/// A person.
#[derive(ApiResponse)]
pub enum UserAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<User>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// Somebody to be.
#[derive(Object)]
pub struct CreateUser {
    /// As typed.
    pub username: String,
    /// The `name` claim.
    pub display_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it is known to be theirs.
    pub email_verified: Option<bool>,
    /// The other standard claims.
    pub claims: Option<HashMap<String, Value>>,
    /// Roles that whoever asks holds.
    pub roles: Option<Vec<AdminRole>>,
    /// Names of groups that they belong to from the beginning; takes `admin:groups:write`, too.
    pub groups: Option<Vec<String>>,
}

/// A change of a person.
#[derive(Object)]
pub struct UpdateUser {
    /// Another name; they stay who they are.
    pub username: Option<String>,
    /// The `name` claim.
    pub display_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it is known to be theirs.
    pub email_verified: Option<bool>,
    /// All of the other standard claims.
    pub claims: Option<HashMap<String, Value>>,
    /// All of their roles.
    pub roles: Option<Vec<AdminRole>>,
    /// Whether they get anything at all.
    pub enabled: Option<bool>,
}

/// A link to a passkey, shown once.
#[derive(Object)]
pub struct Link {
    /// For whom.
    pub username: String,
    /// Where to open it, once.
    pub url: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The link as a QR code: a text of `0` and `1` for each row.
    pub qr: Vec<String>,
}

/// A link.
#[derive(ApiResponse)]
pub enum LinkAnswer {
    /// It.
    #[oai(status = 201)]
    Created(PlainJson<Link>),
}

/// An account, and the way into it.
#[derive(Object)]
pub struct CreatedUser {
    /// The account.
    pub user: User,
    /// To its first passkey.
    pub invitation: Link,
}

/// An account.
#[derive(ApiResponse)]
pub enum CreatedUserAnswer {
    /// It.
    #[oai(status = 201)]
    Created(PlainJson<CreatedUser>),
}

//! Apps and their secrets.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Object};
use uuid::Uuid;

use crate::openapi::{describe::PlainJson, registration::ClientMetadata};

/// A secret of an app, of which nobody is told more.
#[derive(Object)]
pub struct Secret {
    /// Names it in the other calls.
    pub id: Uuid,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// An app.
#[derive(Object)]
pub struct Client {
    /// What requests carry.
    pub client_id: String,
    /// Its metadata (RFC 7591 2).
    #[oai(flatten)]
    pub metadata: ClientMetadata,
    /// False for apps of the house: people are not asked.
    pub require_consent: bool,
    /// Whether its requests must carry a `code_challenge`.
    pub require_pkce: bool,
    /// Whether it is for members of its groups alone.
    pub group_restricted: bool,
    /// Names of those groups; lists leave them out.
    pub groups: Option<Vec<String>>,
    /// Gives unverified addresses too.
    pub release_unverified_email: bool,
    /// A disabled app gets nothing.
    pub enabled: bool,
    /// Whether it registered itself.
    pub dynamic: bool,
    /// Secrets that work, oldest first; lists leave them out.
    pub secrets: Option<Vec<Secret>>,
    /// Told once, where one was made.
    pub client_secret: Option<String>,
}

/// A page of apps.
#[derive(Object)]
pub struct Clients {
    /// Its rows.
    pub items: Vec<Client>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Apps.
#[derive(ApiResponse)]
pub enum ClientsAnswer {
    /// A page.
    #[oai(status = 200)]
    Ok(PlainJson<Clients>),
}

/// An app.
#[derive(ApiResponse)]
pub enum ClientAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Client>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// An app.
#[derive(ApiResponse)]
pub enum CreatedClientAnswer {
    /// With its secret.
    #[oai(status = 201)]
    Created(PlainJson<Client>),
}

/// An app, as it shall be.
#[derive(Object)]
pub struct PutClient {
    /// Its metadata (RFC 7591 2).
    #[oai(flatten)]
    pub metadata: ClientMetadata,
    /// True unless said otherwise; false for apps of the house.
    pub require_consent: Option<bool>,
    /// True unless said otherwise; public apps always must.
    pub require_pkce: Option<bool>,
    /// True for a new one unless said otherwise.
    pub group_restricted: Option<bool>,
    /// Names of groups whose members may use it.
    pub groups: Option<Vec<String>>,
    /// Gives unverified addresses too.
    pub release_unverified_email: Option<bool>,
    /// True unless said otherwise.
    pub enabled: Option<bool>,
}

/// A secret, told once.
#[derive(Object)]
pub struct CreatedSecret {
    /// Whose.
    pub client_id: String,
    /// The secret.
    pub client_secret: String,
}

/// A secret.
#[derive(ApiResponse)]
pub enum SecretAnswer {
    /// Told once.
    #[oai(status = 201)]
    Created(PlainJson<CreatedSecret>),
}

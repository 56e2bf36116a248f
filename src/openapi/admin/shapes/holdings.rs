//! What people have.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Object};
use uuid::Uuid;

use crate::openapi::describe::PlainJson;

/// A passkey.
#[derive(Object)]
pub struct Credential {
    /// Names it in the other calls.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: Option<String>,
    /// Who makes the authenticator, by its AAGUID; nobody vouches for that.
    pub provider: Option<String>,
    /// Model of the authenticator; zeros for many security keys.
    pub aaguid: Uuid,
    /// Whether it can be synced.
    pub backup_eligible: bool,
    /// Whether it is synced.
    pub backup_state: bool,
    /// As the browser reported them.
    pub transports: Vec<String>,
    /// Who vouched for it: `none`, `authority` or `model`.
    pub attestation_trust: String,
    /// Whether it opens anything, as far as service and groups demand.
    pub fits: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last shown.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Passkeys of a person.
#[derive(Object)]
pub struct Credentials {
    /// All of them, oldest first.
    pub items: Vec<Credential>,
}

/// Passkeys of a person.
#[derive(ApiResponse)]
pub enum CredentialsAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Credentials>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// A session.
#[derive(Object)]
pub struct AdminSession {
    /// Names it in the other calls.
    pub id: Uuid,
    /// Who is signed in.
    pub user_id: Uuid,
    /// The passkey that holds it.
    pub credential_id: Option<Uuid>,
    /// What its last ceremony proved; none after an enrolment.
    pub acr: Option<String>,
    /// How (RFC 8176).
    pub amr: Vec<String>,
    /// When a passkey was last shown for it.
    pub auth_time: DateTime<Utc>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Where it began.
    pub ip: Option<String>,
    /// What it began in.
    pub user_agent: Option<String>,
}

/// Sessions of a person.
#[derive(Object)]
pub struct AdminSessions {
    /// Those that count, the one that was used last first.
    pub items: Vec<AdminSession>,
}

/// Sessions of a person.
#[derive(ApiResponse)]
pub enum AdminSessionsAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<AdminSessions>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// What somebody allowed an app.
#[derive(Object)]
pub struct Consent {
    /// The app.
    pub client_id: String,
    /// As people know it.
    pub client_name: String,
    /// What it may have.
    pub scope: String,
    /// What it may not have.
    pub declined_scope: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// Consents of a person.
#[derive(Object)]
pub struct Consents {
    /// All of them, by the name of the app.
    pub items: Vec<Consent>,
}

/// Consents of a person.
#[derive(ApiResponse)]
pub enum ConsentsAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<Consents>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// A page of sessions.
#[derive(Object)]
pub struct AllSessions {
    /// Its rows.
    pub items: Vec<AdminSession>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Sessions.
#[derive(ApiResponse)]
pub enum AllSessionsAnswer {
    /// A page.
    #[oai(status = 200)]
    Ok(PlainJson<AllSessions>),
}

//! Keys and what happened.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Enum, Object, ResponseContent};
use serde_json::Value;
use uuid::Uuid;

use crate::openapi::describe::{Csv, JsonLines, PlainJson};

/// A signing key.
#[derive(Object)]
pub struct SigningKey {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// Its ring.
    pub algorithm: String,
    /// `next`, `active` or `retired`.
    pub state: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it began to sign.
    pub activated_at: Option<DateTime<Utc>>,
    /// When it ceased to.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Signing keys.
#[derive(Object)]
pub struct SigningKeys {
    /// All of them, oldest first.
    pub items: Vec<SigningKey>,
}

/// Signing keys.
#[derive(ApiResponse)]
pub enum KeysAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<SigningKeys>, #[oai(header = "ETag")] String),
    /// It is as the tag says.
    #[oai(status = 304)]
    NotModified,
}

/// A ring of signing keys.
#[derive(Enum)]
pub enum Ring {
    /// RSASSA-PKCS1-v1_5.
    #[oai(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS.
    #[oai(rename = "PS256")]
    Ps256,
    /// ECDSA on P-256.
    #[oai(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[oai(rename = "EdDSA")]
    EdDsa,
}

/// Which rings turn, and when.
#[derive(Object)]
pub struct RotateKeys {
    /// One ring only.
    pub algorithm: Option<Ring>,
    /// They take over at once.
    pub now: Option<bool>,
}

/// A line of the audit log.
#[derive(Object)]
pub struct AuditLine {
    /// Rises with time.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Stable dotted name.
    pub event: String,
    /// `success` or `failure`.
    pub outcome: String,
    /// Who acted.
    pub actor: Option<Uuid>,
    /// To whom it happened.
    pub subject: Option<Uuid>,
    /// A `client_id`.
    pub client: Option<String>,
    /// The session.
    pub session: Option<Uuid>,
    /// Address of the caller.
    pub ip: Option<String>,
    /// As sent.
    pub user_agent: Option<String>,
    /// Shown on error pages.
    pub request_id: Option<String>,
    /// What else there is to say.
    pub details: Option<Value>,
}

/// A page of the audit log.
#[derive(Object)]
pub struct AuditLines {
    /// Its rows.
    pub items: Vec<AuditLine>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

/// Lines of the audit log.
#[derive(ApiResponse)]
pub enum AuditAnswer {
    /// It.
    #[oai(status = 200)]
    Ok(PlainJson<AuditLines>),
}

/// A day of sign-ins.
#[derive(Object)]
pub struct SignInDay {
    /// UTC.
    pub date: String,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Sign-ins that were refused.
    pub failures: i64,
    /// People who signed in.
    pub people: i64,
}

/// How many people there are.
#[derive(Object)]
pub struct PeopleCount {
    /// Who may sign in.
    pub enabled: u64,
    /// Who may not.
    pub disabled: u64,
    /// Who has one passkey and no more.
    pub with_one_passkey: u64,
}

/// Numbers.
#[derive(Object)]
pub struct Statistics {
    /// As they are.
    pub people: PeopleCount,
    /// People who signed in in these days, each counted once.
    pub active_people: i64,
    /// Days with sign-ins, oldest first.
    pub days: Vec<SignInDay>,
}

/// Numbers.
#[derive(ApiResponse)]
pub enum StatisticsAnswer {
    /// Of the last thirty days.
    #[oai(status = 200)]
    Ok(PlainJson<Statistics>),
}

/// Lines of the audit log, as a file.
#[derive(ApiResponse)]
pub enum ExportAnswer {
    /// An `AuditLine` in each line; or CSV, whose first line names its fields.
    #[oai(status = 200)]
    Ok(ExportContent),
}

/// Lines of the audit log, in either form.
#[derive(ResponseContent)]
pub enum ExportContent {
    /// `jsonl`.
    JsonLines(JsonLines),
    /// `csv`.
    Csv(Csv),
}

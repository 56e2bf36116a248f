//! What the account API takes and answers.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Object};

use crate::openapi::describe::PlainJson;

/// A passkey.
#[derive(Object)]
pub struct Passkey {
    /// Names it in the other calls.
    pub id: String,
    /// What the person calls it.
    pub name: Option<String>,
    /// Who makes the authenticator, by its AAGUID; nobody vouches for that.
    pub provider: Option<String>,
    /// Model of the authenticator; zeros for many security keys.
    pub aaguid: String,
    /// Whether it can be synced.
    pub backup_eligible: bool,
    /// Whether it is synced.
    pub backup_state: bool,
    /// As the browser reported them.
    pub transports: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last shown.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether it holds this session.
    pub is_current: bool,
}

/// All passkeys, oldest first.
#[derive(ApiResponse)]
pub enum PasskeysAnswer {
    /// All.
    #[oai(status = 200)]
    Ok(PlainJson<Vec<Passkey>>),
}

/// A link for another device.
#[derive(Object)]
pub struct DeviceLink {
    /// To be opened there, once.
    pub url: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The link as a QR code: a text of `0` and `1` for each row.
    pub qr: Vec<String>,
}

/// A link for another device.
#[derive(ApiResponse)]
pub enum DeviceLinkAnswer {
    /// Earlier links are good no more.
    #[oai(status = 200)]
    Ok(PlainJson<DeviceLink>),
}

/// Another name.
#[derive(Object)]
pub struct PasskeyName {
    /// At most 64 characters; without one it is called after its provider.
    pub name: Option<String>,
}

/// A session.
#[derive(Object)]
pub struct Session {
    /// Names it in the other calls.
    pub id: String,
    /// Whether it is this one.
    pub is_current: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When a passkey was last shown for it.
    pub auth_time: DateTime<Utc>,
    /// When it was last used.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// Where it began.
    pub ip: Option<String>,
    /// What it began in.
    pub user_agent: Option<String>,
    /// Names of the apps that it signed in to.
    pub apps: Vec<String>,
}

/// All sessions that count, this one first.
#[derive(ApiResponse)]
pub enum SessionsAnswer {
    /// All.
    #[oai(status = 200)]
    Ok(PlainJson<Vec<Session>>),
}

/// An app that was allowed something.
#[derive(Object)]
pub struct AllowedApp {
    /// Names it in the other calls.
    pub client_id: String,
    /// What it calls itself.
    pub client_name: String,
    /// Its home page.
    pub client_uri: Option<String>,
    /// What it was allowed, separated by spaces; not there for an app of the house, for which nobody is asked.
    pub scope: Option<String>,
    /// What it was refused beside that, likewise.
    pub declined_scope: Option<String>,
    /// Since when.
    pub allowed_at: Option<DateTime<Utc>>,
    /// When it last signed the person in.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// All apps that were allowed something, by name.
#[derive(ApiResponse)]
pub enum AppsAnswer {
    /// All.
    #[oai(status = 200)]
    Ok(PlainJson<Vec<AllowedApp>>),
}

/// A line of the log about oneself.
#[derive(Object)]
pub struct Activity {
    /// Names it: `before` for the page after it.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Stable dotted name.
    pub event: String,
    /// `success` or `failure`.
    pub outcome: String,
    /// The app, where there is one.
    pub client_id: Option<String>,
    /// From where.
    pub ip: Option<String>,
    /// From which browser.
    pub user_agent: Option<String>,
    /// Shown on error pages.
    pub request_id: Option<String>,
}

/// What happened, newest first, fifty at a time.
#[derive(ApiResponse)]
pub enum ActivityAnswer {
    /// A page.
    #[oai(status = 200)]
    Ok(PlainJson<Vec<Activity>>),
}

/// Recovery codes, told once.
#[derive(Object)]
pub struct RecoveryCodes {
    /// Ten.
    pub codes: Vec<String>,
}

/// New recovery codes.
#[derive(ApiResponse)]
pub enum RecoveryCodesAnswer {
    /// Those before are good no more.
    #[oai(status = 200)]
    Ok(PlainJson<RecoveryCodes>),
}

/// A recovery code, and whose it is.
#[derive(Object)]
pub struct RecoveryCode {
    /// The name that one signed up with.
    pub username: String,
    /// As it was shown; case and hyphens do not matter.
    pub code: String,
}

/// It is done.
#[derive(ApiResponse)]
pub enum Done {
    /// It is done.
    #[oai(status = 204)]
    Done,
}

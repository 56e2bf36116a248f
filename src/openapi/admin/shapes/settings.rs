//! What can be said while the server runs.

use poem_openapi::{ApiResponse, Enum, Object};

use crate::openapi::describe::PlainJson;

/// Who may create an account.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum SignUpMode {
    /// Nobody: people are invited.
    Closed,
    /// Whoever holds a token.
    Token,
    /// Everybody.
    Open,
}

/// How people get in.
#[derive(Object)]
pub struct RegistrationSettings {
    /// Who may create an account.
    pub sign_up: Option<SignUpMode>,
    /// How long an invitation can be used: a duration such as `7d`.
    pub link_lifetime: Option<String>,
}

/// What pages look like.
#[derive(Object)]
pub struct BrandingSettings {
    /// The one accent colour, `#rrggbb`; dark enough for white text on it.
    pub accent: Option<String>,
    /// Who helps people.
    pub contact: Option<String>,
}

/// Settings, as they shall be.
#[derive(Object)]
pub struct PutSettings {
    /// How people get in.
    pub registration: Option<RegistrationSettings>,
    /// What pages look like.
    pub branding: Option<BrandingSettings>,
}

/// Settings, as they are.
#[derive(Object)]
pub struct Settings {
    /// How people get in.
    pub registration: RegistrationSettings,
    /// What pages look like.
    pub branding: BrandingSettings,
    /// Keys that were said here, such as `registration.sign_up`.
    pub said: Vec<String>,
    /// Keys that the configuration says.
    pub configured: Vec<String>,
}

/// Settings.
#[derive(ApiResponse)]
pub enum SettingsAnswer {
    /// They.
    #[oai(status = 200)]
    Ok(PlainJson<Settings>, #[oai(header = "ETag")] String),
    /// They are as the tag says.
    #[oai(status = 304)]
    NotModified,
}

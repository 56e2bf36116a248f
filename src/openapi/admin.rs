//! The administration API.

mod clients;
mod groups;
mod holdings;
mod refusal;
mod service;
mod settings;
pub mod shapes;
mod sign_up_tokens;
mod users;
mod webhooks;

use poem_openapi::{OAuthScopes, SecurityScheme, Tags, auth::Bearer};

pub use clients::AdminClientsApi;
pub use groups::AdminGroupsApi;
pub use holdings::AdminHoldingsApi;
use refusal::AdminRefusal;
pub use service::AdminServiceApi;
pub use settings::AdminSettingsApi;
pub use sign_up_tokens::AdminSignUpTokensApi;
pub use users::AdminUsersApi;
pub use webhooks::AdminWebhooksApi;

use super::security::SessionCookie;

/// All of it.
pub type AdminApi = (
    AdminUsersApi,
    AdminHoldingsApi,
    AdminGroupsApi,
    AdminClientsApi,
    AdminServiceApi,
    AdminWebhooksApi,
    AdminSignUpTokensApi,
    AdminSettingsApi,
);

/// Parts of the administration API.
#[derive(Tags)]
pub enum AdminTag {
    /// People, and their way in.
    Users,
    /// Somebody's passkeys.
    Credentials,
    /// Where somebody is signed in.
    Sessions,
    /// What somebody allowed apps.
    Consents,
    /// Who belongs together.
    Groups,
    /// Apps and their secrets.
    Clients,
    /// What signs tokens.
    Keys,
    /// What happened.
    Audit,
    /// Numbers.
    Statistics,
    /// What can be said while the server runs.
    Settings,
    /// Where events are told.
    Webhooks,
    /// Tokens with which people make accounts for themselves.
    Invitations,
}

/// What a token may reach. A person's reaches no further than their roles.
#[derive(OAuthScopes)]
pub enum AdminScope {
    /// Read people.
    #[oai(rename = "admin:users:read")]
    UsersRead,
    /// Change people.
    #[oai(rename = "admin:users:write")]
    UsersWrite,
    /// Read tokens with which people make accounts.
    #[oai(rename = "admin:invitations:read")]
    InvitationsRead,
    /// Make links to a first passkey, and tokens with which people make accounts.
    #[oai(rename = "admin:invitations:write")]
    InvitationsWrite,
    /// Read groups.
    #[oai(rename = "admin:groups:read")]
    GroupsRead,
    /// Change groups.
    #[oai(rename = "admin:groups:write")]
    GroupsWrite,
    /// Read passkeys.
    #[oai(rename = "admin:credentials:read")]
    CredentialsRead,
    /// Take passkeys away.
    #[oai(rename = "admin:credentials:write")]
    CredentialsWrite,
    /// Read sessions.
    #[oai(rename = "admin:sessions:read")]
    SessionsRead,
    /// End sessions.
    #[oai(rename = "admin:sessions:write")]
    SessionsWrite,
    /// Read consents.
    #[oai(rename = "admin:consents:read")]
    ConsentsRead,
    /// Withdraw consents.
    #[oai(rename = "admin:consents:write")]
    ConsentsWrite,
    /// Read apps.
    #[oai(rename = "admin:clients:read")]
    ClientsRead,
    /// Change apps.
    #[oai(rename = "admin:clients:write")]
    ClientsWrite,
    /// Read what there is of signing keys.
    #[oai(rename = "admin:keys:read")]
    KeysRead,
    /// Turn signing keys.
    #[oai(rename = "admin:keys:write")]
    KeysWrite,
    /// Read settings, and where events are told.
    #[oai(rename = "admin:settings:read")]
    SettingsRead,
    /// Change settings, and where events are told.
    #[oai(rename = "admin:settings:write")]
    SettingsWrite,
    /// Read numbers.
    #[oai(rename = "admin:statistics:read")]
    StatisticsRead,
    /// Read the audit log.
    #[oai(rename = "admin:audit:read")]
    AuditRead,
}

/// A token for `{issuer}/api/admin/v1` (RFC 8707 `resource`): of a person, or of a client for itself.
#[derive(SecurityScheme)]
#[oai(
    ty = "oauth2",
    rename = "admin_token",
    flows(
        authorization_code(
            authorization_url = "/oauth2/authorize",
            token_url = "/oauth2/token",
            scopes = "AdminScope"
        ),
        client_credentials(token_url = "/oauth2/token", scopes = "AdminScope")
    )
)]
pub struct AdminToken(pub Bearer);

/// A token; or the session of a page, which shows a passkey for every change (`X-Step-Up` for `admin`, whose target is the
/// method and the path below `/api/admin/v1`) and sends `X-CSRF-Token`.
#[derive(SecurityScheme)]
pub enum Administration {
    /// A token.
    Token(AdminToken),
    /// A page.
    Session(SessionCookie),
}

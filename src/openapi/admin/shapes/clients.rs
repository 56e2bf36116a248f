//! Apps and their secrets.

use chrono::{DateTime, Utc};
use poem_openapi::{ApiResponse, Enum, Object, types::Any};
use serde_json::Value;
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

/// A claim beyond the standard ones, and where it comes from: exactly one of `from`, `value`, `values` and `expression`.
#[derive(Object)]
pub struct ClaimRule {
    /// As the app reads it. Claims of the protocol, and addresses and numbers that apps take for proven, are reserved.
    pub name: String,
    /// `groups`, `roles`, or a standard claim under another name.
    pub from: Option<String>,
    /// The same for everybody.
    pub value: Option<Any<Value>>,
    /// By group: the first that the person belongs to.
    pub values: Option<Vec<GroupValue>>,
    /// For whoever belongs to none of them.
    pub otherwise: Option<Any<Value>>,
    /// In the Common Expression Language, over `user`, `groups`, `roles`, `scopes` and `client_id`.
    pub expression: Option<String>,
    /// Where it is told: `id_token` and `userinfo` unless said otherwise. `access_token` is an administrator's to give.
    pub targets: Option<Vec<Target>>,
}

/// What members of a group get.
#[derive(Object)]
pub struct GroupValue {
    /// By name.
    pub group: String,
    /// Theirs.
    pub value: Any<Value>,
}

/// Where a claim is told.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum Target {
    /// In the ID token.
    IdToken,
    /// By the UserInfo endpoint.
    #[oai(rename = "userinfo")]
    UserInfo,
    /// In JWT access tokens (RFC 9068), and by introspection.
    AccessToken,
}

/// Whose tokens to look at.
#[derive(Object)]
pub struct PreviewRequest {
    /// A name or an id; whoever asks by default. Of others takes `admin:users:read` and
    /// `admin:groups:read`, too.
    pub user: Option<String>,
    /// As if this were granted; all that the app may ask for by default.
    pub scope: Option<String>,
    /// Rules in place of the app's.
    pub claims: Option<Vec<ClaimRule>>,
}

/// Tokens as they would be, but for what a sign-in makes: times, `nonce`, `sid`, `acr`, `amr`.
#[derive(Object)]
pub struct Preview {
    /// Who.
    pub user_id: Uuid,
    /// Who.
    pub username: String,
    /// As if this were granted.
    pub scope: String,
    /// Why they would get nothing at all, as the audit log says it.
    pub refusal: Option<String>,
    /// Of the ID token.
    pub id_token: Any<Value>,
    /// Of userinfo.
    pub userinfo: Any<Value>,
    /// Of JWT access tokens, and introspection of others.
    pub access_token: Any<Value>,
    /// Each claim that could be there.
    pub claims: Vec<PreviewClaim>,
}

/// A claim, or why it is not there.
#[derive(Object)]
pub struct PreviewClaim {
    /// As the app reads it.
    pub name: String,
    /// Where it would be told.
    pub targets: Vec<Target>,
    /// What it would be.
    pub value: Option<Any<Value>>,
    /// What brings it: `scope`; or a rule, by `claim`, `value`, `group`, `otherwise`, `expression`, `groups` or `roles`.
    pub source: Option<String>,
    /// Why it is not there: `scope_missing`, `no_value`, `unverified`, `no_group` or `expression_failed`.
    pub reason: Option<String>,
    /// Of `scope` and `scope_missing`: which.
    pub scope: Option<String>,
    /// Of `claim`: which.
    pub claim: Option<String>,
    /// Of `group`: which.
    pub group: Option<String>,
    /// Of `expression_failed`: what went wrong.
    pub error: Option<String>,
}

/// What an app would be told.
#[derive(ApiResponse)]
pub enum PreviewAnswer {
    /// That.
    #[oai(status = 200)]
    Ok(PlainJson<Preview>),
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
    /// What it is told beyond the standard claims.
    pub claims: Vec<ClaimRule>,
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
    /// What it is told beyond the standard claims; stays where it is left out.
    pub claims: Option<Vec<ClaimRule>>,
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

/// What an app was refused, and how often.
#[derive(Object)]
pub struct ClientError {
    /// Which endpoint refused: the last segment of its path.
    pub endpoint: String,
    /// The OAuth error code.
    pub error: String,
    /// Its description, as the app was told.
    pub error_description: String,
    /// Why, where the app was told less.
    pub reason: Option<String>,
    /// What came, the last time.
    pub detail: Option<String>,
    /// How often.
    pub count: i64,
    /// The last time.
    pub at: DateTime<Utc>,
}

/// What an app was refused.
#[derive(Object)]
pub struct ClientErrors {
    /// A row for each kind.
    pub items: Vec<ClientError>,
}

/// What an app was refused.
#[derive(ApiResponse)]
pub enum ClientErrorsAnswer {
    /// All of it.
    #[oai(status = 200)]
    Ok(PlainJson<ClientErrors>),
}

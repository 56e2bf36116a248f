//! Paths of administration.

/// Administration.
pub const ADMIN: &str = "/admin";
/// People.
pub const ADMIN_USERS: &str = "/admin/users";
/// A person.
pub const ADMIN_USER: &str = "/admin/users/:user";
/// Groups.
pub const ADMIN_GROUPS: &str = "/admin/groups";
/// A group.
pub const ADMIN_GROUP: &str = "/admin/groups/:group";
/// Apps.
pub const ADMIN_CLIENTS: &str = "/admin/clients";
/// An app.
pub const ADMIN_CLIENT: &str = "/admin/clients/:client_id";
/// What an app is told.
pub const ADMIN_CLIENT_CLAIMS: &str = "/admin/clients/:client_id/claims";
/// Whether an app gets through a sign-in.
pub const ADMIN_CLIENT_TEST: &str = "/admin/clients/:client_id/test";
/// Signing keys.
pub const ADMIN_KEYS: &str = "/admin/keys";
/// Ways in that wait for somebody.
pub const ADMIN_INVITATIONS: &str = "/admin/invitations";
/// Where people are signed in.
pub const ADMIN_SESSIONS: &str = "/admin/sessions";
/// What can be set while the server runs.
pub const ADMIN_SETTINGS: &str = "/admin/settings";
/// What happened.
pub const ADMIN_AUDIT: &str = "/admin/audit";
/// The administration API itself: what its tokens are meant for.
pub const ADMIN_API: &str = "/api/admin/v1";
/// Administration API: people.
pub const ADMIN_API_USERS: &str = "/api/admin/v1/users";
/// Administration API: a person.
pub const ADMIN_API_USER: &str = "/api/admin/v1/users/:user";
/// Administration API: a way back in.
pub const ADMIN_API_RECOVERY_LINK: &str = "/api/admin/v1/users/:user/recovery-link";
/// Administration API: another link to a first passkey.
pub const ADMIN_API_INVITATION: &str = "/api/admin/v1/users/:user/invitation";
/// Administration API: the groups of a person.
pub const ADMIN_API_USER_GROUPS: &str = "/api/admin/v1/users/:user/groups";
/// Administration API: passkeys of a person.
pub const ADMIN_API_CREDENTIALS: &str = "/api/admin/v1/users/:user/credentials";
/// Administration API: a passkey of a person.
pub const ADMIN_API_CREDENTIAL: &str = "/api/admin/v1/users/:user/credentials/:credential";
/// Administration API: sessions of a person.
pub const ADMIN_API_SESSIONS: &str = "/api/admin/v1/users/:user/sessions";
/// Administration API: a session of a person.
pub const ADMIN_API_SESSION: &str = "/api/admin/v1/users/:user/sessions/:session";
/// Administration API: what a person allowed apps.
pub const ADMIN_API_CONSENTS: &str = "/api/admin/v1/users/:user/consents";
/// Administration API: what a person allowed an app.
pub const ADMIN_API_CONSENT: &str = "/api/admin/v1/users/:user/consents/:client_id";
/// Administration API: groups.
pub const ADMIN_API_GROUPS: &str = "/api/admin/v1/groups";
/// Administration API: a group.
pub const ADMIN_API_GROUP: &str = "/api/admin/v1/groups/:group";
/// Administration API: members of a group.
pub const ADMIN_API_MEMBERS: &str = "/api/admin/v1/groups/:group/members";
/// Administration API: a member of a group.
pub const ADMIN_API_MEMBER: &str = "/api/admin/v1/groups/:group/members/:user";
/// Administration API: apps.
pub const ADMIN_API_CLIENTS: &str = "/api/admin/v1/clients";
/// Administration API: an app.
pub const ADMIN_API_CLIENT: &str = "/api/admin/v1/clients/:client_id";
/// Administration API: what an app would be told of somebody.
pub const ADMIN_API_PREVIEW: &str = "/api/admin/v1/clients/:client_id/preview";
/// Administration API: what an app was refused.
pub const ADMIN_API_CLIENT_ERRORS: &str = "/api/admin/v1/clients/:client_id/errors";
/// Administration API: secrets of an app.
pub const ADMIN_API_SECRETS: &str = "/api/admin/v1/clients/:client_id/secrets";
/// Administration API: a secret of an app.
pub const ADMIN_API_SECRET: &str = "/api/admin/v1/clients/:client_id/secrets/:secret";
/// Administration API: signing keys.
pub const ADMIN_API_KEYS: &str = "/api/admin/v1/keys";
/// Administration API: new signing keys.
pub const ADMIN_API_ROTATION: &str = "/api/admin/v1/keys/rotation";
/// Administration API: a signing key.
pub const ADMIN_API_KEY: &str = "/api/admin/v1/keys/:kid";
/// Administration API: what happened.
pub const ADMIN_API_AUDIT: &str = "/api/admin/v1/audit";
/// Administration API: what happened, as a file.
pub const ADMIN_API_AUDIT_EXPORT: &str = "/api/admin/v1/audit/export";
/// Administration API: numbers.
pub const ADMIN_API_STATISTICS: &str = "/api/admin/v1/statistics";
/// Administration API: what can be said while the server runs.
pub const ADMIN_API_SETTINGS: &str = "/api/admin/v1/settings";
/// Administration API: where events are told.
pub const ADMIN_API_WEBHOOKS: &str = "/api/admin/v1/webhooks";
/// Administration API: where events are told.
pub const ADMIN_API_WEBHOOK: &str = "/api/admin/v1/webhooks/:webhook";
/// Administration API: a message that tells nothing.
pub const ADMIN_API_WEBHOOK_TEST: &str = "/api/admin/v1/webhooks/:webhook/test";
/// Administration API: what came of telling.
pub const ADMIN_API_WEBHOOK_DELIVERIES: &str = "/api/admin/v1/webhooks/:webhook/deliveries";
/// Administration API: sessions of everybody.
pub const ADMIN_API_ALL_SESSIONS: &str = "/api/admin/v1/sessions";
/// Administration API: links to a first passkey that wait.
pub const ADMIN_API_INVITATIONS: &str = "/api/admin/v1/invitations";
/// Administration API: tokens with which people make accounts.
pub const ADMIN_API_SIGN_UP_TOKENS: &str = "/api/admin/v1/sign-up-tokens";
/// Administration API: a token with which people make accounts.
pub const ADMIN_API_SIGN_UP_TOKEN: &str = "/api/admin/v1/sign-up-tokens/:token";

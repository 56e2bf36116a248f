//! Every path, spelt once, and absolute URLs under the issuer.

mod administration;

pub use administration::*;
use uuid::Uuid;

use crate::config::Issuer;

/// 303 to the account.
pub const ROOT: &str = "/";
/// Origins that may use passkeys of this relying party (WebAuthn 5.11), at the host's root.
pub const WELL_KNOWN_WEBAUTHN: &str = "/.well-known/webauthn";
/// Where passkeys are made and managed (W3C Passkey Endpoints), at the host's root.
pub const PASSKEY_ENDPOINTS: &str = "/.well-known/passkey-endpoints";
/// Where password managers send people (W3C Change Password URL), at the host's root.
pub const CHANGE_PASSWORD: &str = "/.well-known/change-password";
/// OpenID Connect Discovery 4, appended to the issuer.
pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
/// RFC 8414 3, inserted before the issuer's path.
pub const OAUTH_AUTHORIZATION_SERVER: &str = "/.well-known/oauth-authorization-server";
/// Authorization endpoint.
pub const AUTHORIZE: &str = "/oauth2/authorize";
/// Resume of a stored request.
pub const RESUME: &str = "/oauth2/authorize/:request";
/// Token endpoint.
pub const TOKEN: &str = "/oauth2/token";
/// UserInfo endpoint.
pub const USERINFO: &str = "/oauth2/userinfo";
/// Token introspection.
pub const INTROSPECT: &str = "/oauth2/introspect";
/// Token revocation.
pub const REVOKE: &str = "/oauth2/revoke";
/// Client registration.
pub const REGISTER: &str = "/oauth2/register";
/// Management of a registration.
pub const REGISTRATION: &str = "/oauth2/register/:client_id";
/// A client's logo.
pub const LOGO: &str = "/logo/:client";
/// The JWK Set.
pub const JWKS: &str = "/oauth2/jwks";
/// End of a session.
pub const LOGOUT: &str = "/oauth2/logout";
/// The decision of the sign-out page.
pub const LOGOUT_CONFIRM: &str = "/oauth2/logout/confirm";
/// Sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// How to begin again in a browser that can use passkeys.
pub const OTHER_BROWSER: &str = "/sign-in/other-browser";
/// Sign-up page.
pub const SIGN_UP: &str = "/sign-up";
/// Enrolment page.
pub const ENROLL: &str = "/enroll/:link";
/// Begins a registration.
pub const REGISTRATION_BEGIN: &str = "/webauthn/registration/begin";
/// Finishes a registration.
pub const REGISTRATION_FINISH: &str = "/webauthn/registration/finish";
/// Begins an authentication.
pub const AUTHENTICATION_BEGIN: &str = "/webauthn/authentication/begin";
/// Finishes an authentication.
pub const AUTHENTICATION_FINISH: &str = "/webauthn/authentication/finish";
/// Consent page and decision.
pub const CONSENT: &str = "/interaction/:request/consent";
/// FIDO's conformance tests: a registration begins.
pub const ATTESTATION_OPTIONS: &str = "/attestation/options";
/// FIDO's conformance tests: a registration ends.
pub const ATTESTATION_RESULT: &str = "/attestation/result";
/// FIDO's conformance tests: an authentication begins.
pub const ASSERTION_OPTIONS: &str = "/assertion/options";
/// FIDO's conformance tests: an authentication ends.
pub const ASSERTION_RESULT: &str = "/assertion/result";
/// Account overview.
pub const ACCOUNT: &str = "/account";
/// One's passkeys.
pub const ACCOUNT_PASSKEYS: &str = "/account/passkeys";
/// One's sessions.
pub const ACCOUNT_SESSIONS: &str = "/account/sessions";
/// The apps one has allowed.
pub const ACCOUNT_APPS: &str = "/account/apps";
/// What happened to one's account.
pub const ACCOUNT_ACTIVITY: &str = "/account/activity";
/// Ways back in.
pub const ACCOUNT_RECOVERY: &str = "/account/recovery";
/// What one says of oneself.
pub const ACCOUNT_PROFILE: &str = "/account/profile";
/// The page that confirms an e-mail address.
pub const ACCOUNT_EMAIL: &str = "/account/email/:link";
/// The account API itself: what its tokens are meant for.
pub const ACCOUNT_API: &str = "/api/account/v1";
/// Account API: one's e-mail address.
pub const API_EMAIL: &str = "/api/account/v1/email";
/// Account API: a letter that asks to confirm it.
pub const API_EMAIL_VERIFICATION: &str = "/api/account/v1/email/verification";
/// Account API: its confirmation.
pub const API_EMAIL_CONFIRMATION: &str = "/api/account/v1/email/confirmation";
/// Account API: a way back that somebody asked for by mail.
pub const API_RECOVERY_REQUEST: &str = "/api/account/v1/recovery-request";
/// Account API: what one says of oneself.
pub const API_PROFILE: &str = "/api/account/v1/profile";
/// Account API: the picture that one shows of oneself.
pub const API_PICTURE: &str = "/api/account/v1/picture";
/// A picture that somebody shows of themselves.
pub const PICTURE: &str = "/picture/:picture";
/// Account API: everything that is held about oneself.
pub const API_EXPORT: &str = "/api/account/v1/export";
/// Account API: the end of the account.
pub const API_DELETION: &str = "/api/account/v1/deletion";
/// Account API: passkeys.
pub const API_PASSKEYS: &str = "/api/account/v1/passkeys";
/// Account API: a link for another device.
pub const API_DEVICE_LINK: &str = "/api/account/v1/passkeys/link";
/// Account API: one passkey.
pub const API_PASSKEY: &str = "/api/account/v1/passkeys/:passkey";
/// Account API: sessions.
pub const API_SESSIONS: &str = "/api/account/v1/sessions";
/// Account API: one session.
pub const API_SESSION: &str = "/api/account/v1/sessions/:session";
/// Account API: apps.
pub const API_APPS: &str = "/api/account/v1/apps";
/// Account API: one app.
pub const API_APP: &str = "/api/account/v1/apps/:client_id";
/// Account API: activity.
pub const API_ACTIVITY: &str = "/api/account/v1/activity";
/// Account API: recovery codes.
pub const API_RECOVERY_CODES: &str = "/api/account/v1/recovery-codes";
/// The way back by a recovery code.
pub const RECOVER_CODE: &str = "/recover/code";
/// The way back by mail.
pub const RECOVER_EMAIL: &str = "/recover/email";
/// Calls off a way back that was asked for by mail.
pub const RECOVER_CANCEL: &str = "/recover/cancel";
/// The page for that.
pub const RECOVER_CANCEL_LINK: &str = "/recover/cancel/:link";
/// What to do without a passkey.
pub const RECOVER: &str = "/recover";
/// OpenAPI documents.
pub const OPENAPI: &str = "/openapi/:document";
/// The documents for people.
pub const DOCS: &str = "/docs";
/// One document for people, or a file of Swagger UI.
pub const DOCS_FILE: &str = "/docs/:file";
/// How to connect apps.
pub const DOCS_CONNECT: &str = "/docs/connect";
/// How to connect one app.
pub const DOCS_GUIDE: &str = "/docs/connect/:guide";
/// The process runs.
pub const LIVEZ: &str = "/livez";
/// The process can serve.
pub const READYZ: &str = "/readyz";
/// The accent colour of `[branding]`.
pub const BRAND: &str = "/brand.css";
/// Embedded files.
pub const ASSETS: &str = "/assets/*file";

/// Builds URLs from the issuer.
#[derive(Clone, Debug)]
pub struct Urls {
    issuer: Issuer,
}

impl Urls {
    /// URLs under this issuer.
    #[must_use]
    pub fn new(issuer: Issuer) -> Self {
        Self { issuer }
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The path with the issuer's own path before it: what browsers ask for.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.path())
    }

    /// The absolute URL of a path.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.as_str())
    }

    /// An absolute URL of ours as browsers ask for it.
    #[must_use]
    pub fn relative(&self, url: &str) -> String {
        self.path(url.strip_prefix(self.issuer.as_str()).unwrap_or("/"))
    }

    /// Where a stored request goes on.
    #[must_use]
    pub fn resume(&self, request: Uuid) -> String {
        self.path(&RESUME.replace(":request", &request.to_string()))
    }

    /// Where a client manages its registration, absolute.
    #[must_use]
    pub fn registration(&self, client_id: &str) -> String {
        self.absolute(&REGISTRATION.replace(":client_id", client_id))
    }

    /// A client's logo of that content.
    #[must_use]
    pub fn logo(&self, client: Uuid, tag: &str) -> String {
        format!("{}?v={tag}", self.path(&LOGO.replace(":client", &client.to_string())))
    }

    /// The sign-in page of a stored request.
    #[must_use]
    pub fn sign_in(&self, request: Uuid) -> String {
        format!("{}?request={request}", self.path(SIGN_IN))
    }

    /// The sign-in page of a stored request, for somebody else than is signed in.
    #[must_use]
    pub fn sign_in_as_other(&self, request: Uuid) -> String {
        format!("{}&account=other", self.sign_in(request))
    }

    /// The sign-up page, for a stored request if there is one.
    #[must_use]
    pub fn sign_up(&self, request: Option<Uuid>) -> String {
        let query = request.map(|id| format!("?request={id}")).unwrap_or_default();
        format!("{}{query}", self.path(SIGN_UP))
    }

    /// The sign-up page for whoever holds this token.
    #[must_use]
    pub fn sign_up_with(&self, token: &str) -> String {
        format!("{}?token={token}", self.absolute(SIGN_UP))
    }

    /// The consent page of a stored request.
    #[must_use]
    pub fn consent(&self, request: Uuid) -> String {
        self.path(&CONSENT.replace(":request", &request.to_string()))
    }

    /// Somebody's picture, absolute: apps show it.
    #[must_use]
    pub fn picture(&self, name: &str) -> String {
        self.absolute(&PICTURE.replace(":picture", name))
    }

    /// The page that confirms an e-mail address.
    #[must_use]
    pub fn confirm_email(&self, token: &str) -> String {
        self.absolute(&ACCOUNT_EMAIL.replace(":link", token))
    }

    /// The page that calls off a way back.
    #[must_use]
    pub fn cancel_recovery(&self, token: &str) -> String {
        self.absolute(&RECOVER_CANCEL_LINK.replace(":link", token))
    }

    /// An enrolment link, absolute: it is sent to people.
    #[must_use]
    pub fn enroll(&self, token: &str) -> String {
        self.absolute(&ENROLL.replace(":link", token))
    }
}

/// What an endpoint of the protocol is called: the segment below `/oauth2`; empty for any other path.
#[must_use]
pub fn oauth_endpoint(path: &str) -> &str {
    let below = path.rsplit_once("/oauth2/").map_or("", |(_, below)| below);
    below.split('/').next().unwrap_or_default()
}

//! The account API: what people can see and change of their own account.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi, Tags,
    param::{Header, Path, Query},
};

use super::{
    describe::{Answer, Described, DescribedBody, PlainJson},
    errors::CallRefusal,
    security::SessionCookie,
};
use crate::{
    account::{activity, apps, device_link, passkeys, recovery, sessions},
    http::{Call, json},
    webauthn::recover,
};

/// Parts of the account API.
#[derive(Tags)]
pub enum PortalTag {
    /// One's ways in.
    Passkeys,
    /// Where one is signed in.
    Sessions,
    /// What one has allowed.
    Apps,
    /// What happened.
    Activity,
    /// Ways back in.
    Recovery,
}

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

/// The part of the account document that is about one's own account.
pub struct PortalApi;

type Csrf = Described<Header<String>>;
type StepUp = Described<Header<String>>;

#[OpenApi]
impl PortalApi {
    /// Lists passkeys
    #[oai(
        path = "/api/account/v1/passkeys",
        method = "get",
        tag = "PortalTag::Passkeys",
        operation_id = "list_passkeys"
    )]
    async fn list_passkeys(
        &self,
        call: Data<&Call>,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<PasskeysAnswer, CallRefusal>> {
        json(passkeys::list)(call.0.clone()).await.into()
    }

    /// Makes a link for another device
    ///
    /// There it makes one more passkey, once, within ten minutes. The step-up is for `passkey.add`.
    #[oai(
        path = "/api/account/v1/passkeys/link",
        method = "post",
        tag = "PortalTag::Passkeys",
        operation_id = "create_device_link"
    )]
    async fn create_device_link(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: StepUp,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<DeviceLinkAnswer, CallRefusal>> {
        json(device_link::create)(call.0.clone()).await.into()
    }

    /// Renames a passkey
    #[oai(
        path = "/api/account/v1/passkeys/:passkey",
        method = "patch",
        tag = "PortalTag::Passkeys",
        operation_id = "rename_passkey"
    )]
    async fn rename_passkey(
        &self,
        call: Data<&Call>,
        #[oai(name = "passkey")] _passkey: Described<Path<String>>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
        _body: DescribedBody<PlainJson<PasskeyName>>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(passkeys::rename)(call.0.clone()).await.into()
    }

    /// Removes a passkey
    ///
    /// Sessions that it began end. The last passkey stays as long as there is no recovery code.
    #[oai(
        path = "/api/account/v1/passkeys/:passkey",
        method = "delete",
        tag = "PortalTag::Passkeys",
        operation_id = "remove_passkey"
    )]
    async fn remove_passkey(
        &self,
        call: Data<&Call>,
        #[oai(name = "passkey")] _passkey: Described<Path<String>>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: StepUp,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(passkeys::remove)(call.0.clone()).await.into()
    }

    /// Lists sessions
    #[oai(
        path = "/api/account/v1/sessions",
        method = "get",
        tag = "PortalTag::Sessions",
        operation_id = "list_sessions"
    )]
    async fn list_sessions(
        &self,
        call: Data<&Call>,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<SessionsAnswer, CallRefusal>> {
        json(sessions::list)(call.0.clone()).await.into()
    }

    /// Ends all other sessions
    ///
    /// Their tokens die, and apps that they signed in to are told.
    #[oai(
        path = "/api/account/v1/sessions",
        method = "delete",
        tag = "PortalTag::Sessions",
        operation_id = "end_other_sessions"
    )]
    async fn end_other_sessions(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(sessions::end_others)(call.0.clone()).await.into()
    }

    /// Ends a session
    ///
    /// Its tokens die, and apps that it signed in to are told.
    #[oai(
        path = "/api/account/v1/sessions/:session",
        method = "delete",
        tag = "PortalTag::Sessions",
        operation_id = "end_session"
    )]
    async fn end_session(
        &self,
        call: Data<&Call>,
        #[oai(name = "session")] _id: Described<Path<String>>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(sessions::end)(call.0.clone()).await.into()
    }

    /// Lists apps that one has allowed
    #[oai(path = "/api/account/v1/apps", method = "get", tag = "PortalTag::Apps", operation_id = "list_apps")]
    async fn list_apps(
        &self,
        call: Data<&Call>,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<AppsAnswer, CallRefusal>> {
        json(apps::list)(call.0.clone()).await.into()
    }

    /// Withdraws what an app may know
    ///
    /// Its tokens die, and it must ask again.
    #[oai(
        path = "/api/account/v1/apps/:client_id",
        method = "delete",
        tag = "PortalTag::Apps",
        operation_id = "withdraw_consent"
    )]
    async fn withdraw_consent(
        &self,
        call: Data<&Call>,
        #[oai(name = "client_id")] _client_id: Described<Path<String>>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(apps::withdraw)(call.0.clone()).await.into()
    }

    /// Lists what happened
    #[oai(
        path = "/api/account/v1/activity",
        method = "get",
        tag = "PortalTag::Activity",
        operation_id = "list_activity"
    )]
    async fn list_activity(
        &self,
        call: Data<&Call>,
        #[oai(name = "before")] _before: Described<Query<Option<String>>>,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<ActivityAnswer, CallRefusal>> {
        json(activity::list)(call.0.clone()).await.into()
    }

    /// Makes new recovery codes
    #[oai(
        path = "/api/account/v1/recovery-codes",
        method = "post",
        tag = "PortalTag::Recovery",
        operation_id = "create_recovery_codes"
    )]
    async fn create_recovery_codes(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: StepUp,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<RecoveryCodesAnswer, CallRefusal>> {
        json(recovery::create)(call.0.clone()).await.into()
    }

    /// Uses a recovery code
    ///
    /// Leads to a page where a new passkey is made.
    #[oai(path = "/recover/code", method = "post", tag = "PortalTag::Recovery", operation_id = "recover_by_code")]
    async fn recover_by_code(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<RecoveryCode>>,
    ) -> Answer<Result<super::account::LocationAnswer, CallRefusal>> {
        json(recover::code)(call.0.clone()).await.into()
    }
}

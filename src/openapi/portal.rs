//! The account API: what people can see and change of their own account.

mod shapes;

use poem::web::Data;
use poem_openapi::{
    OpenApi, Tags,
    param::{Header, Path, Query},
};
pub use shapes::Done;
use shapes::{
    ActivityAnswer, AppsAnswer, DeviceLinkAnswer, PasskeyName, PasskeysAnswer, RecoveryCode, RecoveryCodesAnswer,
    SessionsAnswer,
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

/// The part of the account document that is about one's own account.
pub struct PortalApi;

type Csrf = Described<Header<String>>;
type StepUp = Described<Header<String>>;

#[OpenApi]
impl PortalApi {
    /// Lists passkeys
    ///
    /// One's own, with all that is known of them. No key is told.
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
    ///
    /// A name is for its owner alone, so it takes no passkey shown anew.
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
    ///
    /// One's own that count, this one among them.
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
    ///
    /// With what each may know.
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
    ///
    /// To one's own account, newest first.
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
    ///
    /// They are told once. It takes a passkey shown for it.
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

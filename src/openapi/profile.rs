//! The account API, its other half: oneself.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::{ApiResponse, Object, OpenApi, Tags, param::Header, types::Any};
use serde_json::Value;

use super::{
    claims::Address,
    describe::{Answer, Described, DescribedBody, PlainJson},
    errors::CallRefusal,
    portal::Done,
    security::SessionCookie,
};
use crate::{
    account::{deletion, export, picture, profile},
    http::{Call, json},
};

/// Parts of this half.
#[derive(Tags)]
pub enum ProfileTag {
    /// Oneself.
    Profile,
}

/// What one says of oneself: standard claims (OIDC Core 5.1). What is left out is gone.
#[derive(Object)]
pub struct ProfileChange {
    /// Full name.
    pub name: Option<String>,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Middle name.
    pub middle_name: Option<String>,
    /// Casual name.
    pub nickname: Option<String>,
    /// URL of a web page.
    pub website: Option<String>,
    /// Free text.
    pub gender: Option<String>,
    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    pub birthdate: Option<String>,
    /// tz database name.
    pub zoneinfo: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// E.164.
    pub phone_number: Option<String>,
    /// Postal address.
    pub address: Option<Address>,
}

/// The same with what others vouch for.
#[derive(Object)]
pub struct Profile {
    /// The name that one signed up with.
    pub username: String,
    /// Subject identifier.
    pub sub: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it was shown to be theirs.
    pub email_verified: bool,
    /// When the account goes, where its owner wants it gone.
    pub delete_after: Option<DateTime<Utc>>,
    /// What one says of oneself.
    #[oai(flatten)]
    pub profile: ProfileChange,
}

/// Oneself.
#[derive(ApiResponse)]
pub enum ProfileAnswer {
    /// As it is.
    #[oai(status = 200)]
    Ok(PlainJson<Profile>),
}

/// A picture of oneself.
#[derive(Object)]
pub struct Picture {
    /// The file in base64.
    pub picture: String,
}

/// What is held about oneself, in the shapes of the other calls: at most two hundred sessions of each kind, and the newest twenty
/// thousand lines.
#[derive(Object)]
pub struct Export {
    /// When.
    pub exported_at: DateTime<Utc>,
    /// From where.
    pub issuer: String,
    /// Oneself.
    pub profile: Any<Value>,
    /// All standard claims, those too that others vouch for.
    pub claims: Any<Value>,
    /// An address that waits for its confirmation.
    pub unconfirmed_email: Option<String>,
    /// Groups that one belongs to, each with its `name` and, where it ends, `expires_at`.
    pub groups: Any<Value>,
    /// What one may do.
    pub roles: Any<Value>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// One's picture, a PNG in base64.
    pub picture: Option<String>,
    /// Passkeys.
    pub passkeys: Any<Value>,
    /// Recovery codes that were not used.
    pub recovery_codes_left: u64,
    /// Sessions that count.
    pub sessions: Any<Value>,
    /// Sessions that are over and were not forgotten yet.
    pub ended_sessions: Any<Value>,
    /// Apps.
    pub apps: Any<Value>,
    /// What happened, newest first.
    pub activity: Any<Value>,
}

/// An export.
#[derive(ApiResponse)]
pub enum ExportAnswer {
    /// All of it.
    #[oai(status = 200)]
    Ok(PlainJson<Export>),
}

/// The end of an account.
#[derive(Object)]
pub struct Deletion {
    /// When it goes; it can be kept until then.
    pub delete_after: DateTime<Utc>,
}

/// The end of an account.
#[derive(ApiResponse)]
pub enum DeletionAnswer {
    /// It is to come; every session has ended, and tokens are dead.
    #[oai(status = 200)]
    Ok(PlainJson<Deletion>),
}

/// The part of the account document that is about oneself.
pub struct ProfileApi;

type Csrf = Described<Header<String>>;
type StepUp = Described<Header<String>>;

#[OpenApi]
impl ProfileApi {
    /// Reads one's profile
    ///
    /// What apps may be told, and what else is known of one's account.
    #[oai(path = "/api/account/v1/profile", method = "get", tag = "ProfileTag::Profile", operation_id = "read_profile")]
    async fn read_profile(
        &self,
        call: Data<&Call>,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<ProfileAnswer, CallRefusal>> {
        json(profile::read)(call.0.clone()).await.into()
    }

    /// Replaces one's profile
    ///
    /// E-mail address and user name stay as they are.
    #[oai(path = "/api/account/v1/profile", method = "put", tag = "ProfileTag::Profile", operation_id = "put_profile")]
    async fn put_profile(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
        _body: DescribedBody<PlainJson<ProfileChange>>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(profile::put)(call.0.clone()).await.into()
    }

    /// Replaces one's picture
    ///
    /// PNG, JPEG, GIF or WebP, at most a megabyte; it is encoded anew, 256 by 256 at most.
    #[oai(path = "/api/account/v1/picture", method = "put", tag = "ProfileTag::Profile", operation_id = "put_picture")]
    async fn put_picture(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
        _body: DescribedBody<PlainJson<Picture>>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(picture::put)(call.0.clone()).await.into()
    }

    /// Takes one's picture away
    ///
    /// Apps are told of none from then on.
    #[oai(
        path = "/api/account/v1/picture",
        method = "delete",
        tag = "ProfileTag::Profile",
        operation_id = "delete_picture"
    )]
    async fn delete_picture(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(picture::delete)(call.0.clone()).await.into()
    }

    /// Exports what is held about oneself
    ///
    /// Everything but secrets. It takes a passkey shown for it.
    #[oai(
        path = "/api/account/v1/export",
        method = "post",
        tag = "ProfileTag::Profile",
        operation_id = "export_account"
    )]
    async fn export_account(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: StepUp,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<ExportAnswer, CallRefusal>> {
        json(export::create)(call.0.clone()).await.into()
    }

    /// Asks for one's account to be deleted
    ///
    /// It goes after seven days. The last administrator stays.
    #[oai(
        path = "/api/account/v1/deletion",
        method = "post",
        tag = "ProfileTag::Profile",
        operation_id = "delete_account"
    )]
    async fn delete_account(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: StepUp,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<DeletionAnswer, CallRefusal>> {
        json(deletion::create)(call.0.clone()).await.into()
    }

    /// Keeps one's account after all
    ///
    /// While it waits to be removed.
    #[oai(
        path = "/api/account/v1/deletion",
        method = "delete",
        tag = "ProfileTag::Profile",
        operation_id = "keep_account"
    )]
    async fn keep_account(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _session: Described<SessionCookie>,
    ) -> Answer<Result<Done, CallRefusal>> {
        json(deletion::cancel)(call.0.clone()).await.into()
    }
}

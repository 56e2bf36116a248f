//! What the provider's own pages call.

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi, Tags,
    param::{Header, Path},
};

use super::{
    ceremonies::{
        AuthenticatedAnswer, AuthenticationBegin, AuthenticationFinish, BegunAnswer, RegistrationBegin,
        RegistrationFinish,
    },
    describe::{Answer, Described, DescribedBody, PlainJson},
    errors::CallRefusal,
};
use crate::{
    http::{Call, health, json},
    oidc::{authorization::consent, logout},
    webauthn::{authentication, registration, well_known},
};

/// Parts of the document.
#[derive(Tags)]
pub enum AccountTag {
    /// Making passkeys.
    Registration,
    /// Signing in with them.
    Authentication,
    /// What people decide.
    Decisions,
    /// For browsers and password managers.
    Discovery,
    /// For supervisors.
    Health,
}

/// Where the page goes on.
#[derive(Object)]
pub struct Location {
    /// A path or URL.
    pub location: String,
}

/// What the person wants.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum ConsentDecision {
    /// The app may.
    Allow,
    /// It may not.
    Deny,
}

/// A decision about an app.
#[derive(Object)]
pub struct Consent {
    /// What the person wants.
    pub decision: ConsentDecision,
    /// Which scopes; all that were asked by default.
    pub scopes: Option<Vec<String>>,
}

/// What the person wants.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum LogoutDecision {
    /// To be signed out.
    SignOut,
    /// To stay.
    Stay,
}

/// A decision about the session.
#[derive(Object)]
pub struct Logout {
    /// Sealed into the page.
    pub logout: String,
    /// What the person wants.
    pub decision: LogoutDecision,
}

/// How the server is.
#[derive(Object)]
pub struct Status {
    /// `ok` or `ready`.
    pub status: String,
}

/// Where to go on.
#[derive(ApiResponse)]
pub enum LocationAnswer {
    /// Done.
    #[oai(status = 200)]
    Ok(PlainJson<Location>),
}

/// How the server is.
#[derive(ApiResponse)]
pub enum StatusAnswer {
    /// Well.
    #[oai(status = 200)]
    Ok(PlainJson<Status>),
}

/// Origins that may use passkeys of this provider.
#[derive(Object)]
pub struct RelatedOrigins {
    /// All of them, the provider's own too.
    pub origins: Vec<String>,
}

/// Related origins.
#[derive(ApiResponse)]
pub enum RelatedOriginsAnswer {
    /// All.
    #[oai(status = 200)]
    Ok(PlainJson<RelatedOrigins>),
}

/// Where passkeys are made and managed.
#[derive(Object)]
pub struct PasskeyEndpoints {
    /// A page.
    pub enroll: String,
    /// A page.
    pub manage: String,
}

/// Passkey endpoints.
#[derive(ApiResponse)]
pub enum PasskeyEndpointsAnswer {
    /// Both.
    #[oai(status = 200)]
    Ok(PlainJson<PasskeyEndpoints>),
}

/// The account document.
pub struct AccountApi;

type Csrf = Described<Header<String>>;

#[OpenApi]
impl AccountApi {
    /// Begins a registration
    ///
    /// Writes nothing: the ceremony is sealed to this browser.
    #[oai(
        path = "/webauthn/registration/begin",
        method = "post",
        tag = "AccountTag::Registration",
        operation_id = "registration_begin"
    )]
    async fn registration_begin(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        #[oai(name = "X-Step-Up")] _step_up: Described<Header<Option<String>>>,
        _body: DescribedBody<PlainJson<RegistrationBegin>>,
    ) -> Answer<Result<BegunAnswer, CallRefusal>> {
        json(registration::begin)(call.0.clone()).await.into()
    }

    /// Finishes a registration
    ///
    /// Stores the passkey and signs in.
    #[oai(
        path = "/webauthn/registration/finish",
        method = "post",
        tag = "AccountTag::Registration",
        operation_id = "registration_finish"
    )]
    async fn registration_finish(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<RegistrationFinish>>,
    ) -> Answer<Result<LocationAnswer, CallRefusal>> {
        json(registration::finish)(call.0.clone()).await.into()
    }

    /// Begins an authentication
    ///
    /// Writes nothing, and without a request reads nothing.
    #[oai(
        path = "/webauthn/authentication/begin",
        method = "post",
        tag = "AccountTag::Authentication",
        operation_id = "authentication_begin"
    )]
    async fn authentication_begin(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<AuthenticationBegin>>,
    ) -> Answer<Result<BegunAnswer, CallRefusal>> {
        json(authentication::begin)(call.0.clone()).await.into()
    }

    /// Finishes an authentication
    ///
    /// Signs in, or shows a passkey once more for one thing.
    #[oai(
        path = "/webauthn/authentication/finish",
        method = "post",
        tag = "AccountTag::Authentication",
        operation_id = "authentication_finish"
    )]
    async fn authentication_finish(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<AuthenticationFinish>>,
    ) -> Answer<Result<AuthenticatedAnswer, CallRefusal>> {
        json(authentication::finish)(call.0.clone()).await.into()
    }

    /// Decides about an app
    ///
    /// By the page that asked. It answers where the browser goes next, with the app's answer.
    #[oai(
        path = "/interaction/:request/consent",
        method = "post",
        tag = "AccountTag::Decisions",
        operation_id = "consent"
    )]
    async fn consent(
        &self,
        call: Data<&Call>,
        #[oai(name = "request")] _request: Described<Path<String>>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<Consent>>,
    ) -> Answer<Result<LocationAnswer, CallRefusal>> {
        json(consent::post)(call.0.clone()).await.into()
    }

    /// Decides about the session
    ///
    /// By the page that asked whether to sign out. It answers where the browser goes next.
    #[oai(
        path = "/oauth2/logout/confirm",
        method = "post",
        tag = "AccountTag::Decisions",
        operation_id = "logout_confirm"
    )]
    async fn logout_confirm(
        &self,
        call: Data<&Call>,
        #[oai(name = "X-CSRF-Token")] _csrf: Csrf,
        _body: DescribedBody<PlainJson<Logout>>,
    ) -> Answer<Result<LocationAnswer, CallRefusal>> {
        json(logout::confirm)(call.0.clone()).await.into()
    }

    /// Origins that may use passkeys of this provider
    ///
    /// At the host's root (WebAuthn 5.11).
    #[oai(
        path = "/.well-known/webauthn",
        method = "get",
        tag = "AccountTag::Discovery",
        operation_id = "related_origins"
    )]
    async fn related_origins(&self, call: Data<&Call>) -> Answer<Result<RelatedOriginsAnswer, CallRefusal>> {
        json(well_known::webauthn)(call.0.clone()).await.into()
    }

    /// Where passkeys are made and managed
    ///
    /// At the host's root (W3C Passkey Endpoints).
    #[oai(
        path = "/.well-known/passkey-endpoints",
        method = "get",
        tag = "AccountTag::Discovery",
        operation_id = "passkey_endpoints"
    )]
    async fn passkey_endpoints(&self, call: Data<&Call>) -> Answer<Result<PasskeyEndpointsAnswer, CallRefusal>> {
        json(well_known::passkey_endpoints)(call.0.clone()).await.into()
    }

    /// Whether the process runs
    ///
    /// Nothing else is asked for it: a database that is away makes no restart better.
    #[oai(path = "/livez", method = "get", tag = "AccountTag::Health", operation_id = "livez")]
    async fn livez(&self, call: Data<&Call>) -> Answer<Result<StatusAnswer, CallRefusal>> {
        json(health::livez)(call.0.clone()).await.into()
    }

    /// Whether the process can serve
    ///
    /// It asks the database; a proxy sends nobody here while it fails.
    #[oai(path = "/readyz", method = "get", tag = "AccountTag::Health", operation_id = "readyz")]
    async fn readyz(&self, call: Data<&Call>) -> Answer<Result<StatusAnswer, CallRefusal>> {
        json(health::readyz)(call.0.clone()).await.into()
    }
}

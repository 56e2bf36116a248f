//! Refusals, in the two shapes they have.

use poem_openapi::{ApiResponse, Enum, Object};

use super::describe::{PlainJson, ProblemJson};

/// Codes of OAuth 2.0 and OpenID Connect.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum OAuthErrorCode {
    /// RFC 6749 5.2.
    InvalidRequest,
    /// RFC 6749 5.2.
    InvalidClient,
    /// RFC 6749 5.2.
    InvalidGrant,
    /// RFC 6749 5.2.
    UnauthorizedClient,
    /// RFC 6749 5.2.
    UnsupportedGrantType,
    /// RFC 6749 5.2.
    InvalidScope,
    /// RFC 8707 2.
    InvalidTarget,
    /// RFC 6749 4.1.2.1: not for anybody here.
    AccessDenied,
    /// RFC 7591 3.2.2.
    InvalidRedirectUri,
    /// RFC 7591 3.2.2.
    InvalidClientMetadata,
    /// RFC 6750 3.1.
    InvalidToken,
    /// RFC 6750 3.1.
    InsufficientScope,
    /// RFC 6749 4.1.2.1.
    TemporarilyUnavailable,
    /// RFC 6749 4.1.2.1.
    ServerError,
}

/// An error of the OAuth endpoints (RFC 6749 5.2).
#[derive(Object)]
pub struct OAuthError {
    /// Which.
    pub error: OAuthErrorCode,
    /// For developers, not for people.
    pub error_description: Option<String>,
}

/// Refusals of the OAuth endpoints.
#[derive(ApiResponse)]
pub enum OAuthRefusal {
    /// The request can't be honoured as it is.
    #[oai(status = 400)]
    BadRequest(PlainJson<OAuthError>),
    /// The client or the token is not accepted; without a body when none came.
    #[oai(status = 401)]
    Unauthorized(PlainJson<OAuthError>, #[oai(header = "WWW-Authenticate")] Option<String>),
    /// The token does not reach that far.
    #[oai(status = 403)]
    Forbidden(PlainJson<OAuthError>, #[oai(header = "WWW-Authenticate")] String),
    /// Not with this method.
    #[oai(status = 405)]
    MethodNotAllowed(PlainJson<OAuthError>),
    /// The body did not come in time.
    #[oai(status = 408)]
    RequestTimeout(PlainJson<OAuthError>),
    /// The body is too large.
    #[oai(status = 413)]
    PayloadTooLarge(PlainJson<OAuthError>),
    /// The body has a coding that is not known.
    #[oai(status = 415)]
    UnsupportedMediaType(PlainJson<OAuthError>),
    /// Too often.
    #[oai(status = 429)]
    TooManyRequests(PlainJson<OAuthError>, #[oai(header = "Retry-After")] u32),
    /// A fault of the server.
    #[oai(status = 500)]
    Internal(PlainJson<OAuthError>),
    /// Try again.
    #[oai(status = 503)]
    Unavailable(PlainJson<OAuthError>, #[oai(header = "Retry-After")] u32),
}

/// Stable codes of problems.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The request can't be understood.
    InvalidRequest,
    /// Mail could not go there.
    InvalidEmail,
    /// It is no picture, or too large a one.
    InvalidPicture,
    /// A client can't be registered so.
    InvalidClientMetadata,
    /// Answers can't go there.
    InvalidRedirectUri,
    /// There is no session (any more).
    SessionRequired,
    /// The access token opens nothing here.
    InvalidToken,
    /// The access token does not reach so far.
    InsufficientScope,
    /// Neither roles nor authority reach so far.
    Forbidden,
    /// The ceremony did not prove anything.
    VerificationFailed,
    /// Nobody of that name has that recovery code.
    RecoveryFailed,
    /// Not from a page of the provider, or from one that is out of date.
    CsrfFailed,
    /// This needs a ceremony of its own; `action` says for what.
    StepUpRequired,
    /// This passkey will not do: for the provider, or for the app that waits.
    PolicyRefused,
    /// Accounts can't be made here.
    SignUpClosed,
    /// No such passkey.
    CredentialUnknown,
    /// The ceremony was finished before.
    CeremonySpent,
    /// The name is somebody's.
    UsernameTaken,
    /// Somebody else is signed in here.
    OtherSession,
    /// What it would be called is something else's name.
    NameTaken,
    /// Somebody could not sign in any more.
    WouldLockOut,
    /// It was changed since it was read.
    PreconditionFailed,
    /// The key came with another request before.
    IdempotencyKeyReused,
    /// Without this passkey there would be no way in.
    LastPasskey,
    /// Nobody else could administer.
    LastAdministrator,
    /// The ceremony took too long.
    CeremonyExpired,
    /// The link can't be used (any more).
    LinkSpent,
    /// Nothing there.
    NotFound,
    /// Not with this method.
    MethodNotAllowed,
    /// The body did not come in time.
    RequestTimeout,
    /// The body is too large.
    PayloadTooLarge,
    /// Too often.
    RateLimited,
    /// Try again.
    Unavailable,
    /// A fault of the server.
    Internal,
}

/// A problem document (RFC 9457).
#[derive(Object)]
pub struct Problem {
    /// Always `about:blank`: `code` says which.
    #[oai(rename = "type")]
    pub kind: String,
    /// For people who read logs.
    pub title: String,
    /// The status code once more.
    pub status: u16,
    /// Which.
    pub code: ProblemCode,
    /// What was wrong, where there is more to say.
    pub detail: Option<String>,
    /// Found in the provider's logs.
    pub request_id: String,
    /// With `step_up_required`: for what.
    pub action: Option<String>,
    /// With `credential_unknown`: the authenticator may forget this passkey.
    pub signal: Option<bool>,
}

/// Refusals of pages' calls.
#[derive(ApiResponse)]
pub enum CallRefusal {
    /// `invalid_request`, `invalid_email` or `invalid_picture`.
    #[oai(status = 400)]
    BadRequest(ProblemJson<Problem>),
    /// `session_required`, `invalid_token`, `verification_failed` or `recovery_failed`.
    #[oai(status = 401)]
    Unauthorized(ProblemJson<Problem>),
    /// `csrf_failed`, `step_up_required`, `insufficient_scope`, `policy_refused` or `sign_up_closed`.
    #[oai(status = 403)]
    Forbidden(ProblemJson<Problem>),
    /// `credential_unknown` or `not_found`.
    #[oai(status = 404)]
    NotFound(ProblemJson<Problem>),
    /// `method_not_allowed`.
    #[oai(status = 405)]
    MethodNotAllowed(ProblemJson<Problem>),
    /// `request_timeout`.
    #[oai(status = 408)]
    RequestTimeout(ProblemJson<Problem>),
    /// `ceremony_spent`, `username_taken`, `other_session`, `last_passkey` or `last_administrator`.
    #[oai(status = 409)]
    Conflict(ProblemJson<Problem>),
    /// `ceremony_expired` or `link_spent`.
    #[oai(status = 410)]
    Gone(ProblemJson<Problem>),
    /// `payload_too_large`.
    #[oai(status = 413)]
    PayloadTooLarge(ProblemJson<Problem>),
    /// `invalid_request`: the content type must be application/json.
    #[oai(status = 415)]
    UnsupportedMediaType(ProblemJson<Problem>),
    /// `rate_limited`.
    #[oai(status = 429)]
    TooManyRequests(ProblemJson<Problem>, #[oai(header = "Retry-After")] u32),
    /// `internal`.
    #[oai(status = 500)]
    Internal(ProblemJson<Problem>),
    /// `unavailable`.
    #[oai(status = 503)]
    Unavailable(ProblemJson<Problem>, #[oai(header = "Retry-After")] u32),
}

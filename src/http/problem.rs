//! Problem documents (RFC 9457) for pages of ours and programs like them.

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use serde_json::json;

use super::Caller;
use crate::{limits::TooMany, store};

/// Stable codes, and with them the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request can't be understood.
    InvalidRequest,
    /// Mail could not go there.
    InvalidEmail,
    /// It is no picture, or too large a one.
    InvalidPicture,
    /// A client can't be registered so (RFC 7591 3.2.2).
    InvalidClientMetadata,
    /// Answers can't go there (RFC 7591 3.2.2).
    InvalidRedirectUri,
    /// There is no session (any more).
    SessionRequired,
    /// The access token opens nothing here (RFC 6750 3.1).
    InvalidToken,
    /// The access token does not reach so far (RFC 6750 3.1).
    InsufficientScope,
    /// Neither roles nor authority reach so far.
    Forbidden,
    /// The ceremony did not prove anything.
    VerificationFailed,
    /// Nobody of that name has that recovery code.
    RecoveryFailed,
    /// Not from a page of ours, or from one that is out of date.
    CsrfFailed,
    /// This needs a ceremony of its own.
    StepUpRequired,
    /// This passkey will not do here.
    PolicyRefused,
    /// Accounts can't be made here.
    SignUpClosed,
    /// No such passkey. `signal`: it is known to be revoked, or was just refused.
    CredentialUnknown {
        /// Whether the authenticator may forget it.
        signal: bool,
    },
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
    /// It was changed since it was read (RFC 9110 13.1.1).
    PreconditionFailed,
    /// The key came with another request before.
    IdempotencyKeyReused,
    /// Without it there would be no way in.
    LastPasskey,
    /// Without them nobody could administer.
    LastAdministrator,
    /// The ceremony took too long, or is none of ours.
    CeremonyExpired,
    /// The link can't be used (any more).
    LinkSpent,
    /// Nothing there.
    NotFound,
    /// Not with this method.
    MethodNotAllowed,
    /// The body is too large.
    PayloadTooLarge,
    /// The content type is not what this needs.
    UnsupportedMediaType,
    /// The body did not come in time.
    RequestTimeout,
    /// Too often.
    RateLimited {
        /// Seconds until it may be tried again.
        retry_after: u64,
    },
    /// The database is not there; try again.
    Unavailable,
    /// Our fault.
    Internal,
}

impl Code {
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, "invalid_request", "The request cannot be understood."),
            Self::InvalidEmail => (StatusCode::BAD_REQUEST, "invalid_email", "This is no e-mail address."),
            Self::InvalidPicture => {
                (StatusCode::BAD_REQUEST, "invalid_picture", "This is no picture that can be shown.")
            }
            Self::InvalidClientMetadata => {
                (StatusCode::BAD_REQUEST, "invalid_client_metadata", "A client cannot be registered so.")
            }
            Self::InvalidRedirectUri => (StatusCode::BAD_REQUEST, "invalid_redirect_uri", "Answers cannot go there."),
            Self::SessionRequired => (StatusCode::UNAUTHORIZED, "session_required", "There is no session."),
            Self::InvalidToken => (StatusCode::UNAUTHORIZED, "invalid_token", "The access token opens nothing here."),
            Self::InsufficientScope => {
                (StatusCode::FORBIDDEN, "insufficient_scope", "The access token does not reach so far.")
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "This is not yours to do."),
            Self::VerificationFailed => {
                (StatusCode::UNAUTHORIZED, "verification_failed", "The passkey could not be verified.")
            }
            Self::RecoveryFailed => (StatusCode::UNAUTHORIZED, "recovery_failed", "Name and code do not fit."),
            Self::CsrfFailed => (StatusCode::FORBIDDEN, "csrf_failed", "The page is out of date. Reload it."),
            Self::StepUpRequired => (StatusCode::FORBIDDEN, "step_up_required", "This needs a passkey once more."),
            Self::PolicyRefused => (StatusCode::FORBIDDEN, "policy_refused", "This passkey will not do here."),
            Self::SignUpClosed => (StatusCode::FORBIDDEN, "sign_up_closed", "Accounts cannot be created here."),
            Self::CredentialUnknown { .. } => {
                (StatusCode::NOT_FOUND, "credential_unknown", "This passkey is not known here.")
            }
            Self::CeremonySpent => (StatusCode::CONFLICT, "ceremony_spent", "This ceremony was finished before."),
            Self::UsernameTaken => (StatusCode::CONFLICT, "username_taken", "This name is taken."),
            Self::NameTaken => (StatusCode::CONFLICT, "name_taken", "This name is taken."),
            Self::WouldLockOut => (StatusCode::CONFLICT, "would_lock_out", "Somebody could not sign in any more."),
            Self::PreconditionFailed => {
                (StatusCode::PRECONDITION_FAILED, "precondition_failed", "It was changed meanwhile. Read it again.")
            }
            Self::IdempotencyKeyReused => {
                (StatusCode::CONFLICT, "idempotency_key_reused", "This key came with another request before.")
            }
            Self::OtherSession => (StatusCode::CONFLICT, "other_session", "Somebody else is signed in here."),
            Self::LastPasskey => (StatusCode::CONFLICT, "last_passkey", "Without it there would be no way in."),
            Self::LastAdministrator => (StatusCode::CONFLICT, "last_administrator", "Nobody else could administer."),
            Self::CeremonyExpired => (StatusCode::GONE, "ceremony_expired", "The ceremony took too long."),
            Self::LinkSpent => (StatusCode::GONE, "link_spent", "This link cannot be used any more."),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is nothing here."),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Not with this method."),
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "The body is too large."),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", "The content type must be application/json.")
            }
            Self::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "request_timeout", "The request took too long."),
            Self::RateLimited { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "rate_limited", "Too many requests. Please wait a moment.")
            }
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Please try again in a moment."),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side."),
        }
    }
}

impl Code {
    /// Seconds after which trying again may help.
    pub(super) const fn retry_after(self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after } => Some(retry_after),
            Self::Unavailable => Some(2),
            _ => None,
        }
    }
}

impl From<TooMany> for Code {
    fn from(TooMany { retry_after }: TooMany) -> Self {
        Self::RateLimited { retry_after }
    }
}

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    action: Option<&'static str>,
    detail: Option<String>,
}

impl Problem {
    /// A problem of that code.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, action: None, detail: None }
    }

    /// The same that says what was wrong; never a secret.
    #[must_use]
    pub const fn detailed(code: Code, detail: String) -> Self {
        Self { code, action: None, detail: Some(detail) }
    }

    /// `step_up_required` for that action.
    #[must_use]
    pub const fn step_up(action: &'static str) -> Self {
        Self { code: Code::StepUpRequired, action: Some(action), detail: None }
    }

    /// Status and title, for answers of another shape.
    #[must_use]
    pub const fn told(&self) -> (StatusCode, &'static str) {
        let (status, _, title) = self.code.parts();
        (status, title)
    }

    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code.parts().1
    }

    /// What was wrong, in as many words as there are.
    #[must_use]
    pub fn words(&self) -> &str {
        self.detail.as_deref().unwrap_or(self.code.parts().2)
    }

    /// The document.
    #[must_use]
    pub fn into_response(self, caller: &Caller) -> Response {
        let (status, code, title) = self.code.parts();
        tracing::info!(code, status = status.as_u16(), "a call was refused");
        let mut body = json!({
            "type": "about:blank", "title": title, "status": status.as_u16(),
            "code": code, "request_id": caller.request_id,
        });
        if let Code::CredentialUnknown { signal: true } = self.code {
            body["signal"] = true.into();
        }
        if let Some(detail) = self.detail {
            body["detail"] = detail.into();
        }
        if let Some(action) = self.action {
            body["action"] = action.into();
        }
        let mut response =
            Response::builder().status(status).content_type("application/problem+json").body(body.to_string());
        if matches!(self.code, Code::InvalidToken | Code::InsufficientScope)
            && let Ok(value) = HeaderValue::from_str(&format!("Bearer error=\"{code}\""))
        {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        if let Some(seconds) = self.code.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<Problem> for Code {
    fn from(problem: Problem) -> Self {
        problem.code
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

/// Logs a failure of the store once and says which of the two it is.
impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "the store failed");
        Self::new(if error.is_passing() { Code::Unavailable } else { Code::Internal })
    }
}

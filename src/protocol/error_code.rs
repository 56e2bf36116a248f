//! Error codes of OAuth 2.0 and OpenID Connect, one variant each.

use std::{borrow::Cow, fmt};

/// What goes into the `error` member or parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// RFC 6749 4.1.2.1, 5.2.
    InvalidRequest,
    /// RFC 6749 5.2; the only token error with status 401.
    InvalidClient,
    /// RFC 6749 5.2.
    InvalidGrant,
    /// RFC 6749 4.1.2.1, 5.2.
    UnauthorizedClient,
    /// RFC 6749 5.2.
    UnsupportedGrantType,
    /// RFC 6749 4.1.2.1.
    UnsupportedResponseType,
    /// RFC 6749 4.1.2.1, 5.2.
    InvalidScope,
    /// RFC 6749 4.1.2.1.
    AccessDenied,
    /// RFC 6749 4.1.2.1.
    ServerError,
    /// RFC 6749 4.1.2.1.
    TemporarilyUnavailable,
    /// OIDC Core 3.1.2.6.
    LoginRequired,
    /// OIDC Core 3.1.2.6.
    ConsentRequired,
    /// OIDC Core 3.1.2.6.
    RequestNotSupported,
    /// OIDC Core 3.1.2.6.
    RequestUriNotSupported,
    /// OIDC Core 3.1.2.6.
    InvalidRequestObject,
    /// OIDC Core 3.1.2.6.
    InvalidRequestUri,
    /// OIDC Core 3.1.2.6.
    RegistrationNotSupported,
    /// OpenID Connect Core Unmet Authentication Requirements 1.0.
    UnmetAuthenticationRequirements,
    /// RFC 8707 2.
    InvalidTarget,
    /// RFC 7591 3.2.2.
    InvalidRedirectUri,
    /// RFC 7591 3.2.2.
    InvalidClientMetadata,
    /// RFC 6750 3.1.
    InvalidToken,
    /// RFC 6750 3.1.
    InsufficientScope,
}

impl ErrorCode {
    /// As the specification spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

impl ErrorCode {
    /// Whether it tells whoever builds an app to mend something: neither what went wrong here, nor what a person decides, nor
    /// the answer to an app that only looks whether somebody is signed in (OIDC Core 3.1.2.6).
    #[must_use]
    pub const fn is_for_developers(self) -> bool {
        use ErrorCode as Code;
        !matches!(
            self,
            Code::ServerError
                | Code::TemporarilyUnavailable
                | Code::AccessDenied
                | Code::LoginRequired
                | Code::ConsentRequired
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code and a description for developers: never translated, never a cause, never an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct OAuthError {
    /// The code.
    pub code: ErrorCode,
    /// Characters of RFC 6749 5.2 only.
    pub description: Cow<'static, str>,
}

impl OAuthError {
    /// An error with its description.
    #[must_use]
    pub const fn new(code: ErrorCode, description: &'static str) -> Self {
        Self { code, description: Cow::Borrowed(description) }
    }

    /// An error with words that repeat what came: without the characters that RFC 6749 5.2 forbids.
    #[must_use]
    pub fn told(code: ErrorCode, description: &str) -> Self {
        let allowed = |c: char| if matches!(c, ' '..='!' | '#'..='[' | ']'..='~') { c } else { '_' };
        Self { code, description: Cow::Owned(description.chars().take(500).map(allowed).collect()) }
    }

    /// `invalid_request` with its description.
    #[must_use]
    pub const fn invalid_request(description: &'static str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }
}

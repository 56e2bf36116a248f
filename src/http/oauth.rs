//! Errors of the OAuth endpoints: JSON (RFC 6749 5.2) and `WWW-Authenticate` (RFC 6750 3).

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use serde_json::json;

use super::Code;
use crate::{
    limits::TooMany,
    protocol::error_code::{ErrorCode, OAuthError},
    store,
};

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub struct OAuthFailure {
    status: StatusCode,
    error: Option<OAuthError>,
    challenge: Option<String>,
    retry_after: Option<u64>,
}

impl OAuthFailure {
    /// A token endpoint error: 401 with a challenge for `invalid_client` that came by header, 400 otherwise.
    #[must_use]
    pub fn token(error: OAuthError, by_header: bool) -> Self {
        let is_client = error.code == ErrorCode::InvalidClient;
        Self {
            status: if is_client { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST },
            challenge: (is_client && by_header).then(|| r#"Basic realm="token", charset="UTF-8""#.to_owned()),
            error: Some(error),
            retry_after: None,
        }
    }

    /// A bearer error; without an error when no token came (RFC 6750 3.1).
    #[must_use]
    pub fn bearer(error: Option<OAuthError>) -> Self {
        let status = match error.as_ref().map(|e| e.code) {
            Some(ErrorCode::InsufficientScope) => StatusCode::FORBIDDEN,
            Some(ErrorCode::InvalidRequest) => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        };
        let challenge = match &error {
            None => "Bearer".to_owned(),
            Some(e) => format!(r#"Bearer error="{}", error_description="{}""#, e.code, e.description),
        };
        Self { status, error, challenge: Some(challenge), retry_after: None }
    }

    /// Any status with any error.
    #[must_use]
    pub fn status(status: StatusCode, code: ErrorCode, description: &'static str) -> Self {
        let retry_after = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(2);
        Self { status, error: Some(OAuthError::new(code, description)), challenge: None, retry_after }
    }

    /// Too often. RFC 6749 has no code for it; 429 says it.
    #[must_use]
    pub fn too_many(TooMany { retry_after }: TooMany) -> Self {
        let description = "too many requests; wait as long as Retry-After says";
        let failure = Self::status(StatusCode::TOO_MANY_REQUESTS, ErrorCode::TemporarilyUnavailable, description);
        Self { retry_after: Some(retry_after), ..failure }
    }

    /// What the app is told.
    #[must_use]
    pub const fn error(&self) -> Option<&OAuthError> {
        self.error.as_ref()
    }

    /// The response.
    #[must_use]
    pub fn into_response(self) -> Response {
        let code = self.error.as_ref().map_or("no_token", |error| error.code.as_str());
        tracing::info!(code, status = self.status.as_u16(), "an OAuth request was refused");
        let builder = Response::builder().status(self.status);
        let mut response = match self.error {
            Some(e) => {
                let body = json!({"error": e.code.as_str(), "error_description": e.description});
                builder.content_type("application/json").body(body.to_string())
            }
            None => builder.finish(),
        };
        if let Some(Ok(value)) = self.challenge.map(|text| HeaderValue::from_str(&text)) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// Logs a failure of the store once.
impl From<store::Error> for OAuthFailure {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "the store failed");
        match error.is_passing() {
            true => Self::status(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::TemporarilyUnavailable,
                "please try again in a moment",
            ),
            false => {
                Self::status(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::ServerError, "something went wrong here")
            }
        }
    }
}

/// What every endpoint refuses alike, as OAuth says it.
impl From<Code> for OAuthFailure {
    fn from(code: Code) -> Self {
        let (status, description) = match code {
            Code::RateLimited { retry_after } => return Self::too_many(TooMany { retry_after }),
            Code::Unavailable => {
                let (status, error) = (StatusCode::SERVICE_UNAVAILABLE, ErrorCode::TemporarilyUnavailable);
                return Self::status(status, error, "this took too long");
            }
            Code::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "the body did not come in time"),
            Code::UnsupportedMediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "the content coding is not known"),
            Code::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "not with this method"),
            Code::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            Code::InvalidRequest => (StatusCode::BAD_REQUEST, "the request cannot be understood"),
            // No endpoint of OAuth has any of these to say.
            _ => {
                return Self::status(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    ErrorCode::ServerError,
                    "something went wrong here",
                );
            }
        };
        Self::status(status, ErrorCode::InvalidRequest, description)
    }
}

//! Refusals of the administration API.

use poem_openapi::ApiResponse;

use crate::openapi::{describe::ProblemJson, errors::Problem};

/// Refusals of the administration API.
#[derive(ApiResponse)]
pub enum AdminRefusal {
    /// `invalid_request`, `invalid_email`, `invalid_client_metadata` or `invalid_redirect_uri`; `detail` says what is wrong.
    #[oai(status = 400)]
    BadRequest(ProblemJson<Problem>),
    /// `session_required` or `invalid_token`.
    #[oai(status = 401)]
    Unauthorized(ProblemJson<Problem>),
    /// `insufficient_scope`, `forbidden`, `csrf_failed` or `step_up_required`.
    #[oai(status = 403)]
    Forbidden(ProblemJson<Problem>),
    /// `not_found`.
    #[oai(status = 404)]
    NotFound(ProblemJson<Problem>),
    /// `method_not_allowed`.
    #[oai(status = 405)]
    MethodNotAllowed(ProblemJson<Problem>),
    /// `request_timeout`.
    #[oai(status = 408)]
    RequestTimeout(ProblemJson<Problem>),
    /// `username_taken`, `name_taken`, `last_administrator`, `would_lock_out` or `idempotency_key_reused`.
    #[oai(status = 409)]
    Conflict(ProblemJson<Problem>),
    /// `precondition_failed`.
    #[oai(status = 412)]
    PreconditionFailed(ProblemJson<Problem>),
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

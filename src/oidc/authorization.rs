//! The authorization endpoint (RFC 6749 3.1, OIDC Core 3.1.2): the only place that issues codes.

pub mod consent;
pub mod endpoint;
mod interaction;
mod request_object;
mod response;
pub mod resume;
mod step;

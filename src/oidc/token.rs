//! The token endpoint (RFC 6749 3.2, OIDC Core 3.1.3), one file per grant.

mod authorization_code;
mod client_credentials;
pub mod endpoint;
mod refresh_token;
mod resource;
mod response;

//! OAuth 2.0 and OpenID Connect endpoints.

pub mod authorization;
pub mod client_authentication;
pub mod discovery;
mod issue;
pub mod logout;
pub mod token;
pub mod userinfo;

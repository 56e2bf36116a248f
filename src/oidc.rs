//! OAuth 2.0 and OpenID Connect endpoints.

pub mod access_token;
pub mod authorization;
pub mod client_authentication;
pub mod discovery;
mod id_token;
mod id_token_hint;
pub mod introspection;
mod issue;
pub mod logout;
pub mod logout_token;
pub mod registration;
mod replay;
pub mod revocation;
pub mod token;
pub mod userinfo;

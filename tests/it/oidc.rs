//! OpenID Connect over HTTP.

mod authorization;
mod consent;
mod discovery;
mod token;
mod userinfo;

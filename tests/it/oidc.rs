//! OpenID Connect over HTTP.

mod authorization;
mod consent;
mod discovery;
mod hostile;
mod token;
mod userinfo;

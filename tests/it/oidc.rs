//! OpenID Connect over HTTP.

mod assertions;
mod authorization;
mod client_credentials;
mod consent;
mod discovery;
mod hostile;
mod introspection;
mod logout;
mod outbound;
mod parameters;
mod refresh_token;
mod registration;
mod response_modes;
mod token;
mod userinfo;

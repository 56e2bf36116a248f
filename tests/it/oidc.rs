//! OpenID Connect over HTTP.

pub mod assertions;
mod attacks;
mod authorization;
mod certification;
mod changed_since;
mod client_credentials;
mod consent;
mod discovery;
mod dynamic_op;
mod hostile;
mod introspection;
mod logout;
mod outbound;
mod parameters;
mod refresh_token;
mod registration;
mod request_objects;
mod response_modes;
mod strange_keys;
mod token;
mod userinfo;

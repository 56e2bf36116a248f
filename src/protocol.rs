//! The specifications' own words and rules, pure: no HTTP, no database, no clock.

pub mod acr_amr;
pub mod authorization_checks;
pub mod authorization_request;
pub mod claims;
pub mod client;
pub mod client_metadata;
pub mod discovery_metadata;
pub mod error_code;
pub mod grant_type;
pub mod id_token;
pub mod jwk;
pub mod parameters;
pub mod pkce;
pub mod prompt;
pub mod redirect_uri;
pub mod role;
pub mod scope;
pub mod signing_algorithm;
pub mod subject;
pub mod username;

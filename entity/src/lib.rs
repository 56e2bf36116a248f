//! Tables of Claviger as SeaORM entities: one file per table, no logic, no clock.

pub mod access_token;
pub mod audit_event;
pub mod authorization_code;
pub mod authorization_request;
pub mod challenge;
pub mod client;
pub mod client_logo;
pub mod client_secret;
pub mod consent;
pub mod credential;
pub mod data_key;
pub mod email_link;
pub mod enrollment_link;
pub mod job;
pub mod recovery_code;
pub mod refresh_token;
pub mod registration_token;
pub mod replayed_jti;
pub mod resource;
pub mod session;
pub mod session_client;
pub mod setting;
pub mod signing_key;
pub mod step_up;
pub mod token_family;
pub mod user;

//! All SQL. One file per aggregate; dialects differ here and nowhere else.

pub mod access_token;
pub mod audit_log;
pub mod authorization_code;
pub mod authorization_request;
pub mod bearer;
pub mod challenge;
pub mod client;
pub mod client_logo;
mod columns;
pub mod connection;
pub mod consent;
pub mod credential;
pub mod data_key;
pub mod enrollment_link;
mod error;
pub mod expired;
mod group;
pub mod job;
pub mod migrate;
pub mod notice;
pub mod outbox;
pub mod refresh_token;
pub mod registration_token;
pub mod replayed_jti;
pub mod resource;
pub mod session;
pub mod setting;
pub mod signing_key;
pub mod subject;
pub mod token_family;
mod transaction;
pub mod user;

pub use connection::{Counts, Reader, Store};
pub use error::Error;
pub use transaction::Tx;

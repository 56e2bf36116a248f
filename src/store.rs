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
pub mod email_link;
pub mod enrollment_link;
pub mod epoch;
mod error;
pub mod expired;
pub mod group;
pub mod identity;
pub mod job;
pub mod migrate;
pub mod notice;
pub mod outbox;
pub mod picture;
pub mod recovery_code;
pub mod recovery_request;
pub mod refresh_token;
pub mod registration_token;
pub mod replayed_jti;
pub mod resource;
pub mod session;
pub mod setting;
mod shared_commit;
pub mod signing_key;
pub mod step_up;
pub mod subject;
pub mod task;
pub mod token_family;
mod transaction;
pub mod user;

pub use connection::{Counts, Reader, Store};
pub use error::Error;
/// What questions are asked of: a [`Reader`], or a [`Tx`] that holds locks.
pub use sea_orm::ConnectionTrait as Connection;
pub use transaction::Tx;

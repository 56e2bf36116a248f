//! Claviger: an OpenID Provider whose only primary authenticator is a passkey.
#![forbid(unsafe_code)]

pub mod audit;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod keys;
pub mod policy;
pub mod protocol;
pub mod store;
pub mod urls;
pub mod words;

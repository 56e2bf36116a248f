//! Claviger: an OpenID Provider whose only primary authenticator is a passkey.
#![forbid(unsafe_code)]

pub mod account;
pub mod admin;
pub mod app;
pub mod attestation;
pub mod audit;
pub mod claims;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod demo;
pub mod guides;
pub mod http;
pub mod jobs;
pub mod keys;
pub mod limits;
pub mod listen;
pub mod logging;
pub mod mail;
pub mod metrics;
pub mod oidc;
pub mod openapi;
pub mod outbound;
pub mod policy;
pub mod protocol;
pub mod registration;
pub mod router;
pub mod session;
pub mod store;
pub mod urls;
pub mod webauthn;
pub mod words;

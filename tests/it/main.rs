//! The one integration binary: it runs on SQLite, and with `TEST_DATABASE_URL` on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests end where something is not as it should be"
)]

mod account;
mod admin;
mod architecture;
mod budget;
mod canary;
mod cli;
mod faults;
mod harness;
mod http;
mod jobs;
mod jws;
mod keys_at_rest;
mod listen;
mod mail;
mod migrations;
mod oidc;
mod openapi;
mod races;
mod reference;
mod schemathesis;
mod signing_keys;
mod store;
mod webauthn;

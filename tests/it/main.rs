//! The one integration binary: it runs on SQLite, and with `TEST_DATABASE_URL` on PostgreSQL.

mod architecture;
mod budget;
mod harness;
mod http;
mod keys_at_rest;
mod migrations;
mod oidc;
mod races;
mod store;
mod webauthn;

//! The administration API (`/api/admin/v1`), one file per resource.

pub mod audit;
pub mod audit_export;
pub mod clients;
pub(super) mod conditional;
pub mod consents;
pub mod credentials;
pub mod groups;
mod idempotency;
pub mod invitations;
pub mod keys;
pub mod preview;
pub mod refusals;
pub mod sessions;
pub mod settings;
pub mod sign_up_tokens;
pub mod statistics;
pub mod users;
pub mod webhooks;

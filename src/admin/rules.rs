//! What may be done, and what it takes along: asked by the API and by the commands alike.

pub mod clients;
pub mod credentials;
pub mod groups;
pub mod links;
pub mod lock_out;
pub mod sessions;
pub mod settings;
pub mod sign_up_tokens;
pub mod users;
pub mod webhooks;

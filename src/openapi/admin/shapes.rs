//! What the administration API takes and answers.
#![expect(clippy::large_enum_variant, reason = "none of them is ever made")]

mod clients;
mod groups;
mod holdings;
mod lists;
mod people;
mod service;
mod settings;
mod sign_up_tokens;
mod webhooks;

pub use clients::*;
pub use groups::*;
pub use holdings::*;
pub use lists::*;
pub use people::*;
pub use service::*;
pub use settings::*;
pub use sign_up_tokens::*;
pub use webhooks::*;

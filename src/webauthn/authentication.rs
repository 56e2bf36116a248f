//! `/webauthn/authentication/{begin,finish}`: signing in, or showing once more who one is.

mod begin;
mod finish;
mod step_up;

pub use begin::post as begin;
pub use finish::post as finish;

/// Binds sealed states to this kind of ceremony.
const KIND: &str = "webauthn.authentication";

//! `/webauthn/authentication/{begin,finish}`: signing in, or showing once more who one is.

mod begin;
mod finish;
mod new_device;
mod step_up;

pub use begin::post as begin;
pub use finish::post as finish;
pub(super) use finish::{Opened, complete};

/// Binds sealed states to this kind of ceremony.
pub(super) const KIND: &str = "webauthn.authentication";

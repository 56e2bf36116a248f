//! `/webauthn/registration/{begin,finish}`: a passkey for the holder of a link, with a new account, or one more.

mod admit;
mod begin;
mod finish;

pub use begin::post as begin;
pub use finish::post as finish;
pub(super) use finish::{Opened, complete};

/// Binds sealed states to this kind of ceremony.
pub(super) const KIND: &str = "webauthn.registration";

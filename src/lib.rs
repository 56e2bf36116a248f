//! Claviger: an OpenID Provider whose only primary authenticator is a passkey.
#![forbid(unsafe_code)]

pub mod clock;
pub mod crypto;
pub mod protocol;

//! Signing keys: one ring per algorithm, parsed once, our own JWS encoder, the JWK Set.

mod key_set;
mod ring;
mod signer;

pub use key_set::KeySet;
pub use ring::{ensure, load};
pub use signer::{GeneratedKey, Signer, SigningFailed};

//! Signing keys: one ring per algorithm, parsed once, our own JWS encoder, the JWK Set.

mod key_set;
mod plan;
mod ring;
mod signer;

pub use key_set::KeySet;
pub use plan::Ask;
pub use ring::{Change, Prepared, Turn, What, load};
pub use signer::{GeneratedKey, Signer, SigningFailed};

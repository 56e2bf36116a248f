//! Cryptographic parts that know nothing of the product: randomness, sealing, hashing, secrets.

pub mod aead;
pub mod data_keys;
pub mod document;
pub mod key_encryption;
pub mod mac;
pub mod random;
pub mod recovery_code;
pub mod seal;
pub mod secret;
pub mod token;

//! AES-256-GCM with a fresh random nonce for each seal. Blob: version, nonce, ciphertext with tag.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::random::{Rng, bytes};

const VERSION: u8 = 1;

/// A 256-bit key, expanded once and kept.
pub struct Key {
    key: LessSafeKey,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Key {
    /// Expands the key.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the length is in the type")]
    pub fn new(bytes: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("AES-256 takes 32 bytes");
        Self { key: LessSafeKey::new(key) }
    }

    /// Seals `plaintext`; it opens only with the same context.
    #[must_use]
    #[expect(clippy::expect_used, reason = "sealing fails only beyond 64 GiB")]
    pub fn seal(&self, rng: &dyn Rng, context: &Context, plaintext: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = bytes(rng);
        let mut out = plaintext.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(&context.0), &mut out)
            .expect("the plaintext is small");
        [&[VERSION][..], &nonce, &out].concat()
    }

    /// Opens a blob, or `None`: why it does not open is nobody's business.
    #[must_use]
    pub fn open(&self, context: &Context, blob: &[u8]) -> Option<Vec<u8>> {
        let (version, rest) = blob.split_first()?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
        if *version != VERSION {
            return None;
        }
        let mut data = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let length = self.key.open_in_place(nonce, Aad::from(&context.0), &mut data).ok()?.len();
        data.truncate(length);
        Some(data)
    }
}

/// What a sealed value is bound to, as additional authenticated data: parts with their lengths.
pub struct Context(Vec<u8>);

impl Context {
    /// Binds to these parts in this order.
    #[must_use]
    pub fn new(parts: &[&[u8]]) -> Self {
        let mut out = Vec::new();
        for part in parts {
            out.extend((part.len() as u64).to_be_bytes());
            out.extend(*part);
        }
        Self(out)
    }

    /// A sealed column: table, column, row and user, so that values can't be moved.
    #[must_use]
    pub fn column(table: &str, column: &str, row: &uuid::Uuid, user: Option<&uuid::Uuid>) -> Self {
        Self::new(&[table.as_bytes(), column.as_bytes(), row.as_bytes(), user.map_or(&[], |u| u.as_bytes())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SeededRng;

    #[test]
    fn opens_only_whole_and_in_its_context() {
        let (key, rng) = (Key::new(&[7; 32]), SeededRng::new(1));
        let context = Context::new(&[b"a", b"b"]);
        let blob = key.seal(&rng, &context, b"secret");
        assert_eq!(key.open(&context, &blob).unwrap(), b"secret");
        assert!(key.open(&Context::new(&[b"ab"]), &blob).is_none());
        assert!(Key::new(&[8; 32]).open(&context, &blob).is_none());
        for at in 0..blob.len() {
            let mut bent = blob.clone();
            bent[at] ^= 1;
            assert!(key.open(&context, &bent).is_none(), "bit flipped in byte {at}");
            assert!(key.open(&context, &blob[..at]).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn two_seals_of_one_value_differ() {
        let (key, rng) = (Key::new(&[7; 32]), SeededRng::new(1));
        let context = Context::new(&[]);
        assert_ne!(key.seal(&rng, &context, b"x"), key.seal(&rng, &context, b"x"));
    }
}

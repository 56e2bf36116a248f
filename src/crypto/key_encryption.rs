//! Key-encryption keys: they wrap data keys and nothing else. The first wraps, all unwrap.

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    aead::{Context, Key},
    mac::{base64url, from_base64url, sha256},
    random::{Rng, bytes},
};

/// The ordered list of `security.encryption_keys`.
#[derive(Debug)]
pub struct KeyEncryptionKeys(Vec<KeyEncryptionKey>);

#[derive(Debug)]
struct KeyEncryptionKey {
    id: String,
    key: Key,
}

impl KeyEncryptionKeys {
    /// Parses base64url keys of 32 bytes; the error is the index of the bad one.
    ///
    /// # Errors
    /// The index of the first entry that is no key.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Self, usize> {
        let parse = |(index, text): (usize, &S)| {
            let bytes = Zeroizing::new(from_base64url(text.as_ref().trim()).ok_or(index)?);
            let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(bytes.as_slice().try_into().map_err(|_| index)?);
            // A digest with its own label names the key without telling anything of it.
            let id = base64url(&sha256(&[b"claviger key id", &bytes[..]].concat())[..6]);
            Ok(KeyEncryptionKey { id, key: Key::new(&bytes) })
        };
        texts.iter().enumerate().map(parse).collect::<Result<_, _>>().map(Self)
    }

    /// A fresh key in the form that [`Self::parse`] takes.
    pub fn generate(rng: &dyn Rng) -> String {
        base64url(&bytes::<32>(rng))
    }

    /// Whether there is no key at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ids of all keys, for messages.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        self.0.iter().map(|k| k.id.as_str()).collect()
    }

    /// Wraps a data key with the first key; gives that key's id and the blob. `None` without keys.
    #[must_use]
    pub fn wrap(&self, rng: &dyn Rng, row: &Uuid, purpose: &str, data_key: &[u8]) -> Option<(String, Vec<u8>)> {
        let first = self.0.first()?;
        Some((first.id.clone(), first.key.seal(rng, &context(row, purpose), data_key)))
    }

    /// Unwraps with the key of that id.
    #[must_use]
    pub fn unwrap(&self, id: &str, row: &Uuid, purpose: &str, wrapped: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        let key = self.0.iter().find(|k| k.id == id)?;
        let plain = Zeroizing::new(key.key.open(&context(row, purpose), wrapped)?);
        plain.as_slice().try_into().ok().map(Zeroizing::new)
    }
}

fn context(row: &Uuid, purpose: &str) -> Context {
    Context::new(&[b"data_keys", row.as_bytes(), purpose.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SeededRng;

    #[test]
    fn rotation_reads_the_old_and_writes_the_new() {
        let rng = SeededRng::new(1);
        let (old, new) = (KeyEncryptionKeys::generate(&rng), KeyEncryptionKeys::generate(&rng));
        let before = KeyEncryptionKeys::parse(&[&old]).unwrap();
        let after = KeyEncryptionKeys::parse(&[&new, &old]).unwrap();
        let row = Uuid::nil();
        let (id, blob) = before.wrap(&rng, &row, "seal", &[9; 32]).unwrap();
        assert_eq!(*after.unwrap(&id, &row, "seal", &blob).unwrap(), [9; 32]);
        assert!(after.unwrap(&id, &row, "csrf", &blob).is_none());
        assert_ne!(after.wrap(&rng, &row, "seal", &[9; 32]).unwrap().0, id);
        assert!(KeyEncryptionKeys::parse(&["short"]).is_err());
    }
}

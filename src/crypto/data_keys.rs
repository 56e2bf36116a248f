//! Data keys: one random key per purpose. Nothing ever replaces `sid` or `pairwise`.

use std::fmt;

use zeroize::Zeroizing;

use super::{aead::Key, seal::Sealer};

/// What a data key is for; the names are those of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Private signing keys.
    SigningKeys,
    /// COSE keys of passkeys.
    Credentials,
    /// Values that travel through the browser.
    Seal,
    /// CSRF tokens.
    Csrf,
    /// `sid` claims.
    Sid,
    /// Pairwise subjects.
    Pairwise,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 6] =
        [Self::SigningKeys, Self::Credentials, Self::Seal, Self::Csrf, Self::Sid, Self::Pairwise];

    /// The row's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SigningKeys => "signing_keys",
            Self::Credentials => "credentials",
            Self::Seal => "seal",
            Self::Csrf => "csrf",
            Self::Sid => "sid",
            Self::Pairwise => "pairwise",
        }
    }
}

/// The unwrapped keys, in memory only.
pub struct DataKeys {
    /// Seals private signing keys.
    pub signing_keys: Key,
    /// Seals COSE keys.
    pub credentials: Key,
    /// Seals what travels.
    pub sealer: Sealer,
    /// MAC key of CSRF tokens.
    pub csrf: Zeroizing<[u8; 32]>,
    /// MAC key of `sid`.
    pub sid: Zeroizing<[u8; 32]>,
    /// MAC key of pairwise subjects.
    pub pairwise: Zeroizing<[u8; 32]>,
}

impl DataKeys {
    /// Takes the key of each purpose from `key`.
    ///
    /// # Errors
    /// The first error of `key`.
    pub fn collect<E>(mut key: impl FnMut(Purpose) -> Result<Zeroizing<[u8; 32]>, E>) -> Result<Self, E> {
        Ok(Self {
            signing_keys: Key::new(&*key(Purpose::SigningKeys)?),
            credentials: Key::new(&*key(Purpose::Credentials)?),
            sealer: Sealer::new(&*key(Purpose::Seal)?),
            csrf: key(Purpose::Csrf)?,
            sid: key(Purpose::Sid)?,
            pairwise: key(Purpose::Pairwise)?,
        })
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

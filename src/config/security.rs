//! `[security]`

use serde::{Deserialize, Deserializer};

/// Keys at rest.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// Key-encryption keys of `claviger key generate`: the first wraps, all unwrap.
    #[serde(deserialize_with = "one_or_many")]
    pub encryption_keys: Vec<String>,
}

/// A list, or one string with commas: a type error would print the key.
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        One(String),
        Many(Vec<String>),
    }
    // The derived error names no value, only that nothing fits.
    Ok(match Written::deserialize(deserializer)? {
        Written::One(text) => text.split(',').map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()).collect(),
        Written::Many(keys) => keys,
    })
}

impl std::fmt::Debug for Security {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Security").field("encryption_keys", &"[redacted]").finish()
    }
}

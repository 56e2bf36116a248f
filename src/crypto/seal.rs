//! Sealed, expiring values that travel through a browser: ceremony state, continuations, sign-out intents.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    aead::{Context, Key},
    mac::{base64url, from_base64url},
    random::Rng,
};
use crate::clock::Time;

/// Seals values under the `seal` data key.
#[derive(Debug)]
pub struct Sealer {
    key: Key,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    expires_at: i64,
    value: T,
}

impl Sealer {
    /// A sealer over the data key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self { key: Key::new(key) }
    }

    /// Seals `value` for `purpose` and `binding` (the browser, say) until `expires_at`; base64url.
    ///
    /// # Errors
    /// When the value has no JSON form.
    pub fn seal<T: Serialize>(
        &self,
        rng: &dyn Rng,
        purpose: &str,
        binding: &[u8],
        expires_at: Time,
        value: &T,
    ) -> Result<String, serde_json::Error> {
        let plain = serde_json::to_vec(&Envelope { expires_at: expires_at.timestamp_micros(), value })?;
        Ok(base64url(&self.key.seal(rng, &context(purpose, binding), &plain)))
    }

    /// Opens what [`Self::seal`] made. Foreign, altered, misdirected, expired: all are `None`.
    #[must_use]
    pub fn open<T: DeserializeOwned>(&self, purpose: &str, binding: &[u8], now: Time, sealed: &str) -> Option<T> {
        let plain = self.key.open(&context(purpose, binding), &from_base64url(sealed)?)?;
        let envelope: Envelope<T> = serde_json::from_slice(&plain).ok()?;
        (now.timestamp_micros() < envelope.expires_at).then_some(envelope.value)
    }
}

fn context(purpose: &str, binding: &[u8]) -> Context {
    Context::new(&[b"seal", purpose.as_bytes(), binding])
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::*;
    use crate::crypto::random::SeededRng;

    #[test]
    fn opens_for_its_purpose_binding_and_time_alone() {
        let (sealer, rng, now) = (Sealer::new(&[1; 32]), SeededRng::new(1), DateTime::UNIX_EPOCH);
        let sealed = sealer.seal(&rng, "p", b"browser", now + Duration::seconds(5), &"v".to_owned()).unwrap();
        let open = |purpose, binding: &[u8], at| sealer.open::<String>(purpose, binding, at, &sealed);
        assert_eq!(open("p", b"browser", now).as_deref(), Some("v"));
        assert!(open("q", b"browser", now).is_none());
        assert!(open("p", b"other", now).is_none());
        assert!(open("p", b"browser", now + Duration::seconds(5)).is_none());
    }
}

//! Signed messages about events, as Standard Webhooks 1.0 has them: <https://www.standardwebhooks.com>.

use uuid::Uuid;

use crate::crypto::{
    mac::{base64, from_base64, hmac_sha256_plain},
    secret::Secret,
};

/// What stands before a secret.
pub const SECRET_PREFIX: &str = "whsec_";

/// The event of a test.
pub const TEST: &str = "webhook.test";

/// A secret as the receiver has it.
#[must_use]
pub fn secret(random: &[u8; 32]) -> Secret<String> {
    Secret::new(format!("{SECRET_PREFIX}{}", base64(random)))
}

/// `webhook-signature` of a message: its version, and an HMAC-SHA-256 over id, time in seconds and body. `None` for what is no
/// secret.
#[must_use]
pub fn signature(secret: &str, (id, at): (Uuid, i64), body: &str) -> Option<String> {
    let key = from_base64(secret.strip_prefix(SECRET_PREFIX)?)?;
    let tag = hmac_sha256_plain(&key, format!("{id}.{at}.{body}").as_bytes());
    Some(format!("v1,{}", base64(&tag)))
}

/// Whether a receiver that asked for these wants this event: by name, by what stands before its dot, or all.
#[must_use]
pub fn wants(events: &[String], event: &str) -> bool {
    let fits = |pattern: &String| match pattern.strip_suffix('*') {
        Some(beginning) => event.starts_with(beginning),
        None => pattern == event,
    };
    events.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_receivers_verify_it() {
        let id = "0190b6c0-0000-7000-8000-000000000000".parse().unwrap();
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signed = signature(secret, (id, 1_614_265_330), r#"{"test": 2432232314}"#).unwrap();
        // Made with Python's hmac.
        assert_eq!(signed, "v1,AdbuVe6mtCNckZNbKnBDE7p8oh4iN9aAwZErFExgn18=");
        assert!(signature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", (id, 0), "").is_none());
    }

    #[test]
    fn events_are_asked_for_by_name_beginning_or_all() {
        let of = |events: &[&str]| events.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        for (events, wanted) in [
            (of(&["user.created"]), true),
            (of(&["user.*"]), true),
            (of(&["*"]), true),
            (of(&["group.*", "user"]), false),
        ] {
            assert_eq!(wants(&events, "user.created"), wanted, "{events:?}");
        }
    }
}

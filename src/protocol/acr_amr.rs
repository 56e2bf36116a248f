//! What a ceremony proves: `acr` (OpenID Connect EAP ACR Values 1.0) and `amr` (RFC 8176).

use serde::{Deserialize, Serialize};

/// Phishing-resistant.
pub const ACR_PHR: &str = "phr";

/// Phishing-resistant and hardware-protected.
pub const ACR_PHRH: &str = "phrh";

/// The values that a session carries from its ceremony and that ID tokens repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// None after an enrolment.
    pub acr: Option<String>,
    /// Methods, in a fixed order.
    pub amr: Vec<String>,
}

impl Assurance {
    /// A user-verified assertion. `swk` for a synced key; a device-bound key alone proves no hardware, a maker's word does.
    #[must_use]
    pub fn authentication(backup_eligible: bool, hardware: bool) -> Self {
        let (acr, amr): (_, &[&str]) = match (backup_eligible, hardware) {
            (true, _) => (ACR_PHR, &["pop", "swk", "user", "mfa"]),
            (false, false) => (ACR_PHR, &["pop", "user", "mfa"]),
            (false, true) => (ACR_PHRH, &["pop", "hwk", "user", "mfa"]),
        };
        Self { acr: Some(acr.to_owned()), amr: owned(amr) }
    }

    /// An enrolment: somebody was present with a link, no more.
    #[must_use]
    pub fn enrollment() -> Self {
        Self { acr: None, amr: owned(&["user"]) }
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&w| w.to_owned()).collect()
}

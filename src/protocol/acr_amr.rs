//! What a ceremony proves: `acr` (OpenID Connect EAP ACR Values 1.0) and `amr` (RFC 8176).

use serde::{Deserialize, Serialize};

/// Phishing-resistant.
pub const ACR_PHR: &str = "phr";

/// The values that a session carries from its ceremony and that ID tokens repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assurance {
    /// None after an enrolment.
    pub acr: Option<String>,
    /// Methods, in a fixed order.
    pub amr: Vec<String>,
}

impl Assurance {
    /// A user-verified assertion. `swk` for a synced key; a device-bound key alone proves no hardware.
    #[must_use]
    pub fn authentication(backup_eligible: bool) -> Self {
        let amr: &[&str] = if backup_eligible { &["pop", "swk", "user", "mfa"] } else { &["pop", "user", "mfa"] };
        Self { acr: Some(ACR_PHR.to_owned()), amr: owned(amr) }
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

//! Which passkeys are good enough: for the whole service, or for one client. User verification is demanded of all of them, always.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::names::names;

/// What a passkey must be. Empty, it may be any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasskeyPolicy {
    /// It must not be able to leave its device (WebAuthn 6.1.3, BE = 0).
    pub device_bound: bool,
    /// Its maker must have vouched for it, in a chain that leads to somebody trusted (WebAuthn 6.5).
    pub attested: bool,
    /// Its model must be one of these. Without `attested` it is what the authenticator says of itself.
    pub aaguids: Vec<Uuid>,
}

/// What a policy looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Whether it may leave its device.
    pub backup_eligible: bool,
    /// Whether a trusted maker vouched for it when it was made.
    pub attested: bool,
    /// Its model.
    pub aaguid: Uuid,
    /// Whether its model is known to be broken: for what is done now.
    pub compromised: bool,
}

names! {
    /// Who vouched for a passkey when it was made.
    Trust {
        /// Nobody.
        None = "none",
        /// Somebody whom the operator believes whatever they vouch for.
        Authority = "authority",
        /// Whoever vouches for its model, and no other (FIDO Metadata Service).
        Model = "model",
    }
}

impl PasskeyPolicy {
    /// Whether every passkey will do.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether this passkey will do.
    #[must_use]
    pub fn allows(&self, passkey: &Passkey) -> bool {
        let leaves = self.device_bound && passkey.backup_eligible;
        let vouched_for = passkey.attested || !self.attested;
        let chosen = self.aaguids.is_empty() || self.aaguids.contains(&passkey.aaguid);
        !passkey.compromised && !leaves && vouched_for && chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_demand_is_asked() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let any = Passkey { backup_eligible: true, attested: false, aaguid: one, compromised: false };
        let policy = |text: &str| serde_json::from_str::<PasskeyPolicy>(text).unwrap();
        assert!(policy("{}").is_open() && policy("{}").allows(&any));
        assert!(!policy("{}").allows(&Passkey { compromised: true, ..any }));
        let bound = policy(r#"{"device_bound":true}"#);
        assert!(!bound.allows(&any) && bound.allows(&Passkey { backup_eligible: false, ..any }));
        let attested = policy(r#"{"attested":true}"#);
        assert!(!attested.allows(&any) && attested.allows(&Passkey { attested: true, ..any }));
        let model = PasskeyPolicy { aaguids: vec![one], ..PasskeyPolicy::default() };
        assert!(model.allows(&any) && !model.allows(&Passkey { aaguid: other, ..any }) && !model.is_open());
        assert!(serde_json::from_str::<PasskeyPolicy>(r#"{"devicebound":true}"#).is_err());
    }
}

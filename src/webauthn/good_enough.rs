//! Whether a passkey will do: for the service, for the groups of its owner, and for the app that waits.

use uuid::Uuid;

use crate::{
    app::App,
    protocol::{
        client::Client,
        passkey_policy::{Passkey, PasskeyPolicy, Trust},
    },
    store::credential::Credential,
};

/// All that is demanded of a passkey.
pub struct Demands<'a> {
    app: &'a App,
    policies: Vec<PasskeyPolicy>,
}

impl<'a> Demands<'a> {
    /// Of the service and of these groups.
    #[must_use]
    pub fn new(app: &'a App, groups: &[Uuid]) -> Self {
        let mut policies = app.clients.group_policies(groups);
        policies.push(app.passkey_policy.clone());
        Self { app, policies }
    }

    /// And of this client.
    #[must_use]
    pub fn and(mut self, client: Option<&Client>) -> Self {
        self.policies.extend(client.map(|client| client.details.passkey_policy.clone()));
        self
    }

    /// Whether any of them demands that.
    #[must_use]
    pub fn any(&self, is_demanded: impl Fn(&PasskeyPolicy) -> bool) -> bool {
        self.policies.iter().any(is_demanded)
    }

    /// Whether it will do.
    #[must_use]
    pub fn allow(&self, passkey: &Passkey) -> bool {
        self.policies.iter().all(|policy| policy.allows(passkey))
    }

    /// Whether a stored one will do.
    #[must_use]
    pub fn allow_stored(&self, stored: &Credential) -> bool {
        self.allow(&seen(self.app, stored))
    }
}

/// Whether any passkey could be refused; otherwise none need be looked at.
#[must_use]
pub fn is_asked(app: &App, client: Option<&Client>) -> bool {
    !app.passkey_policy.is_open()
        || app.metadata.knows_broken()
        || app.clients.has_group_policies()
        || client.is_some_and(|client| !client.details.passkey_policy.is_open())
}

/// What a policy looks at in a stored passkey.
#[must_use]
pub fn seen(app: &App, stored: &Credential) -> Passkey {
    let aaguid = stored.aaguid();
    Passkey {
        backup_eligible: stored.backup_eligible(),
        attested: stored.attestation_trust() != Trust::None,
        aaguid,
        compromised: app.metadata.find(aaguid).is_some_and(|model| model.keys_are_broken),
    }
}

/// Whether whoever vouches for its model says that its keys are hardware's alone.
#[must_use]
pub fn is_hardware(app: &App, stored: &Credential) -> bool {
    stored.attestation_trust() == Trust::Model
        && app.metadata.find(stored.aaguid()).is_some_and(|model| model.is_hardware)
}

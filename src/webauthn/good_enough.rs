//! Whether a passkey will do: for the service, and for the app that waits.

use crate::{
    app::App,
    protocol::{
        client::Client,
        passkey_policy::{Passkey, Trust},
    },
    store::credential::Credential,
};

/// Whether any passkey could be refused; otherwise none need be looked at.
#[must_use]
pub fn is_asked(app: &App, client: Option<&Client>) -> bool {
    !app.passkey_policy.is_open()
        || app.metadata.knows_broken()
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

/// Whether it will do for the service and for this client.
#[must_use]
pub fn will_do(app: &App, client: Option<&Client>, passkey: &Passkey) -> bool {
    let of_client = |client: &Client| client.details.passkey_policy.allows(passkey);
    app.passkey_policy.allows(passkey) && client.is_none_or(of_client)
}

/// Whether a stored one will do for the service.
#[must_use]
pub fn is_good(app: &App, stored: &Credential) -> bool {
    will_do(app, None, &seen(app, stored))
}

/// Whether whoever vouches for its model says that its keys are hardware's alone.
#[must_use]
pub fn is_hardware(app: &App, stored: &Credential) -> bool {
    stored.attestation_trust() == Trust::Model
        && app.metadata.find(stored.aaguid()).is_some_and(|model| model.is_hardware)
}

//! Whether a passkey will do: for the service, and for the app that waits.

use crate::{
    app::App,
    protocol::{client::Client, passkey_policy::Passkey},
    store::credential::Credential,
};

/// Whether any passkey could be refused; otherwise none need be looked at.
#[must_use]
pub fn is_asked(app: &App, client: Option<&Client>) -> bool {
    !app.passkey_policy.is_open() || client.is_some_and(|client| !client.details.passkey_policy.is_open())
}

/// What a policy looks at in a stored passkey.
#[must_use]
pub fn seen(app: &App, stored: &Credential) -> Passkey {
    let aaguid = stored.aaguid();
    let compromised = is_compromised(app, aaguid);
    Passkey { backup_eligible: stored.backup_eligible(), attested: stored.is_attested(), aaguid, compromised }
}

/// Whether FIDO says that a model is broken.
#[must_use]
pub fn is_compromised(app: &App, aaguid: uuid::Uuid) -> bool {
    app.metadata.find(aaguid).is_some_and(|model| model.is_compromised)
}

/// Whether it will do for the service and for this client.
#[must_use]
pub fn will_do(app: &App, client: Option<&Client>, passkey: &Passkey) -> bool {
    let of_client = |client: &Client| client.details.passkey_policy.allows(passkey);
    app.passkey_policy.allows(passkey) && client.is_none_or(of_client)
}

/// Whether a maker vouched that its keys are hardware's alone.
#[must_use]
pub fn is_hardware(app: &App, passkey: &Passkey) -> bool {
    passkey.attested && app.metadata.find(passkey.aaguid).is_some_and(|model| model.is_hardware)
}

//! Whether a passkey will do: for the service, for the groups of its owner, and for the app that waits.

use uuid::Uuid;

use crate::{
    app::App,
    protocol::{
        client::Client,
        passkey_policy::{Passkey, PasskeyPolicy, Trust},
    },
    store::{
        self, Connection, Tx,
        credential::Credential,
        group::{self, Demanded},
    },
};

/// All that is demanded of a passkey.
pub struct Demands<'a> {
    app: &'a App,
    policies: Vec<PasskeyPolicy>,
}

impl<'a> Demands<'a> {
    /// Of the service, whoever comes.
    #[must_use]
    pub fn of_service(app: &'a App) -> Self {
        Self::of(app, Vec::new())
    }

    /// Of the service, and of the groups that this person belongs to now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of_user<C: Connection>(app: &'a App, connection: &C, user: Uuid) -> Result<Self, store::Error> {
        // Where no group demands anything, nobody's groups are looked up.
        let policies = match app.clients.has_group_policies() {
            true => app.clients.group_policies(&group::list_of_user(connection, user, app.now()).await?),
            false => Vec::new(),
        };
        Ok(Self::of(app, policies))
    }

    /// Of the service, and these.
    #[must_use]
    pub fn of(app: &'a App, mut policies: Vec<PasskeyPolicy>) -> Self {
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

    /// Whether one that will not do could, were it made anew on the same authenticator: all that is missing is its maker's
    /// word, or its model, which browsers hide where nobody asks for it.
    #[must_use]
    pub fn would_allow_anew(&self, stored: &Credential) -> bool {
        let passkey = seen(self.app, stored);
        let vouched_for = Passkey { attested: true, ..passkey };
        let leaves = passkey.backup_eligible && self.any(|policy| policy.device_bound);
        let is_hidden = passkey.aaguid.is_nil() && !leaves && !passkey.compromised;
        !self.allow(&passkey) && !passkey.attested && (self.allow(&vouched_for) || is_hidden)
    }

    /// What is demanded, as ids of words.
    #[must_use]
    pub fn in_words(&self) -> Vec<&'static str> {
        let demands = [
            self.any(|policy| policy.device_bound).then_some("sign-in-device-bound"),
            self.any(|policy| policy.attested).then_some("sign-in-attested"),
            self.any(|policy| !policy.aaguids.is_empty()).then_some("sign-in-models"),
        ];
        demands.into_iter().flatten().collect()
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

/// Whether a passkey opens the account of its owner, as far as the service and their groups go: asked of everybody at once.
///
/// # Errors
/// When the database fails.
pub async fn for_everybody(app: &App, tx: &Tx) -> Result<impl Fn(Uuid, &Credential) -> bool, store::Error> {
    let demanded = Demanded::read(tx, app.now()).await?;
    Ok(move |owner, one: &Credential| Demands::of(app, demanded.of(owner)).allow_stored(one))
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
    stored.described(app.metadata.find(stored.aaguid()).is_some_and(|model| model.keys_are_broken))
}

/// Whether whoever vouches for its model says that its keys are hardware's alone.
#[must_use]
pub fn is_hardware(app: &App, stored: &Credential) -> bool {
    stored.attestation_trust() == Trust::Model
        && app.metadata.find(stored.aaguid()).is_some_and(|model| model.is_hardware)
}

//! Whether passkeys and apps still know this server, and it still takes them: a slip in the configuration must lock nobody out.

use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    cli::error::CliError,
    config::Config,
    store::{
        self, Store,
        credential::{self, Credential},
        identity::{self, Identity},
    },
};

/// What may change at this start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MayChange {
    /// Nothing.
    Nothing,
    /// The issuer, as where any port is taken.
    Issuer,
    /// Everything, at the cost of so many people.
    At(u64),
}

/// What this configuration makes of the server.
fn wanted(config: &Config) -> Identity {
    Identity {
        issuer: config.issuer.as_str().to_owned(),
        rp_id: config.relying_party.id.clone(),
        passkey_policy: config.raw.webauthn.policy(),
    }
}

/// What changed, in words, and how many people it would lock out; `None` when nothing did that costs anybody anything, or nobody
/// has a passkey yet.
pub(super) async fn change(config: &Config, store: &Store) -> Result<Option<(String, u64)>, store::Error> {
    let wanted = wanted(config);
    let Some(before) = identity::find(&store.read()).await?.filter(|before| *before != wanted) else {
        return Ok(None);
    };
    let owners = credential::count_owners(&store.read()).await?;
    if owners == 0 {
        return Ok(None);
    }
    let told = |name: &str, before: &str, now: &str| format!("{name} was {before} and is {now}");
    if before.rp_id != wanted.rp_id {
        return Ok(Some((told("webauthn.rp_id", &before.rp_id, &wanted.rp_id), owners)));
    }
    let had = |one: &Credential| before.passkey_policy.allows(&one.described(false));
    let has = |_, one: &Credential| wanted.passkey_policy.allows(&one.described(false));
    let people = credential::count_owners_losing(&store.read(), had, has).await?;
    let mut what = Vec::new();
    if before.issuer != wanted.issuer {
        what.push(told("server.public_url", &before.issuer, &wanted.issuer));
    }
    if people > 0 {
        what.push(
            "webauthn demands other passkeys of everybody (device_bound_only, attested_only or aaguids)".to_owned(),
        );
    }
    Ok((!what.is_empty()).then(|| (what.join("; "), people)))
}

/// Refuses to go on where people would be locked out, unless somebody said how many; then remembers what is.
pub(super) async fn check(app: &App, may: MayChange) -> Result<(), CliError> {
    let wanted = wanted(&app.config);
    if let Some((what, people)) = change(&app.config, &app.store).await? {
        let accepted = match may {
            MayChange::Nothing => false,
            MayChange::Issuer => people == 0,
            MayChange::At(count) => count == people,
        };
        if !accepted {
            let lost = match people {
                0 => "passkeys would still work, but every app knows people by the old one".to_owned(),
                1 => "one person with passkeys could not sign in any more".to_owned(),
                many => format!("{many} people with passkeys could not sign in any more"),
            };
            let detail =
                format!("{what}: {lost}. Set it back, or, if that is meant, start once with --lock-out {people}");
            return Err(CliError::Configuration(detail));
        }
    }
    let now = app.now();
    let written = app
        .store
        .write(async |tx| {
            let before = identity::find(tx).await?;
            if before.as_ref() == Some(&wanted) {
                return Ok::<_, store::Error>(());
            }
            identity::put(tx, &wanted, now).await?;
            if let Some(before) = before {
                let details = serde_json::json!({
                    "issuer": [before.issuer, wanted.issuer], "rp_id": [before.rp_id, wanted.rp_id],
                    "passkey_policy": [before.passkey_policy, wanted.passkey_policy],
                });
                let entry = Entry { details, ..Entry::default() };
                audit::record(tx, (&*app.rng, now), &Origin::default(), Event::IdentityChanged, entry);
            }
            Ok(())
        })
        .await;
    Ok(written?)
}

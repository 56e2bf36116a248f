//! `claviger key`

use clap::Subcommand;
use serde_json::json;

use super::{error::CliError, open, output::Output};
use crate::{
    admin::objects::KeyObject,
    app::App,
    audit::{self, Entry, Event, Origin},
    config::Config,
    crypto::{key_encryption::KeyEncryptionKeys, random::SystemRng},
    keys::{Ask, Change},
    protocol::signing_algorithm::SigningAlgorithm,
    store::{data_key, signing_key},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key-encryption key for `security.encryption_keys`.
    Generate,
    /// List signing keys.
    List,
    /// Publish new signing keys, which take over in a day.
    Rotate {
        /// One ring only: RS256, ES256, PS256 or EdDSA.
        #[arg(long, value_parser = ring)]
        algorithm: Option<SigningAlgorithm>,
        /// Let them take over at once. Apps that cache the JWK Set fetch it anew when they see an unknown key.
        #[arg(long)]
        now: bool,
    },
    /// Take a signing key away at once: nothing that it signed is believed any more.
    Revoke {
        /// Its `kid`, which may begin with a hyphen.
        #[arg(allow_hyphen_values = true)]
        kid: String,
    },
    /// Wrap the data keys with the first of `security.encryption_keys`; servers may run meanwhile.
    Rewrap,
}

fn ring(name: &str) -> Result<SigningAlgorithm, String> {
    SigningAlgorithm::parse(name).ok_or_else(|| "expected RS256, ES256, PS256 or EdDSA".to_owned())
}

pub(super) async fn run(
    config: impl FnOnce() -> Result<Config, CliError>,
    output: Output,
    command: Command,
) -> Result<(), CliError> {
    match command {
        Command::Generate => {
            let key = KeyEncryptionKeys::generate(&SystemRng::default());
            output.print(&json!({ "encryption_key": key }), |_| key.clone());
            Ok(())
        }
        Command::List => list(config()?, output).await,
        Command::Rotate { algorithm, now } => {
            let rings = algorithm.map_or_else(|| SigningAlgorithm::ALL.to_vec(), |algorithm| vec![algorithm]);
            let app = open::app(config()?).await?;
            turn(&app, output, if now { Ask::RotateNow(rings) } else { Ask::Rotate(rings) }).await
        }
        Command::Revoke { kid } => revoke(config()?, output, &kid).await,
        Command::Rewrap => rewrap(config()?, output).await,
    }
}

async fn list(config: Config, output: Output) -> Result<(), CliError> {
    let app = open::app(config).await?;
    let keys = signing_key::list(&app.store.read(), &app.data_keys.signing_keys).await?;
    output.print(&keys.iter().map(KeyObject::from).collect::<Vec<_>>(), |keys| {
        let line = |key: &KeyObject| {
            let KeyObject { kid, algorithm, state, created_at, .. } = key;
            format!("{kid}  {:<6} {state:<8} since {}", algorithm.as_str(), created_at.to_rfc3339())
        };
        keys.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

async fn turn(app: &App, output: Output, ask: Ask) -> Result<(), CliError> {
    let changes = app.turn_keys(&ask).await?;
    let show = |change: &Change| {
        let what = format!("{:?}", change.what).to_lowercase();
        json!({ "kid": change.kid, "algorithm": change.algorithm, "change": what })
    };
    output.print(&changes.iter().map(show).collect::<Vec<_>>(), |_| match changes.len() {
        0 => "Nothing to do: successors are published already.".to_owned(),
        _ => {
            changes.iter().map(|c| format!("{} {:?}: {:?}", c.kid, c.algorithm, c.what)).collect::<Vec<_>>().join("\n")
        }
    });
    Ok(())
}

async fn revoke(config: Config, output: Output, kid: &str) -> Result<(), CliError> {
    let app = open::app(config).await?;
    let keys = signing_key::list(&app.store.read(), &app.data_keys.signing_keys).await?;
    let found = keys.iter().find(|key| key.kid == kid);
    let id = found.ok_or_else(|| CliError::usage("not_found", format!("there is no signing key {kid}")))?.id;
    turn(&app, output, Ask::Revoke(id)).await
}

async fn rewrap(config: Config, output: Output) -> Result<(), CliError> {
    let (app, keys) = open::app_and_keys(config).await?;
    let now = app.now();
    let count = app
        .store
        .write(async |tx| {
            let count = data_key::rewrap(tx, &keys, &*app.rng).await?;
            let details = json!({ "key_encryption_key": keys.ids().first() });
            let entry = Entry { details, ..Entry::default() };
            audit::record(tx, (&*app.rng, now), &Origin::default(), Event::DataKeysRewrapped, entry);
            Ok::<_, crate::store::Error>(count)
        })
        .await?;
    let wrapped_by = keys.ids().first().map(|id| (*id).to_owned());
    output.print(&json!({ "data_keys": count, "wrapped_by": wrapped_by }), |_| {
        format!("{count} data keys are wrapped by key {} now.", wrapped_by.clone().unwrap_or_default())
    });
    Ok(())
}

//! `claviger registration-token`

use clap::Subcommand;
use serde::Serialize;

use super::{error::CliError, open, output::Output};
use crate::{
    audit::{self, Entry, Event, Origin},
    clock::Time,
    config::Config,
    crypto::token::{self, TokenKind},
    store::{self, registration_token},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a token that lets one app register itself.
    Create {
        /// How long it can be used, such as 2h or 7d.
        #[arg(long, default_value = "7d")]
        lifetime: humantime::Duration,
    },
}

/// What is shown once.
#[derive(Serialize)]
struct Created {
    token: String,
    expires_at: Time,
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    let Command::Create { lifetime } = command;
    let too_long = || CliError::usage("invalid_request", "the lifetime is too long");
    let lifetime = chrono::Duration::from_std(lifetime.into()).map_err(|_| too_long())?;
    let now = app.now();
    let expires_at = now.checked_add_signed(lifetime).ok_or_else(too_long)?;
    let made = token::generate(&*app.rng, TokenKind::RegistrationToken);
    app.store
        .write(async |tx| {
            registration_token::insert(tx, app.uuid(), made.hash, (now, expires_at));
            let event = Event::RegistrationTokenCreated;
            audit::record(tx, (&*app.rng, now), &Origin::default(), event, Entry::default());
            Ok::<_, store::Error>(())
        })
        .await?;
    let created = Created { token: made.token.expose().clone(), expires_at };
    output.print(&created, |created| created.token.clone());
    Ok(())
}

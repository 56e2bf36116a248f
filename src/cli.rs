//! Commands. Each prints what people read, or with `--json` what programs read.

mod administering;
mod apply;
mod audit;
mod client;
mod config;
mod demo;
mod doctor;
mod error;
mod first_administrator;
mod group;
mod health;
mod identity;
mod key;
mod metrics;
mod migrate;
mod open;
mod openapi;
mod output;
mod registration_token;
mod resource;
mod restored;
mod serve;
mod stop;
mod user;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    config::{Config, Mail, Oidc, Raw, Sources, load, load_without},
    logging,
};
use error::CliError;
use output::Output;

/// An OpenID Provider whose only primary authenticator is a passkey.
#[derive(Debug, Parser)]
#[command(name = "claviger", version, about)]
struct Cli {
    /// Configuration file; ./claviger.toml if there is one.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Print JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Arguments),
    /// Try it: a server with open sign-up and a demo app, no configuration needed.
    Demo(demo::Arguments),
    /// Bring the database schema up to date.
    Migrate,
    /// People.
    #[command(subcommand)]
    User(user::Command),
    /// Apps that sign people in.
    #[command(subcommand)]
    Client(client::Command),
    /// Resource servers that access tokens can be meant for.
    #[command(subcommand)]
    Resource(resource::Command),
    /// Groups of people, and what is demanded of their passkeys.
    #[command(subcommand)]
    Group(group::Command),
    /// Make groups, apps and webhooks as a file declares them.
    Apply(apply::Arguments),
    /// Tokens with which apps register themselves.
    #[command(subcommand)]
    RegistrationToken(registration_token::Command),
    /// Keys.
    #[command(subcommand)]
    Key(key::Command),
    /// The audit log.
    Audit(audit::Arguments),
    /// Look for what is wrong with an installation, changing nothing.
    Doctor,
    /// The configuration.
    #[command(subcommand)]
    Config(config::Command),
    /// The OpenAPI documents.
    Openapi(openapi::Arguments),
    /// Say that the database was restored from a backup: devices are told nothing of passkeys that it may lack.
    Restored,
    /// Ask a running server whether it is ready; for container health checks.
    Health,
}

/// Runs the command of this process.
pub async fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        // Help and version are no errors, and go to stdout as people expect.
        Err(error) if !error.use_stderr() || !std::env::args().any(|argument| argument == "--json") => error.exit(),
        Err(error) => {
            let text = error.to_string();
            let detail = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            let error = CliError::usage("usage", detail);
            Output::new(true).error(&error);
            return ExitCode::from(error.exit_code());
        }
    };
    let output = Output::new(cli.json);
    match Box::pin(execute(cli, output)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// People must be let in again even while `[webauthn]` or `[mail]` is wrong: for their commands such problems are warnings. They
/// send no mail.
fn lenient(sources: &Sources) -> Result<Config, CliError> {
    let loaded = match load(sources, |_| ()) {
        Err(error) if error.problems.iter().all(|problem| is_spared(&problem.key)) => {
            eprintln!("warning: {error}");
            load_without(sources, &SPARED, |_| ())?
        }
        loaded => loaded?,
    };
    let oidc = Oidc { outbound_extra_ca: None, ..loaded.raw.oidc };
    let loaded = Config { raw: Raw { mail: Mail::default(), oidc, ..loaded.raw }, ..loaded };
    // Nor does a log file that can't be written keep anybody out.
    let spare = loaded.clone();
    begin(loaded).or_else(|error| {
        eprintln!("warning: {error}");
        Ok(spare)
    })
}

/// Sections without which people can be let in again.
const SPARED: [&str; 2] = ["webauthn", "mail"];

fn is_spared(key: &str) -> bool {
    SPARED.iter().any(|section| key.strip_prefix(section).is_some_and(|rest| rest.starts_with('.')))
}

/// Starts logging, and tells what is odd.
fn begin(config: Config) -> Result<Config, CliError> {
    let file = config.raw.logging.file.clone().unwrap_or_default();
    let refuse = |e| CliError::Configuration(format!("logging.file: {}: {e}", file.display()));
    logging::start(&config.raw.logging).map_err(refuse)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    Ok(config)
}

async fn execute(cli: Cli, output: Output) -> Result<(), CliError> {
    let sources = Sources::of_process(cli.config);
    let config = || begin(load(&sources, |_| ())?);
    match cli.command {
        Command::Serve(arguments) => Box::pin(serve::run(config()?, arguments)).await,
        Command::Demo(arguments) => Box::pin(demo::run(&sources, arguments)).await,
        Command::Migrate => migrate::run(config()?, output).await,
        Command::User(command) => user::run(lenient(&sources)?, output, command).await,
        Command::Client(command) => Box::pin(client::run(config()?, output, command)).await,
        Command::Group(command) => group::run(config()?, output, command).await,
        Command::Apply(arguments) => Box::pin(apply::run(config()?, output, arguments)).await,
        Command::Resource(command) => resource::run(config()?, output, command).await,
        Command::RegistrationToken(command) => registration_token::run(config()?, output, command).await,
        Command::Key(command) => Box::pin(key::run(config, output, command)).await,
        Command::Audit(arguments) => audit::run(config, output, arguments).await,
        Command::Doctor => doctor::run(config()?, output).await,
        Command::Config(command) => config::run(&sources, output, &command),
        Command::Openapi(arguments) => openapi::run(output, &arguments),
        Command::Restored => restored::run(config()?, output).await,
        Command::Health => health::run(config()?).await,
    }
}

//! `claviger config`

use std::fs;

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::{error::CliError, output::Output};
use crate::{
    audit,
    config::{Config, Sources, load, reference},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tell every problem, without starting.
    Check,
    /// Show what counts, secrets redacted.
    Print,
    /// Print the reference of all keys.
    Reference {
        /// Write the generated pages in docs instead, this one among them.
        #[arg(long)]
        write: bool,
    },
}

pub(super) fn run(sources: &Sources, output: Output, command: &Command) -> Result<(), CliError> {
    match command {
        Command::Check => check(&load(sources, |_| ())?, output),
        Command::Print => print(&load(sources, |_| ())?, output),
        Command::Reference { write: false } => {
            output.print(&json!({ "markdown": reference::markdown() }), |_| reference::markdown());
        }
        Command::Reference { write: true } => {
            let write = |path: &str, text: String| {
                fs::write(path, text).map_err(|e| CliError::Unavailable(format!("{path}: {e}")))
            };
            write(reference::MARKDOWN, reference::markdown())?;
            write(reference::EXAMPLE, reference::example())?;
            write(audit::TABLE, audit::table())?;
        }
    }
    Ok(())
}

fn check(config: &Config, output: Output) {
    for warning in &config.warnings {
        eprintln!("warning: {warning}");
    }
    let summary = json!({ "issuer": config.issuer.as_str(), "warnings": config.warnings });
    output.print(&summary, |_| format!("The configuration of {} is fine.", config.issuer.as_str()));
}

fn print(config: &Config, output: Output) {
    let section = |values: Vec<(&'static str, Option<String>)>| -> Value {
        // What is shown as TOML is JSON too: texts, numbers, booleans and lists of texts.
        let value = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        values.into_iter().map(|(key, text)| (key.to_owned(), value(text))).collect::<Map<_, _>>().into()
    };
    let sections: Map<_, _> =
        config.raw.show().into_iter().map(|(name, values)| (name.to_owned(), section(values))).collect();
    output.print(&Value::from(sections), |_| reference::print(&config.raw).trim_end().to_owned());
}

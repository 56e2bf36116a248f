//! `claviger audit`

use clap::Args;
use humantime::Duration;

use super::{error::CliError, open, output::Output};
use crate::{
    config::Config,
    store::audit_log::{self, Stored, Wanted},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How far to look back, such as 24h.
    #[arg(long)]
    since: Option<Duration>,
    /// One event only, such as session.authenticated.
    #[arg(long)]
    event: Option<String>,
    /// The request that an error page mentions.
    #[arg(long)]
    request: Option<String>,
    /// How many lines at most, the newest.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    limit: u64,
}

pub(super) async fn run(
    config: impl FnOnce() -> Result<Config, CliError>,
    output: Output,
    arguments: Arguments,
) -> Result<(), CliError> {
    let app = open::app(config()?).await?;
    let since = arguments.since.and_then(|span| chrono::Duration::from_std(span.into()).ok());
    let wanted = Wanted {
        since: since.and_then(|span| app.now().checked_sub_signed(span)),
        event: arguments.event,
        request_id: arguments.request,
    };
    let lines = audit_log::list(&app.store.read(), &wanted, arguments.limit).await?;
    output.print(&lines, |lines| lines.iter().map(line).collect::<Vec<_>>().join("\n"));
    Ok(())
}

fn line(stored: &Stored) -> String {
    let of = |name: &str, value: Option<String>| value.map_or_else(String::new, |value| format!(" {name}={value}"));
    let details = (!stored.details.is_null()).then(|| stored.details.to_string());
    [
        format!("{} {} {}", stored.at.format("%Y-%m-%dT%H:%M:%SZ"), stored.event, stored.outcome),
        of("actor", stored.actor.map(|id| id.to_string())),
        of("subject", stored.subject.map(|id| id.to_string())),
        of("client", stored.client.clone()),
        of("ip", stored.ip.clone()),
        of("request", stored.request_id.clone()),
        of("details", details),
    ]
    .concat()
}

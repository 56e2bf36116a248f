//! `claviger doctor`: looks at an installation from outside and inside, and changes nothing.

mod checks;

use serde::Serialize;

use super::{error::CliError, output::Output};
use crate::config::Config;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Ok,
    Warning,
    Problem,
}

/// One check.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    outcome: Outcome,
    detail: String,
}

impl Finding {
    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Ok, detail: detail.into() }
    }

    fn warning(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Warning, detail: detail.into() }
    }

    fn problem(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, outcome: Outcome::Problem, detail: detail.into() }
    }
}

pub(super) async fn run(config: Config, output: Output) -> Result<(), CliError> {
    let mut findings = checks::configuration(&config);
    findings.extend(checks::database(&config).await);
    findings.push(checks::issuer(&config).await);
    findings.push(checks::mail(&config).await);
    findings.push(checks::attestation(&config));
    output.print(&findings, |findings| findings.iter().map(line).collect::<Vec<_>>().join("\n"));
    match findings.iter().filter(|finding| finding.outcome == Outcome::Problem).count() {
        0 => Ok(()),
        count => Err(CliError::Configuration(format!("{count} problems"))),
    }
}

fn line(finding: &Finding) -> String {
    let mark = match finding.outcome {
        Outcome::Ok => "ok     ",
        Outcome::Warning => "warning",
        Outcome::Problem => "PROBLEM",
    };
    format!("{mark}  {:<10} {}", finding.check, finding.detail)
}

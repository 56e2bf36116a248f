//! Logs go to stderr; stdout is for what commands answer.

use std::io;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Format, Logging};

/// Starts logging. A second start changes nothing.
pub(super) fn start(section: &Logging) {
    // The library traces challenges and states and calls what strangers send an error; sqlx traces statements.
    let quiet = "webauthn_rs_core=off,webauthn_rs_proto=off,poem=warn,sqlx=warn,sea_orm=warn,hyper=warn";
    let filter = EnvFilter::new(format!("{},{quiet}", section.level.as_str()));
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr);
    let _ = match section.format {
        Format::Text => builder.with_ansi(false).try_init(),
        Format::Json => builder.json().try_init(),
    };
}

//! Structured logs: text or JSON on stderr, and in a file if asked for. stdout is for what commands answer.

mod lines;

use std::{fs::File, io, os::unix::fs::OpenOptionsExt, path::Path};

use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, fmt, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::config::{Format, Logging};
use lines::Lines;

/// The WebAuthn library traces challenges and states and calls what strangers send an error; sqlx traces statements.
const QUIET: &str =
    "webauthn_rs_core=off,webauthn_rs_proto=off,poem=warn,hyper=warn,rustls=warn,sqlx=warn,sea_orm=warn";

/// Starts logging for this process. A second start changes nothing.
///
/// # Errors
/// When the file can't be opened.
pub fn start(section: &Logging) -> io::Result<()> {
    let file = section.file.as_deref().map(open).transpose()?;
    let _ = subscriber(section, io::stderr, file).try_init();
    Ok(())
}

/// Appended to, and for its owner alone: addresses of people are in it.
fn open(path: &Path) -> io::Result<File> {
    File::options().append(true).create(true).mode(0o600).open(path)
}

/// What `start` installs, writing to `out`.
pub fn subscriber<W>(section: &Logging, out: W, file: Option<File>) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::new(format!("{},{QUIET}", section.level.as_str()));
    let file = file.map(|file| layer(section.format, std::sync::Mutex::new(file)));
    Registry::default().with(filter).with(layer(section.format, out)).with(file)
}

fn layer<S, W>(format: Format, out: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    match format {
        Format::Text => fmt::layer().with_ansi(false).with_writer(Lines::new(out)).boxed(),
        Format::Json => fmt::layer().json().with_writer(out).boxed(),
    }
}

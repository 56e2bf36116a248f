//! `claviger health`: asks the running server over its own port.

use std::time::Duration;

use super::error::CliError;
use crate::{config::Config, urls};

/// A server that takes longer is not healthy.
const TIMEOUT: Duration = Duration::from_secs(2);

pub(super) async fn run(config: Config) -> Result<(), CliError> {
    let address = config.raw.server.listen.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]");
    let scheme = if config.raw.server.tls_certificate.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{address}{}{}", config.issuer.path(), urls::READYZ);
    let failed = |detail: String| CliError::Unavailable(format!("{url}: {detail}"));
    // It is the server next door, by its address: no name to check, and nothing secret is said.
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).danger_accept_invalid_certs(true).build();
    let client = client.map_err(|e| failed(e.to_string()))?;
    let response = client.get(&url).send().await.map_err(|e| failed(e.to_string()))?;
    if response.status().is_success() { Ok(()) } else { Err(failed(response.status().to_string())) }
}

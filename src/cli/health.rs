//! `claviger health`: asks the running server over its own port.

use super::error::CliError;
use crate::{config::Config, urls};

pub(super) async fn run(config: Config) -> Result<(), CliError> {
    let address = config.raw.server.listen.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]");
    let url = format!("http://{address}{}{}", config.issuer.path(), urls::READYZ);
    let failed = |detail: String| CliError::Unavailable(format!("{url}: {detail}"));
    let response = reqwest::get(&url).await.map_err(|e| failed(e.to_string()))?;
    if response.status().is_success() { Ok(()) } else { Err(failed(response.status().to_string())) }
}

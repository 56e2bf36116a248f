//! What only the network knows about a client: the list of its sector, and its logo. Asked for whoever registers it.

use crate::{
    app::App,
    crypto::mac::{base64url, sha256},
    http::picture,
    protocol::{client::Client, client_metadata::InvalidMetadata},
};

/// A list of redirect URIs.
const LIST: usize = 256 * 1024;

/// A logo as it is fetched.
const LOGO: usize = 1024 * 1024;

/// Checks the list behind `sector_identifier_uri`, and fetches the logo. A logo that can't be had is none.
///
/// # Errors
/// `invalid_client_metadata` when the list lacks a redirect URI (OpenID Connect Dynamic Client Registration 5).
pub async fn look(app: &App, client: &Client) -> Result<Option<Vec<u8>>, InvalidMetadata> {
    let (listed, logo) = tokio::join!(check_sector(app, client), logo(app, client));
    listed.map(|()| logo)
}

async fn check_sector(app: &App, client: &Client) -> Result<(), InvalidMetadata> {
    let Some(uri) = &client.details.sector_identifier_uri else { return Ok(()) };
    let refuse = |why: &str| InvalidMetadata::new(format!("sector_identifier_uri: {why}"));
    let body = app.outbound.get(uri, "application/json", LIST).await.map_err(|error| refuse(&error.to_string()))?;
    let listed: Vec<String> = serde_json::from_slice(&body).map_err(|_| refuse("is no JSON array of redirect URIs"))?;
    match client.redirect_uris.iter().all(|uri| listed.contains(uri)) {
        true => Ok(()),
        false => Err(refuse("does not list every redirect URI")),
    }
}

/// Names a logo by its content, so that its address changes with it.
#[must_use]
pub fn tag(png: &[u8]) -> String {
    base64url(&sha256(png)[..9])
}

async fn logo(app: &App, client: &Client) -> Option<Vec<u8>> {
    let uri = client.details.logo_uri.as_ref()?;
    let body = app.outbound.get(uri, "image/png, image/jpeg, image/webp, image/gif", LOGO).await;
    let body = body.inspect_err(|error| tracing::info!(uri, %error, "a logo could not be fetched")).ok()?;
    let encoded = picture::encode(body).await;
    if encoded.is_none() {
        tracing::info!(uri, "a logo is no picture that can be shown");
    }
    encoded
}

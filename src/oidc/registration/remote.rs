//! What only the network knows about a client: the list of its sector, and its logo. Asked for whoever registers it.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::{
    app::App,
    crypto::mac::{base64url, sha256},
    protocol::{client::Client, client_metadata::InvalidMetadata},
};

/// A list of redirect URIs.
const LIST: usize = 256 * 1024;

/// A logo as it is fetched.
const LOGO: usize = 1024 * 1024;

/// What unpacking a logo may take.
const PIXELS: u64 = 32 * 1024 * 1024;

/// Widest and highest logo that is looked at, and what it becomes.
const LARGEST: u32 = 4096;
const SHOWN: u32 = 256;

/// How many are unpacked at a time.
static ENCODING: Semaphore = Semaphore::const_new(2);

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
    // Pixels take far more than their file: never many at once.
    let permit = ENCODING.acquire().await.ok()?;
    let encoded = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        encode(&body)
    });
    let encoded = encoded.await.ok()?;
    if encoded.is_none() {
        tracing::info!(uri, "a logo is no picture that can be shown");
    }
    encoded
}

/// The pixels, as a PNG of ours: whatever else was in the file is gone.
fn encode(body: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(body)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST);
    limits.max_image_height = Some(LARGEST);
    limits.max_alloc = Some(PIXELS);
    reader.limits(limits);
    let picture = reader.decode().ok()?.thumbnail(SHOWN, SHOWN).into_rgba8();
    let mut png = Vec::new();
    picture.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).ok()?;
    Some(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Vec::new();
        image::RgbaImage::new(width, height).write_to(&mut Cursor::new(&mut out), ImageFormat::Png).unwrap();
        out
    }

    #[test]
    fn a_logo_becomes_a_small_picture_of_ours() {
        let mut with_tail = png(1000, 500);
        with_tail.extend_from_slice(b"<script>alert(1)</script>");
        let encoded = encode(&with_tail).unwrap();
        assert!(!encoded.windows(7).any(|part| part == b"<script"));
        let picture = image::load_from_memory(&encoded).unwrap();
        assert_eq!((picture.width(), picture.height()), (256, 128));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_none() {
        assert!(encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_none());
        assert!(encode(b"").is_none());
        assert!(encode(&png(5000, 1)).is_none());
    }
}

//! Embedded files under content-hashed names: immutable, so never asked for twice.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use rust_embed::RustEmbed;

use super::{Call, Code, PageError};
use crate::{
    crypto::mac::{base64url, sha256},
    urls,
};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Embedded;

struct Asset {
    content: Cow<'static, [u8]>,
    content_type: &'static str,
    etag: String,
}

/// By hashed name; and the hashed name of each plain name.
static ASSETS: LazyLock<(HashMap<String, Asset>, HashMap<String, String>)> = LazyLock::new(|| {
    let (mut by_hashed, mut names) = (HashMap::new(), HashMap::new());
    for name in Embedded::iter() {
        let Some(file) = Embedded::get(&name) else { continue };
        let hash = base64url(&sha256(&file.data)[..9]);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
        let hashed = format!("{stem}.{hash}.{extension}");
        let asset = Asset { content: file.data, content_type: content_type(extension), etag: format!("\"{hash}\"") };
        names.insert(name.to_string(), hashed.clone());
        by_hashed.insert(hashed, asset);
    }
    (by_hashed, names)
});

/// The path of a file, below the issuer's.
#[must_use]
pub fn path(name: &str) -> String {
    let hashed = ASSETS.1.get(name).map_or(name, String::as_str);
    urls::ASSETS.replace("*file", hashed)
}

/// Serves a file by its hashed name.
///
/// # Errors
/// A page when there is no such file.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let name = call.segments.get("file").map(String::as_str).unwrap_or_default();
    let asset = ASSETS.0.get(name).ok_or_else(|| PageError::from_code(Code::NotFound))?;
    let builder = Response::builder().header(header::ETAG, asset.etag.as_str());
    if call.headers.get(header::IF_NONE_MATCH) == HeaderValue::from_str(&asset.etag).ok().as_ref() {
        return Ok(builder.status(StatusCode::NOT_MODIFIED).finish());
    }
    Ok(builder.content_type(asset.content_type).body(asset.content.to_vec()))
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// The content of a file by its plain name, for the demo app.
#[must_use]
pub fn content(name: &str) -> Vec<u8> {
    Embedded::get(name).map(|file| file.data.to_vec()).unwrap_or_default()
}

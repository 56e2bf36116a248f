//! Pictures from elsewhere, encoded anew: nothing but pixels is served, whatever else was in the file.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};
use poem::{Response, http::header};
use tokio::sync::Semaphore;

/// What unpacking a picture may take.
const PIXELS: u64 = 32 * 1024 * 1024;

/// Widest and highest picture that is looked at, and what it becomes.
const LARGEST: u32 = 4096;
const SHOWN: u32 = 256;

/// How many are unpacked at a time: pixels take far more than their file.
static ENCODING: Semaphore = Semaphore::const_new(2);

/// A PNG of ours, at most 256 by 256; `None` for what is no picture, or too large a one.
pub async fn encode(file: Vec<u8>) -> Option<Vec<u8>> {
    let permit = ENCODING.acquire().await.ok()?;
    let encoded = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        encode_now(&file)
    });
    encoded.await.ok()?
}

/// Serves one. Opened by itself it is saved, never shown as a page.
#[must_use]
pub fn serve(png: Vec<u8>, name: &str) -> Response {
    let response = Response::builder().header(header::CONTENT_TYPE, "image/png");
    response.header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.png\"")).body(png)
}

fn encode_now(body: &[u8]) -> Option<Vec<u8>> {
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
    fn a_picture_becomes_a_small_one_of_ours() {
        let mut with_tail = png(1000, 500);
        with_tail.extend_from_slice(b"<script>alert(1)</script>");
        let encoded = encode_now(&with_tail).unwrap();
        assert!(!encoded.windows(7).any(|part| part == b"<script"));
        let picture = image::load_from_memory(&encoded).unwrap();
        assert_eq!((picture.width(), picture.height()), (256, 128));
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_none() {
        assert!(encode_now(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_none());
        assert!(encode_now(b"").is_none());
        assert!(encode_now(&png(5000, 1)).is_none());
    }
}

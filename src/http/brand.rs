//! The accent colour of `[branding]`, as a style sheet after ours.

use poem::Response;

use super::{Call, PageError, document};
use crate::crypto::document::Document;

/// The style sheet for this colour: white text stands on it in the light, it is text on dark ground in the dark.
#[must_use]
pub fn style_sheet(accent: &str) -> Document {
    Document::new(format!(
        ":root {{ --accent: {accent}; --accent-ink: #fff; --accent-soft: color-mix(in srgb, {accent} 12%, #fff); }}\n\
         @media (prefers-color-scheme: dark) {{\n\
         :root {{ --accent: color-mix(in srgb, {accent} 40%, #fff); --accent-ink: #101114; \
         --accent-soft: color-mix(in srgb, {accent} 30%, #101114); }}\n}}\n"
    ))
}

/// `/brand.css`.
///
/// # Errors
/// A page when no colour is configured.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let settings = call.app.settings();
    let accent = settings.branding.accent.as_deref().ok_or_else(PageError::not_found)?;
    Ok(document::serve(&call, &style_sheet(accent), "text/css; charset=utf-8"))
}

//! `[branding]`

use super::{problem::Problem, section::section};

section! {
    /// What pages look like.
    Branding in "branding" {
        /// The one accent colour, `#rrggbb`; dark enough for white text on it. Without it, Claviger's own.
        accent: Option<String> = None,
        /// Who helps people, as they are told where something is not for them: an address, a number, a name.
        contact: Option<String> = None,
    }
}

impl Branding {
    pub(super) fn check(&self) -> Result<(), Problem> {
        let refuse =
            || Problem::new("branding.accent", "expected a colour such as \"#3355aa\" that white text can be read on");
        let Some(text) = &self.accent else { return Ok(()) };
        match luminance(text) {
            // 4.5 : 1 against white (WCAG 2.2, 1.4.3).
            Some(luminance) if 1.05 / (luminance + 0.05) >= 4.5 => Ok(()),
            _ => Err(refuse()),
        }
    }
}

/// Relative luminance of `#rrggbb` (WCAG 2.2).
fn luminance(text: &str) -> Option<f64> {
    let digits =
        text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|c| c.is_ascii_hexdigit()))?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).ok()?) / 255.0;
        Some(if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}

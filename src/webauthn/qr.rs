//! Links as QR codes (ISO/IEC 18004), for a camera that is nearer than a keyboard.

use std::fmt::Write;

use qrcode::{Color, QrCode};

/// Light modules around the code (6.3.8).
const QUIET: usize = 4;

/// The modules of a text, a text of `0` and `1` for each row; `None` for one that is too long.
#[must_use]
pub fn rows(text: &str) -> Option<Vec<String>> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    let colors = code.to_colors();
    let row = |row: &[Color]| row.iter().map(|color| if *color == Color::Dark { '1' } else { '0' }).collect();
    Some(colors.chunks(code.width()).map(row).collect())
}

/// A code as a page draws it.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Width and height, quiet zone and all.
    pub size: usize,
    /// The `d` of an SVG path: each dark module as a square of one unit.
    pub path: String,
}

/// Draws a text; `None` for one that is too long.
#[must_use]
pub fn draw(text: &str) -> Option<Drawing> {
    let rows = rows(text)?;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        for (x, _) in row.bytes().enumerate().filter(|(_, module)| *module == b'1') {
            // Writing into a text can't fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some(Drawing { size: rows.len() + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_square_with_three_eyes() {
        let link = "https://id.example.org/enroll/clv_en_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let rows = rows(link).unwrap();
        assert!(rows.len() > 20 && rows.iter().all(|row| row.len() == rows.len()));
        assert!(rows[0].starts_with("1111111") && rows[0].ends_with("1111111"));
        assert!(rows[rows.len() - 1].starts_with("1111111") && !rows[rows.len() - 1].ends_with("1111111"));
        let drawing = draw(link).unwrap();
        assert_eq!(drawing.size, rows.len() + 8);
        assert!(drawing.path.starts_with("M4 4h1v1h-1z"));
        assert!(draw(&"x".repeat(5000)).is_none());
    }
}

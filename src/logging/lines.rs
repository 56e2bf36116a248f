//! One event is one line: whatever a stranger puts into a value, it can't begin a line of its own.

use std::io::{self, Write};

use tracing_subscriber::fmt::MakeWriter;

/// Wraps a writer of events.
pub(super) struct Lines<W>(W);

impl<W> Lines<W> {
    pub(super) const fn new(inner: W) -> Self {
        Self(inner)
    }
}

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Lines<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.0.make_writer())
    }
}

/// Writes one event, which the formatter hands over whole.
pub(super) struct Line<W>(W);

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.write_all(&escape(event))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Control characters become visible, but for the end of the line.
fn escape(event: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(event);
    let (line, end) = text.strip_suffix('\n').map_or((&*text, ""), |line| (line, "\n"));
    let mut out = String::with_capacity(text.len());
    for c in line.chars() {
        // Line and paragraph separators, and what turns the direction of text, deceive readers as well.
        let deceives =
            c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if deceives { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out.push_str(end);
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_begin_a_line() {
        let text = |event: &str| String::from_utf8(escape(event.as_bytes())).unwrap();
        assert_eq!(text("a\nb\r\u{1b}[31m\u{202e}\n"), "a\\u{a}b\\u{d}\\u{1b}[31m\\u{202e}\n");
        assert_eq!(text("plain ü\n"), "plain ü\n");
    }
}

//! The Basic header (RFC 6749 2.3.1, RFC 7617): both halves form-encoded, then joined, then base64.

use base64::{Engine, engine::general_purpose::STANDARD};

/// `client_id` and secret; `None` for anything malformed.
#[must_use]
pub fn parse(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((decode(id)?, decode(secret)?)).filter(|(id, _)| !id.is_empty())
}

/// Undoes `application/x-www-form-urlencoded` for one value.
fn decode(text: &str) -> Option<String> {
    if text.contains(['&', '=']) {
        return None;
    }
    let mut pairs = url::form_urlencoded::parse(text.as_bytes());
    Some(pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn both_halves_are_form_decoded() {
        let parsed = parse(&header("my%3Aid+x:s%25cret")).unwrap();
        assert_eq!(parsed, ("my:id x".to_owned(), "s%cret".to_owned()));
        assert_eq!(parse(&header("id:").replace("Basic", "bAsIc")).unwrap(), ("id".to_owned(), String::new()));
    }

    #[test]
    fn malformed_headers_are_none() {
        for bad in ["", "Basic", "Basic !!!", "Bearer x", &header("no colon"), &header(":secret"), &header("a=b:c")] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}

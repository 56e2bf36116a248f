//! What a standard claim may be (OIDC Core 5.1): one rule for whoever sets it.

use url::Url;

use super::StandardClaims;

/// Longest text, in bytes.
const MAX_TEXT: usize = 256;

/// Longest address, lines and all.
const MAX_ADDRESS: usize = 1024;

/// A short text as people type it, trimmed; `Ok(None)` for a blank one. One rule for names, wherever they come from.
///
/// # Errors
/// Nothing more than that it is too long, or has control characters.
pub fn tidy_text(typed: Option<String>) -> Result<Option<String>, NotAText> {
    let text = typed.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_deref().is_none_or(is_text) { Ok(text) } else { Err(NotAText) }
}

/// Too long, or with control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("has at most 256 bytes and no control characters")]
pub struct NotAText;

impl StandardClaims {
    /// Looks at every claim that is there.
    ///
    /// # Errors
    /// The name of the first that is not what its name says.
    pub fn check(&self) -> Result<(), &'static str> {
        let texts = [
            ("given_name", &self.given_name),
            ("family_name", &self.family_name),
            ("middle_name", &self.middle_name),
            ("nickname", &self.nickname),
            ("gender", &self.gender),
        ];
        let urls = [("profile", &self.profile), ("picture", &self.picture), ("website", &self.website)];
        let formats = [
            ("birthdate", &self.birthdate, is_birthdate as fn(&str) -> bool),
            ("zoneinfo", &self.zoneinfo, is_zone),
            ("locale", &self.locale, is_language_tag),
            ("phone_number", &self.phone_number, is_phone_number),
        ];
        let fits = |value: &Option<String>, rule: &dyn Fn(&str) -> bool| value.as_deref().is_none_or(rule);
        let all = texts.into_iter().map(|(name, value)| (name, fits(value, &is_text)));
        let all = all.chain(urls.into_iter().map(|(name, value)| (name, fits(value, &is_web_url))));
        let all = all.chain(formats.into_iter().map(|(name, value, rule)| (name, fits(value, &rule))));
        let all = all.chain([("address", self.has_sound_address())]);
        all.into_iter().find(|(_, is_sound)| !is_sound).map_or(Ok(()), |(name, _)| Err(name))
    }

    fn has_sound_address(&self) -> bool {
        let Some(address) = &self.address else { return true };
        let lines = [&address.formatted, &address.street_address];
        let texts = [&address.locality, &address.region, &address.postal_code, &address.country];
        lines.into_iter().flatten().all(|lines| is_lines(lines))
            && texts.into_iter().flatten().all(|text| is_text(text))
    }
}

fn is_text(text: &str) -> bool {
    text.len() <= MAX_TEXT && !text.chars().any(char::is_control)
}

fn is_lines(text: &str) -> bool {
    text.len() <= MAX_ADDRESS && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\r')
}

fn is_web_url(text: &str) -> bool {
    text.len() <= 2048 && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// `YYYY-MM-DD`, `0000-MM-DD`, or `YYYY`.
fn is_birthdate(text: &str) -> bool {
    let number = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|c| c.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten()
    };
    match text.split('-').collect::<Vec<_>>()[..] {
        [year] => number(year, 4).is_some(),
        [year, month, day] => {
            // A year that is not told could be a leap year.
            let year = number(year, 4).map(|year| if year == 0 { 2000 } else { year });
            let date = |year, month, day| chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
            year.zip(number(month, 2)).zip(number(day, 2)).and_then(|((y, m), d)| date(y, m, d)).is_some()
        }
        _ => false,
    }
}

/// A name of the tz database, as far as its form goes.
fn is_zone(text: &str) -> bool {
    text.len() <= 64 && !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"/_+-".contains(&c))
}

/// BCP 47, as far as its form goes; an underscore is tolerated (OIDC Core 5.1).
fn is_language_tag(text: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|c| c.is_ascii_alphanumeric());
    text.len() <= 35 && text.split(['-', '_']).all(is_part)
}

/// E.164, and an extension as RFC 3966 writes it; spaces and hyphens as people write them.
fn is_phone_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_known = |c: char| c.is_ascii_digit() || " -().;=ext".contains(c);
    text.len() <= 64
        && (3..=25).contains(&digits)
        && text.strip_prefix('+').is_some_and(|rest| rest.chars().all(is_known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut StandardClaims, String), value: &str) -> bool {
        let mut claims = StandardClaims::default();
        change(&mut claims, value.to_owned());
        claims.check().is_err()
    }

    #[test]
    fn claims_are_what_their_names_say() {
        for (value, is_bad) in [
            ("1999-12-31", false),
            ("0000-02-29", false),
            ("1999", false),
            ("1999-02-29", true),
            ("1999-13-01", true),
            ("99", true),
            ("1999-1-1", true),
            ("", true),
        ] {
            assert_eq!(refused(|claims, value| claims.birthdate = Some(value), value), is_bad, "{value}");
        }
        for (value, is_bad) in [("https://a.example/", false), ("javascript:alert(1)", true), ("a.example", true)] {
            assert_eq!(refused(|claims, value| claims.website = Some(value), value), is_bad, "{value}");
        }
        for (value, is_bad) in [("+1 (425) 555-1212", false), ("+49 30 1;ext=2", false), ("030 1", true), ("+", true)] {
            assert_eq!(refused(|claims, value| claims.phone_number = Some(value), value), is_bad, "{value}");
        }
        for (value, is_bad) in [("de-CH", false), ("en_US", false), ("de--CH", true), ("<b>", true)] {
            assert_eq!(refused(|claims, value| claims.locale = Some(value), value), is_bad, "{value}");
        }
        assert!(refused(|claims, value| claims.nickname = Some(value), "a\u{0}b"));
        assert!(refused(|claims, value| claims.given_name = Some(value), &"x".repeat(257)));
        assert!(!refused(|claims, value| claims.zoneinfo = Some(value), "Europe/Berlin"));
    }
}

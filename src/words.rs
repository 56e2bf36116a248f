//! Every text that people read, from locales/ (Fluent), and the choice of language.

use std::sync::Arc;

use poem::i18n::{I18NArgs, I18NBundle, I18NResources, unic_langid::LanguageIdentifier};

/// The files of a language.
macro_rules! texts {
    ($language:literal) => {
        concat!(
            include_str!(concat!("../locales/", $language, "/pages.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/events.ftl")),
            "\n",
            include_str!(concat!("../locales/", $language, "/mail.ftl"))
        )
    };
}

/// Languages that there are, the first being the default.
const LANGUAGES: [(&str, &str); 2] = [("en", texts!("en")), ("de", texts!("de"))];

/// All languages.
#[derive(Clone)]
pub struct Words {
    resources: I18NResources,
}

/// The texts of one language.
#[derive(Clone)]
pub struct Locale {
    bundle: Arc<I18NBundle>,
    language: &'static str,
}

impl std::fmt::Debug for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Locale").field(&self.language).finish()
    }
}

impl Words {
    /// Parses the embedded files.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the files are embedded and a test parses them")]
    pub fn load() -> Self {
        let builder = I18NResources::builder().default_language(identifier(LANGUAGES[0].0).expect("a language tag"));
        let builder = LANGUAGES.iter().fold(builder, |builder, (tag, texts)| builder.add_ftl(*tag, *texts));
        Self { resources: builder.build().expect("locales parse") }
    }

    /// The best language for `ui_locales` (OIDC Core 3.1.2.1), then `Accept-Language` (RFC 9110 12.5.4).
    #[must_use]
    pub fn choose(&self, ui_locales: Option<&str>, accept_language: Option<&str>) -> Locale {
        let asked = ui_locales.into_iter().flat_map(|text| text.split(' ').map(str::to_owned));
        let asked = asked.chain(accept_language.into_iter().flat_map(by_quality));
        let known = |tag: String| LANGUAGES.iter().map(|(known, _)| *known).find(|known| primary(&tag) == *known);
        let language = asked.take(20).find_map(known).unwrap_or(LANGUAGES[0].0);
        let identifiers: Vec<_> = identifier(language).into_iter().collect();
        Locale { bundle: Arc::new(self.resources.negotiate_languages(&identifiers)), language }
    }

    /// Tags of all languages, for discovery.
    #[must_use]
    pub fn tags() -> Vec<&'static str> {
        LANGUAGES.iter().map(|(tag, _)| *tag).collect()
    }
}

impl Locale {
    /// For `lang=`.
    #[must_use]
    pub fn tag(&self) -> &'static str {
        self.language
    }

    /// The text of that id; the id itself when there is none, which a test refuses.
    #[must_use]
    pub fn text(&self, id: &str) -> String {
        self.bundle.text(id).unwrap_or_else(|_| id.to_owned())
    }

    /// The text with one value in it.
    #[must_use]
    pub fn with(&self, id: &str, name: &str, value: &str) -> String {
        self.with_all(id, &[(name, value)])
    }

    /// The text about so many.
    #[must_use]
    pub fn count(&self, id: &str, count: usize) -> String {
        let text = self.bundle.text_with_args(id, I18NArgs::default().set("count", count));
        text.map_or_else(|_| id.to_owned(), |text| text.replace(ISOLATES, ""))
    }

    /// The text with values in it.
    #[must_use]
    pub fn with_all(&self, id: &str, values: &[(&str, &str)]) -> String {
        let arguments = values
            .iter()
            .fold(I18NArgs::default(), |all, (name, value)| all.set((*name).to_owned(), (*value).to_owned()));
        let text = self.bundle.text_with_args(id, arguments).unwrap_or_else(|_| id.to_owned());
        if values.iter().any(|(_, value)| value.chars().any(turns_direction)) {
            text
        } else {
            text.replace(ISOLATES, "")
        }
    }
}

/// Fluent isolates every value (Unicode UAX 9), which only matters where a value could turn the line around.
const ISOLATES: [char; 2] = ['\u{2068}', '\u{2069}'];

/// Right-to-left letters and bidirectional controls.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200e}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fb1d}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

fn identifier(tag: &str) -> Option<LanguageIdentifier> {
    tag.parse().ok()
}

fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

fn by_quality(header: &str) -> Vec<String> {
    let parse = |item: &str| {
        let (tag, quality) = item.split_once(";q=").unwrap_or((item, "1"));
        (tag.trim().to_owned(), quality.trim().parse::<f32>().unwrap_or(0.0))
    };
    let mut tags: Vec<_> = header.split(',').take(20).map(parse).filter(|(_, quality)| *quality > 0.0).collect();
    tags.sort_by(|a, b| b.1.total_cmp(&a.1));
    tags.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Event;

    #[test]
    fn every_event_has_words_in_every_language() {
        let words = Words::load();
        for (tag, _) in LANGUAGES {
            for event in Event::ALL {
                let id = format!("log-{}", event.as_str().replace(['.', '_'], "-"));
                assert_ne!(words.choose(Some(tag), None).text(&id), id, "{tag}");
            }
        }
    }

    #[test]
    fn unknown_languages_fall_back_to_the_default() {
        let words = Words::load();
        assert_eq!(words.choose(Some("se"), Some("xx, *;q=0.1")).tag(), "en");
        assert_eq!(words.choose(None, None).tag(), "en");
    }

    #[test]
    fn an_app_chooses_before_the_browser() {
        let words = Words::load();
        assert_eq!(words.choose(Some("fr de-AT en"), Some("en")).tag(), "de");
        assert_eq!(words.choose(Some("fr"), Some("xx, de;q=0.9, en;q=0.8")).tag(), "de");
        assert_eq!(words.choose(None, Some("de-CH")).count("account-passkeys", 2), "Sie haben 2 Passkeys.");
    }

    #[test]
    fn only_values_that_turn_the_line_are_isolated() {
        let locale = Words::load().choose(None, None);
        assert_eq!(locale.with("account-hello", "name", "Alice"), "Hello, Alice");
        assert!(locale.with("account-hello", "name", "\u{202e}ecilA").contains('\u{2068}'));
    }

    #[test]
    fn headers_are_sorted_by_quality() {
        assert_eq!(by_quality("fr;q=0.2, en-GB, de;q=0.8, x;q=0"), ["en-GB", "de", "fr"]);
    }
}

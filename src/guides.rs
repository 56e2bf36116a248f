//! How to connect an app: the pages of docs/connect, shown with the provider's own addresses, and the presets in them.

use std::sync::LazyLock;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd, html};
use rust_embed::RustEmbed;
use serde_json::Value;
use url::{Host, Url};

#[derive(RustEmbed)]
#[folder = "docs/connect/"]
struct Embedded;

/// The list of them, which is none.
const LIST: &str = "README.md";

/// What stands for the provider in a guide.
const ISSUER: &str = "https://id.example.org";

/// A guide.
#[derive(Debug)]
pub struct Guide {
    /// The name of its file.
    pub slug: String,
    /// What it connects.
    pub name: String,
    /// Whether the project's own tests run it.
    pub is_run: bool,
    /// What the app is registered with, in the form of the administration API, with an address that stands for the app's.
    pub preset: Value,
    /// That address.
    pub origin: String,
    text: String,
}

/// What a guide is filled in with.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The provider.
    pub issuer: String,
    /// Once the app is registered.
    pub client_id: Option<String>,
    /// Scheme, host and port of the app.
    pub origin: Option<String>,
}

/// All guides, by name.
#[must_use]
pub fn all() -> &'static [Guide] {
    &GUIDES
}

/// The guide of that name.
#[must_use]
pub fn find(slug: &str) -> Option<&'static Guide> {
    GUIDES.iter().find(|guide| guide.slug == slug)
}

/// The address of an app without path; `None` for what is no web address.
#[must_use]
pub fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    // URLs take more for a name than names are: what is shown to be copied must not be code.
    let is_name = |name: &str| name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-.".contains(&c));
    let is_plain = url.host().is_some_and(|host| match host {
        Host::Domain(name) => is_name(name),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    });
    is_plain.then(|| url.origin().ascii_serialization())
}

static GUIDES: LazyLock<Vec<Guide>> = LazyLock::new(|| {
    let mut all: Vec<_> = Embedded::iter().filter(|file| file != LIST).filter_map(|file| read(&file)).collect();
    all.sort_by_key(|guide| guide.name.to_lowercase());
    all
});

/// `None` can only mean that a file of the project is not in its form; a test reads them all.
fn read(file: &str) -> Option<Guide> {
    let text = String::from_utf8(Embedded::get(file)?.data.into_owned()).ok()?;
    let name = text.lines().next()?.strip_prefix("# ")?.to_owned();
    let block = text.split_once("\n```toml\n")?.1.split_once("\n```")?.0;
    let preset: Value = toml::from_str(block).ok()?;
    let origin = origin(preset["redirect_uris"][0].as_str()?)?;
    let is_run = text.contains("| tried | run");
    Some(Guide { slug: file.strip_suffix(".md")?.to_owned(), name, is_run, preset, origin, text })
}

impl Guide {
    /// What an app at this address is registered with.
    #[must_use]
    pub fn preset_at(&self, origin: &str) -> Value {
        at(&self.preset, &self.origin, origin)
    }

    /// Whether the app is a part of the provider.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.origin == ISSUER
    }

    /// What it is registered with here: where an app is at the provider's own address, at ours.
    #[must_use]
    pub fn preset_of(&self, issuer: &str) -> Value {
        at(&self.preset, ISSUER, issuer)
    }

    /// The guide as HTML, filled in. What is filled in is text wherever it stands.
    #[must_use]
    pub fn render(&self, values: &Values) -> String {
        let filled = self.text.replace(ISSUER, &values.issuer);
        let filled = match &values.client_id {
            Some(client_id) => filled.replace("YOUR_CLIENT_ID", client_id),
            None => filled,
        };
        let filled = match &values.origin {
            Some(origin) => filled.replace(&self.origin, origin).replace(&encoded(&self.origin), &encoded(origin)),
            None => filled,
        };
        let mut out = String::with_capacity(filled.len() * 2);
        html::push_html(&mut out, Parser::new_ext(&filled, Options::ENABLE_TABLES).map(plain));
        out
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// No HTML passes through, and languages of code blocks become no class.
fn plain(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::CodeBlock(_)) => Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        event => event,
    }
}

fn at(value: &Value, from: &str, to: &str) -> Value {
    match value {
        Value::String(text) => {
            text.strip_prefix(from).map_or_else(|| text.clone(), |rest| format!("{to}{rest}")).into()
        }
        Value::Array(list) => list.iter().map(|one| at(one, from, to)).collect(),
        Value::Object(members) => members.iter().map(|(name, one)| (name.clone(), at(one, from, to))).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_guide_and_named_in_the_list() {
        assert_eq!(all().len(), Embedded::iter().count() - 1);
        let list = std::fs::read_to_string("docs/connect/README.md").unwrap();
        for guide in all() {
            let tried = if guide.is_run { "run" } else { "not run" };
            let row = list.lines().find(|line| line.starts_with(&format!("| [{}]({}.md)", guide.name, guide.slug)));
            assert!(row.is_some_and(|row| row.ends_with(&format!("| {tried} |"))), "{}", guide.slug);
        }
    }

    #[test]
    fn a_guide_is_filled_in() {
        let values = Values {
            issuer: "https://sso.test".to_owned(),
            client_id: Some("abc".to_owned()),
            origin: Some("https://g.test:3000".to_owned()),
        };
        let page = find("grafana").unwrap().render(&values);
        assert!(!page.contains("example.org") && !page.contains("YOUR_CLIENT_ID"), "{page}");
        assert!(page.contains("post_logout_redirect_uri=https%3A%2F%2Fg.test%3A3000%2Flogin"), "{page}");
        assert!(page.contains("<table>") && page.contains("<pre><code>"), "{page}");
    }

    #[test]
    fn what_is_filled_in_is_text() {
        let evil = "https://a.test/`\n\n<script>alert(1)</script>".to_owned();
        let values = Values { issuer: evil.clone(), client_id: Some(evil.clone()), origin: Some(evil) };
        for guide in all() {
            assert!(!guide.render(&values).contains("<script"), "{}", guide.slug);
        }
    }

    #[test]
    fn a_preset_is_at_the_apps_own_address() {
        let preset = find("immich").unwrap().preset_at("https://photos.test");
        let uris: Vec<_> = preset["redirect_uris"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(uris[0], "https://photos.test/auth/login");
        assert_eq!(uris[2], "app.immich:///oauth-callback");
        assert_eq!(origin("https://photos.test/x?y#z").as_deref(), Some("https://photos.test"));
        for bad in
            ["javascript:alert(1)", "x", "https://x'+process.exit()+'", "https://a`b", "https://a;b", "file:///etc"]
        {
            assert!(origin(bad).is_none(), "{bad}");
        }
    }
}

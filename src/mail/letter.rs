//! A notice as it is read: text and HTML from the same words.

use askama::Template;

use super::Notice;
use crate::{
    clock::Time,
    protocol::user_agent,
    urls::{self, Urls},
    words::Locale,
};

/// What is sent.
#[derive(Clone)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// The same with a button.
    pub html: String,
}

/// Who sends: what the service is called, and where it is.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Its name.
    pub product: &'a str,
    /// Colour of the button, `#rrggbb`; otherwise Claviger's own.
    pub accent: Option<&'a str>,
    /// Links lead here and nowhere else.
    pub urls: &'a Urls,
}

/// From where something was done, and when.
#[derive(Clone, Debug)]
pub struct Facts {
    /// When.
    pub at: Time,
    /// Whose account; nobody's where the reader may be a stranger.
    pub username: Option<String>,
    /// Address of the caller.
    pub ip: Option<String>,
    /// As sent by the browser.
    pub user_agent: Option<String>,
}

/// As on pages.
const ACCENT: &str = "#2c4fc4";

struct Line {
    name: String,
    value: String,
}

#[derive(Template)]
#[template(path = "email/notice.txt")]
struct Text<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "email/notice.html")]
struct Html<'a> {
    page: &'a Page,
}

/// What both forms say.
struct Page {
    language: &'static str,
    accent: String,
    product: String,
    title: String,
    text: String,
    lines: Vec<Line>,
    url: String,
    link: String,
    otherwise: String,
    footer: String,
}

impl Letter {
    /// The letter in the reader's language.
    ///
    /// # Errors
    /// When a template fails.
    pub fn new(sender: Sender<'_>, words: &Locale, notice: &Notice, facts: &Facts) -> Result<Self, askama::Error> {
        let word = |part: &str| words.text(&format!("mail-{}-{part}", notice.id()));
        let host = sender.urls.issuer().authority();
        let page = Page {
            language: words.tag(),
            accent: sender.accent.unwrap_or(ACCENT).to_owned(),
            title: word("title"),
            text: word("text"),
            lines: lines(words, notice, facts),
            url: url(sender.urls, notice),
            link: word("link"),
            otherwise: word("otherwise"),
            footer: words.with("mail-footer", "name", &host),
            product: sender.product.to_owned(),
        };
        Ok(Self {
            subject: format!("{}: {}", page.product, page.title),
            text: Text { page: &page }.render()?,
            html: Html { page: &page }.render()?,
        })
    }
}

/// Where the reader goes on.
fn url(urls: &Urls, notice: &Notice) -> String {
    match notice {
        Notice::RecoveryRequested { cancel, .. } => cancel.clone(),
        Notice::RecoveryLink { url, .. } | Notice::EmailVerification { url } => url.clone(),
        Notice::PasskeyAdded { .. } | Notice::PasskeyRemoved { .. } | Notice::Recovered => {
            urls.absolute(urls::ACCOUNT_PASSKEYS)
        }
        Notice::NewDevice => urls.absolute(urls::ACCOUNT_SESSIONS),
        Notice::RecoveryCodesCreated | Notice::RecoveryCodeUsed => urls.absolute(urls::ACCOUNT_RECOVERY),
        Notice::EmailChanged | Notice::DeletionRequested { .. } => urls.absolute(urls::ACCOUNT_PROFILE),
    }
}

fn lines(words: &Locale, notice: &Notice, facts: &Facts) -> Vec<Line> {
    let (about, until) = match notice {
        Notice::PasskeyAdded { name } | Notice::PasskeyRemoved { name } => (name.clone(), None),
        Notice::RecoveryRequested { at, .. } => (None, Some(("mail-comes", at))),
        Notice::RecoveryLink { expires_at, .. } => (None, Some(("mail-expires", expires_at))),
        Notice::DeletionRequested { at } => (None, Some(("mail-goes", at))),
        _ => (None, None),
    };
    let known = [
        ("mail-account", facts.username.clone()),
        ("mail-passkey", about),
        ("mail-at", Some(moment(facts.at))),
        ("mail-device", user_agent::name(facts.user_agent.as_deref())),
        ("mail-ip", facts.ip.clone()),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let known = known.chain(until.map(|(name, at)| (name, moment(*at))));
    known.map(|(name, value)| Line { name: words.text(name), value }).collect()
}

/// No script can tell it in the reader's own zone.
fn moment(at: Time) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Duration};

    use super::*;
    use crate::{config::Issuer, words::Words};

    fn all() -> Vec<Notice> {
        let at = DateTime::UNIX_EPOCH + Duration::days(1);
        let url = "https://id.example.org/enroll/x".to_owned();
        vec![
            Notice::PasskeyAdded { name: Some("<b>Key".to_owned()) },
            Notice::PasskeyRemoved { name: None },
            Notice::NewDevice,
            Notice::RecoveryCodesCreated,
            Notice::RecoveryCodeUsed,
            Notice::Recovered,
            Notice::RecoveryRequested { at, cancel: url.clone() },
            Notice::RecoveryLink { url: url.clone(), expires_at: at },
            Notice::EmailChanged,
            Notice::EmailVerification { url },
            Notice::DeletionRequested { at },
        ]
    }

    /// A missing word would be its id; a name that is markup would be markup; a link elsewhere would be a trap.
    #[test]
    fn every_letter_has_its_words_escapes_names_and_links_to_us_alone() {
        let urls = Urls::new(Issuer::parse("https://id.example.org").unwrap());
        let sender = Sender { product: "A & B", accent: Some("#123456"), urls: &urls };
        let facts = Facts {
            at: DateTime::UNIX_EPOCH,
            username: Some("<script>al\u{202e}ice".to_owned()),
            ip: Some("192.0.2.1".to_owned()),
            user_agent: Some("Firefox/1 Linux".to_owned()),
        };
        for (language, notice) in Words::tags().into_iter().flat_map(|tag| all().into_iter().map(move |n| (tag, n))) {
            let words = Words::load().choose(Some(language), None);
            let letter = Letter::new(sender, &words, &notice, &facts).unwrap();
            for text in [&letter.subject, &letter.text, &letter.html] {
                assert!(!text.contains("mail-"), "{language}: {text}");
            }
            assert!(!letter.subject.contains(['\r', '\n']) && letter.subject.starts_with("A & B: "));
            assert!(letter.html.contains("<strong>A &#38; B</strong>"), "{}", letter.html);
            assert!(!letter.html.contains("<script>") && !letter.html.contains("<b>"), "{}", letter.html);
            assert!(letter.html.contains(&format!("lang=\"{language}\"")));
            for text in [&letter.text, &letter.html] {
                let links = text.match_indices("http").map(|(at, _)| &text[at..]);
                assert!(
                    links.clone().count() > 0 && links.clone().all(|link| link.starts_with("https://id.example.org/"))
                );
            }
        }
    }
}

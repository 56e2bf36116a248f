//! Pages: the frame that all share, and the page that tells what went wrong.

use askama::Template;
use poem::{
    Response,
    http::{StatusCode, header},
};

use super::{Call, Caller, Code, Problem, assets};
use crate::{
    app::App,
    protocol::{administration, claims_request::claim_of, scope},
    store, urls,
    words::Locale,
};

/// What every page needs: words, paths, the CSRF token.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Texts.
    pub words: Locale,
    /// What pages send with every call.
    pub csrf_token: String,
    /// Shown in the footer: where one is.
    pub host: String,
    /// `webauthn.rp_name`.
    pub product: String,
    /// Whether an accent colour is configured.
    pub has_accent: bool,
    /// The issuer's path.
    prefix: String,
}

impl Frame {
    /// The frame for this caller.
    #[must_use]
    pub fn new(app: &App, caller: &Caller) -> Self {
        Self {
            words: caller.locale.clone(),
            csrf_token: caller.csrf_token(app),
            host: app.config.issuer.authority(),
            product: app.config.relying_party.name.clone(),
            has_accent: app.settings().branding.accent.is_some(),
            prefix: app.urls.path(""),
        }
    }

    /// The frame of a page that an app's request led to: its `ui_locales` come before the browser's (OIDC Core 3.1.2.1).
    #[must_use]
    pub fn of_request(call: &Call, ui_locales: Option<&str>) -> Self {
        let frame = Self::new(&call.app, &call.caller);
        match ui_locales {
            Some(asked) => {
                let words = call.app.words.choose(Some(asked), call.header(header::ACCEPT_LANGUAGE.as_str()));
                Self { words, ..frame }
            }
            None => frame,
        }
    }

    /// The text of that id.
    #[must_use]
    pub fn t(&self, id: &str) -> String {
        self.words.text(id)
    }

    /// The text of that id about something.
    #[must_use]
    pub fn about(&self, id: &str, name: &str) -> String {
        self.words.with(id, "name", name)
    }

    /// What an app may do with a scope, as a sentence.
    #[must_use]
    pub fn scope(&self, scope: &str) -> String {
        if let Some(claim) = claim_of(scope) {
            return self.words.with("consent-claim", "claim", claim);
        }
        if let Some((area, right)) = administration::parse(scope) {
            let area = self.t(&format!("admin-area-{}", area.as_str()));
            return self.words.with(&format!("consent-scope-admin-{}", right.as_str()), "area", &area);
        }
        match scope {
            scope::ACCOUNT_READ => self.t("consent-scope-account-read"),
            known if scope::SUPPORTED.contains(&known) => self.t(&format!("consent-scope-{known}")),
            other => self.words.with("consent-scope-other", "scope", other),
        }
    }

    /// Path of a page.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Path of an embedded file.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        format!("{}{}", self.prefix, assets::path(name))
    }
}

/// Renders a page.
#[must_use]
pub fn render(page: &impl Template) -> Response {
    render_with(StatusCode::OK, page)
}

fn render_with(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Response::builder().status(status).content_type("text/html; charset=utf-8").body(html),
        Err(error) => {
            tracing::error!(%error, "a page did not render");
            Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).finish()
        }
    }
}

/// What a person is told when a page can't be shown: what happened, what to do, and the request id.
#[derive(Clone, Debug)]
pub struct PageError {
    status: StatusCode,
    id: &'static str,
    name: String,
    note: Option<String>,
    link: Option<String>,
    retry_after: Option<u64>,
}

impl PageError {
    /// An error whose words are `{id}-title` and `{id}-text`.
    #[must_use]
    pub fn new(status: StatusCode, id: &'static str) -> Self {
        Self { status, id, name: String::new(), note: None, link: None, retry_after: None }
    }

    /// What the words are about.
    #[must_use]
    pub fn about(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// A value to copy.
    #[must_use]
    pub fn note(self, note: &str) -> Self {
        Self { note: Some(note.to_owned()), ..self }
    }

    /// Where to go on, with the words of `{id}-link`.
    #[must_use]
    pub fn link(self, url: Option<String>) -> Self {
        Self { link: url, ..self }
    }

    /// Nothing there.
    #[must_use]
    pub fn not_found() -> Self {
        Self::from_code(Code::NotFound)
    }

    /// Our fault.
    #[must_use]
    pub fn internal() -> Self {
        Self::from_code(Code::Internal)
    }

    pub(super) fn status(status: StatusCode) -> Self {
        Self::new(status, "error-request")
    }

    pub(super) fn from_code(code: Code) -> Self {
        let error = match code {
            Code::NotFound => Self::new(StatusCode::NOT_FOUND, "error-not-found"),
            Code::MethodNotAllowed => Self::status(StatusCode::METHOD_NOT_ALLOWED),
            Code::PayloadTooLarge => Self::status(StatusCode::PAYLOAD_TOO_LARGE),
            Code::UnsupportedMediaType => Self::status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
            Code::RequestTimeout => Self::status(StatusCode::REQUEST_TIMEOUT),
            Code::RateLimited { .. } => Self::new(StatusCode::TOO_MANY_REQUESTS, "error-rate-limited"),
            Code::Unavailable => Self::new(StatusCode::SERVICE_UNAVAILABLE, "error-unavailable"),
            Code::Internal => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "error-internal"),
            _ => Self::status(StatusCode::BAD_REQUEST),
        };
        Self { retry_after: code.retry_after(), ..error }
    }

    /// The page.
    #[must_use]
    pub fn into_response(self, app: &App, caller: &Caller) -> Response {
        tracing::info!(reason = self.id, status = self.status.as_u16(), "an error page was shown");
        let frame = Frame::new(app, caller);
        let text = |part: &str| frame.about(&format!("{}-{part}", self.id), &self.name);
        let page = ErrorPage {
            title: text("title"),
            text: text("text"),
            link: self.link.map(|url| (url, text("link"))),
            account: frame.path(urls::ACCOUNT),
            note: self.note,
            request_id: caller.request_id.clone(),
            frame: frame.clone(),
        };
        let mut response = render_with(self.status, &page);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<Code> for PageError {
    fn from(code: Code) -> Self {
        Self::from_code(code)
    }
}

impl From<Problem> for PageError {
    fn from(problem: Problem) -> Self {
        Self::from_code(problem.into())
    }
}

impl From<store::Error> for PageError {
    fn from(error: store::Error) -> Self {
        tracing::error!(%error, "the store failed");
        Self::from_code(if error.is_passing() { Code::Unavailable } else { Code::Internal })
    }
}

#[derive(Template)]
#[template(path = "http/error.html")]
struct ErrorPage {
    frame: Frame,
    title: String,
    text: String,
    note: Option<String>,
    link: Option<(String, String)>,
    account: String,
    request_id: String,
}

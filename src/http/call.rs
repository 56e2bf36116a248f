//! A request as handlers see it: read once, checked, owned.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use poem::http::{HeaderMap, Method, StatusCode, Uri, header};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Code, PageError, Problem, cookie, csrf, guard};
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    crypto::{
        mac::Tag,
        token::{self, TokenKind},
    },
    mail::{Facts, Notice},
    metrics,
    protocol::{client::Client, error_code::OAuthError, parameters::Parameters},
    store::{self, Tx, client_error::ClientError, epoch, user::User},
    urls,
    words::Locale,
};

/// Characters of what is said of a body at most: it may quote what was sent.
const MAX_DETAIL: usize = 300;

/// Who calls: address, browser, language. Nothing here proves who the person is.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Address, behind trusted proxies the real one.
    pub ip: Option<IpAddr>,
    /// As sent, cut to 512 characters.
    pub user_agent: Option<String>,
    /// Shown on error pages, found in logs.
    pub request_id: String,
    /// The browser binding.
    pub flow: Option<Flow>,
    /// SHA-256 of the session cookie's token, if there is a cookie of the right form.
    pub session: Option<Tag>,
    /// Language of pages.
    pub locale: Locale,
}

/// The browser binding: all ceremonies and requests of one browser.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// SHA-256 of the cookie's token.
    pub hash: Tag,
}

/// One request.
#[derive(Clone)]
pub struct Call {
    /// The server.
    pub app: Arc<App>,
    /// Who calls.
    pub caller: Arc<Caller>,
    /// Its method; GET for HEAD, too.
    pub method: Method,
    /// All headers.
    pub headers: HeaderMap,
    /// Path and query, the issuer's path before them.
    pub uri: Uri,
    /// Segments that the route names.
    pub segments: HashMap<String, String>,
    /// The body, within the route's limit.
    pub body: Vec<u8>,
    /// Which app asks, once that is known.
    pub asking: Arc<Asking>,
}

/// An app that asks for something, for whoever administers it.
#[derive(Debug, Default)]
pub struct Asking {
    client: OnceLock<Uuid>,
    reason: OnceLock<&'static str>,
    detail: OnceLock<String>,
}

impl Asking {
    /// Remembers for whoever administers the app that it is refused, unless it could not have asked better.
    pub(super) fn note_refusal(&self, app: &App, uri: &Uri, error: &OAuthError) {
        let Some(client) = self.client.get().filter(|_| error.code.is_for_developers()) else { return };
        let error = ClientError {
            client: *client,
            endpoint: urls::oauth_endpoint(uri.path()).to_owned(),
            error: error.code.as_str().to_owned(),
            description: error.description.to_string(),
            reason: self.reason.get().copied().unwrap_or_default().to_owned(),
        };
        app.note_refusal(error, self.detail.get().map_or("", String::as_str));
    }
}

impl Caller {
    /// For the audit log.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin {
            ip: self.ip.map(|ip| ip.to_string()),
            user_agent: self.user_agent.clone(),
            request_id: Some(self.request_id.clone()),
        }
    }

    /// The CSRF token that this browser's pages carry.
    #[must_use]
    pub fn csrf_token(&self, app: &App) -> String {
        self.flow.map(|flow| csrf::token(&*app.data_keys.csrf, &flow.hash, self.session.as_ref())).unwrap_or_default()
    }
}

impl Call {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Time {
        self.app.now()
    }

    /// Records an event of this request in its transaction.
    pub fn record(&self, tx: &Tx, event: Event, entry: Entry, now: Time) {
        self.count(event, !entry.failed);
        audit::record(tx, (&*self.app.rng, now), &self.caller.origin(), event, entry);
    }

    /// Tells somebody by mail what this request did, once its transaction is committed.
    pub fn notify(&self, tx: &Tx, user: &User, notice: &Notice, now: Time) {
        let words = self.app.language_of(user, &self.caller.locale);
        self.app.notify(tx, user, &words, notice, self.facts(now));
    }

    /// The relying party identifier by which authenticators may be told of passkeys (WebAuthn 5.1.10); empty where nothing may be
    /// said, since the database may lack some.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signals_for(&self) -> Result<String, store::Error> {
        let app = &self.app;
        let Some(known) = epoch::may_signal(&app.store.read(), self.now()).await? else { return Ok(String::new()) };
        // It may have been replaced since anybody looked.
        let is_same = epoch::incarnation(&app.store, &app.config.database_url).await? == known;
        Ok(if is_same { app.config.relying_party.id.clone() } else { String::new() })
    }

    /// From where this request came.
    #[must_use]
    pub fn facts(&self, now: Time) -> Facts {
        let Origin { ip, user_agent, .. } = self.caller.origin();
        Facts { at: now, username: None, ip, user_agent }
    }

    /// Counts an event.
    pub fn count(&self, event: Event, success: bool) {
        let outcome = if success { "success" } else { "failure" };
        self.app.metrics.events.get_or_create(&metrics::Event { event: event.as_str(), outcome }).inc();
    }

    /// It is this app that asks, whether or not it is the one it says.
    pub fn asks_as(&self, client: &Client) {
        let _ = self.asking.client.set(client.id);
    }

    /// Why it will be refused, as nobody else is told.
    pub fn because(&self, reason: &'static str) {
        let _ = self.asking.reason.set(reason);
    }

    /// What came that will be refused.
    pub fn because_of(&self, detail: &str) {
        let _ = self.asking.detail.set(detail.to_owned());
    }

    /// Remembers for whoever administers the app that it is refused.
    pub fn note_refusal(&self, error: &OAuthError) {
        self.asking.note_refusal(&self.app, &self.uri, error);
    }

    /// Counts a row that a stranger makes us write.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn limit_write(&self) -> Result<(), Code> {
        guard::check_ceremony(&self.app, &self.caller)
    }

    /// Counts a recovery code that somebody tries.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn limit_recovery(&self) -> Result<(), Code> {
        guard::check_recovery(&self.app, &self.caller)
    }

    /// What nobody asked for yet must not spend anything.
    ///
    /// # Errors
    /// A page, for a browser that only looks ahead.
    pub fn refuse_prefetch(&self) -> Result<(), PageError> {
        match self.header("sec-purpose").is_some_and(|purpose| purpose.contains("prefetch")) {
            true => Err(PageError::new(StatusCode::SERVICE_UNAVAILABLE, "error-prefetch")),
            false => Ok(()),
        }
    }

    /// Decoded query parameters.
    ///
    /// # Errors
    /// `invalid_request` for too many.
    pub fn query(&self) -> Result<Parameters, OAuthError> {
        Parameters::parse(self.uri.query().unwrap_or_default().as_bytes())
    }

    /// A query parameter.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<String> {
        self.query().ok()?.find(name).map(str::to_owned)
    }

    /// Decoded form parameters; the content type must say so.
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn form(&self) -> Result<Parameters, OAuthError> {
        let media_type = self.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        if !is_media_type(media_type, "application/x-www-form-urlencoded") {
            return Err(OAuthError::invalid_request("the content type must be application/x-www-form-urlencoded"));
        }
        Parameters::parse(&self.body)
    }

    /// The JSON body.
    ///
    /// # Errors
    /// A problem document that says what is wrong, and where.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let refuse = |detail: String| Problem::detailed(Code::InvalidRequest, detail);
        // Serde would take an array for a struct too.
        if self.body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(refuse("the body is no JSON object".to_owned()));
        }
        let told = |error: serde_json::Error| error.to_string().chars().take(MAX_DETAIL).collect();
        serde_json::from_slice(&self.body).map_err(|error| refuse(told(error)))
    }

    /// A header that is there once and is text; `None` without it.
    ///
    /// # Errors
    /// `invalid_request` for one that could be read in two ways: it must not count as left out.
    pub fn sole_header(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut all = self.headers.get_all(name).iter();
        let refuse = || Problem::detailed(Code::InvalidRequest, format!("{name}: once, in ASCII"));
        match (all.next(), all.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| refuse()),
            _ => Err(refuse()),
        }
    }

    /// A header that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The token of an Authorization header (RFC 6750 2.1); `None` for another scheme too.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header(header::AUTHORIZATION.as_str())?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// A segment of the path, parsed.
    #[must_use]
    pub fn segment<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        // PostgreSQL keeps no NUL in text.
        self.segments.get(name).filter(|text| !text.contains('\0'))?.parse().ok()
    }
}

/// Whether a Content-Type header names this media type, parameters aside (RFC 9110 8.3.1).
pub(super) fn is_media_type(header: &str, expected: &str) -> bool {
    header.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(expected)
}

/// Reads what cookies say.
pub(super) fn cookies(app: &App, headers: &HeaderMap) -> (Option<Flow>, Option<Tag>) {
    let secure = app.config.issuer.is_https();
    let flow = cookie::find(headers, cookie::flow_name(secure)).and_then(|text| token::hash(TokenKind::Flow, &text));
    let session =
        cookie::find(headers, cookie::session_name(secure)).and_then(|text| token::hash(TokenKind::Session, &text));
    (flow.map(|hash| Flow { hash }), session)
}

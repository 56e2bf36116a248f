//! Outermost: request id, head limits, panics, and what no route answers.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;
use poem::{
    Endpoint, Request, Response,
    http::{HeaderValue, StatusCode, Version, header},
};

use tracing::Instrument;

use super::{
    Caller, Code, PageError,
    guard::refuse,
    headers,
    rule::{Cache, Class},
};
use crate::{
    app::App,
    crypto::random::{Rng, bytes},
    limits::MAX_HEAD,
    metrics,
};

/// The id of a request: eight letters that can be read out on the telephone.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub String);

/// Wraps the router.
pub struct Edge<E> {
    app: Arc<App>,
    inner: E,
}

impl<E> Edge<E> {
    /// Wraps `inner`.
    pub fn new(app: Arc<App>, inner: E) -> Self {
        Self { app, inner }
    }

    fn failure(&self, asked: Asked, error: Failure) -> Response {
        let response = self.render(asked, error);
        let unrouted = metrics::Request { route: "", method: "OTHER", status: response.status().as_u16() };
        self.app.metrics.requests.get_or_create(&unrouted).inc();
        response
    }

    fn render(&self, Asked { id, wants_html, languages }: Asked, error: Failure) -> Response {
        let languages = languages.as_ref().and_then(|value| value.to_str().ok());
        let caller = Caller {
            ip: None,
            user_agent: None,
            request_id: id,
            flow: None,
            session: None,
            locale: self.app.words.choose(None, languages),
        };
        let class = if wants_html { Class::Page } else { Class::Json };
        let mut response = match error {
            Failure::Status(status) => PageError::status(status).into_response(&self.app, &caller),
            Failure::Code(code) => refuse(&self.app, &caller, class, code),
        };
        let is_html = response.content_type().is_some_and(|t| t.starts_with("text/html"));
        let class = if is_html { Class::Page } else { Class::Json };
        headers::set(response.headers_mut(), class, Cache::NoStore, self.app.config.issuer.is_https());
        response
    }
}

/// What whoever is told of a failure can read.
struct Asked {
    id: String,
    wants_html: bool,
    languages: Option<HeaderValue>,
}

enum Failure {
    Status(StatusCode),
    Code(Code),
}

impl<E: Endpoint<Output = Response>> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let id = request_id(&*self.app.rng);
        let wants_html = request.header(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
        request.set_data(RequestId(id.clone()));
        let languages = request.headers().get(header::ACCEPT_LANGUAGE).cloned();
        // Every line that is logged below has the id that the person sees, and the route, never the path: links are secrets.
        let span = tracing::info_span!("request", id, method = %request.method(), route = tracing::field::Empty);
        let asked = Asked { id, wants_html, languages };
        if let Some(status) = bad_head(&request) {
            return Ok(span.in_scope(|| self.failure(asked, Failure::Status(status))));
        }
        Ok(self.answer(asked, request).instrument(span).await)
    }
}

impl<E: Endpoint<Output = Response>> Edge<E> {
    async fn answer(&self, asked: Asked, request: Request) -> Response {
        match AssertUnwindSafe(self.inner.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let code = if error.status() == StatusCode::NOT_FOUND { Code::NotFound } else { Code::Internal };
                self.failure(asked, Failure::Code(code))
            }
            Err(_) => {
                tracing::error!("a handler panicked");
                self.failure(asked, Failure::Code(Code::Internal))
            }
        }
    }
}

fn bad_head(request: &Request) -> Option<StatusCode> {
    let headers = request.headers();
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if size + request.uri().to_string().len() > MAX_HEAD {
        return Some(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    // RFC 9112 3.2: exactly one in HTTP/1.1.
    let hosts = headers.get_all(header::HOST).iter().count();
    let is_missing = hosts == 0 && request.version() == Version::HTTP_11;
    (hosts > 1 || is_missing).then_some(StatusCode::BAD_REQUEST)
}

/// Crockford's alphabet has no letters that look alike.
pub(super) fn request_id(rng: &dyn Rng) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let letters = bytes::<8>(rng).map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let text: String = letters.iter().collect();
    format!("{}-{}", &text[..4], &text[4..])
}

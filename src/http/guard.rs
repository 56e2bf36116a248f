//! What stands before every handler: method, size, cookies, CSRF; and behind it: cookies, CORS, headers.

use std::{collections::HashMap, sync::Arc, time::Instant};

use poem::{
    Endpoint, Request, Response,
    error::ReadBodyError,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    web::RemoteAddr,
};
use tokio::time::timeout;

use super::{
    Call, Caller, Code, Flow, OAuthFailure, PageError, Problem, call, client_ip, cookie, cors, csrf,
    edge::RequestId,
    endpoint::Handler,
    headers,
    rule::{Access, Class, Rule},
};
use crate::{
    app::App,
    crypto::{
        secret::Secret,
        token::{self, Generated, TokenKind},
    },
    limits::{Bucket, Prefix, TooMany},
    metrics::{self, Limit, Route},
};

const FLOW_MAX_AGE: i64 = 86_400;

/// A row of the route table.
#[derive(Clone)]
pub struct Row {
    /// What it answers to; GET answers HEAD too.
    pub method: Method,
    /// Path below the issuer.
    pub path: &'static str,
    /// What it may.
    pub rule: Rule,
    /// What it does.
    pub handler: Handler,
}

/// All rows of one path.
pub struct Guarded {
    app: Arc<App>,
    rows: Vec<Row>,
    allow: String,
    segments: Vec<String>,
}

impl Guarded {
    /// Guards these rows, which share one path.
    #[must_use]
    pub fn new(app: Arc<App>, rows: Vec<Row>) -> Self {
        let mut allow: Vec<_> = rows.iter().map(|row| row.method.to_string()).collect();
        if rows.iter().any(|row| row.method == Method::GET && row.rule.answers_head) {
            allow.push(Method::HEAD.to_string());
        }
        let path = rows.first().map_or("", |row| row.path);
        let segments = path.split('/').filter_map(|s| s.strip_prefix([':', '*'])).map(str::to_owned).collect();
        Self { app, rows, allow: allow.join(", "), segments }
    }

    fn find(&self, method: &Method) -> Option<&Row> {
        let answers = |row: &&Row| match *method {
            Method::HEAD => row.method == Method::GET && row.rule.answers_head,
            _ => row.method == *method,
        };
        self.rows.iter().find(answers)
    }

    async fn answer(&self, mut request: Request, row: &Row) -> Response {
        let (caller, new_flow) = self.caller(&request, row.rule.access);
        let caller = Arc::new(caller);
        let mut response = match self.admit(&mut request, row, &caller).await {
            Ok(body) => {
                let call = Call {
                    app: self.app.clone(),
                    caller: caller.clone(),
                    method: row.method.clone(),
                    headers: request.headers().clone(),
                    uri: request.uri().clone(),
                    segments: self.read_segments(&request),
                    body,
                    asking: Arc::default(),
                };
                let deadline = self.app.config.raw.server.request_timeout.to_std();
                // Past it the transaction under way is rolled back, and nothing was promised.
                let answer = timeout(deadline, (row.handler)(call)).await;
                answer.unwrap_or_else(|_| refuse(&self.app, &caller, row.rule.class, Code::Unavailable))
            }
            Err(code) => refuse(&self.app, &caller, row.rule.class, code),
        };
        if let Some(token) = new_flow {
            let secure = self.app.config.issuer.is_https();
            if let Some(value) = cookie::set(cookie::flow_name(secure), token.expose(), FLOW_MAX_AGE, secure) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }

    /// Reads who calls; for a browser without a flow cookie makes one.
    fn caller(&self, request: &Request, access: Access) -> (Caller, Option<Secret<String>>) {
        let headers = request.headers();
        let peer = request.data::<RemoteAddr>().unwrap_or(request.remote_addr());
        let peer = peer.as_socket_addr().map(std::net::SocketAddr::ip);
        let reads_cookies = match access {
            Access::Browser | Access::Session | Access::OwnPage => true,
            // Whoever shows a token is judged by it alone.
            Access::Administration => !headers.contains_key(header::AUTHORIZATION),
            Access::Public | Access::Client | Access::Bearer => false,
        };
        let (mut flow, session) = if reads_cookies { call::cookies(&self.app, headers) } else { (None, None) };
        let mut new_flow = None;
        if access == Access::Browser && flow.is_none() {
            let Generated { token, hash } = token::generate(&*self.app.rng, TokenKind::Flow);
            flow = Some(Flow { hash });
            new_flow = Some(token);
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let ui_locales = request.uri().query().and_then(|query| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == "ui_locales").map(|(_, value)| value.into_owned())
        });
        let caller = Caller {
            ip: client_ip::find(peer, headers, &self.app.config.trusted_proxies),
            user_agent: text(header::USER_AGENT).map(|text| text.chars().take(512).collect()),
            request_id: request.data::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
            flow,
            session,
            locale: self.app.words.choose(ui_locales.as_deref(), text(header::ACCEPT_LANGUAGE)),
        };
        (caller, new_flow)
    }

    /// Lets the request in, with its body.
    async fn admit(&self, request: &mut Request, row: &Row, caller: &Caller) -> Result<Vec<u8>, Code> {
        // Counted before anything is read: a flood must stay cheap.
        if row.rule.bucket != Bucket::None {
            let checked = self.app.limits.check_address(caller.ip.map(Prefix::from));
            checked.map_err(|too_many| count_limited(&self.app, "request", too_many))?;
        }
        let has_token = request.headers().contains_key(header::AUTHORIZATION);
        let is_of_page = match row.rule.access {
            Access::OwnPage => true,
            Access::Administration => row.method != Method::GET && !has_token,
            _ => false,
        };
        if is_of_page {
            self.check_own_page(request.headers(), caller)?;
        }
        // After the proofs: a page of somebody else must not use up what an office shares.
        if row.rule.bucket == Bucket::Ceremony {
            check_ceremony(&self.app, caller)?;
        }
        if row.rule.body_limit == 0 {
            return Ok(Vec::new());
        }
        // A small body that unpacks to a large one would pass the limit.
        if request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
            return Err(Code::UnsupportedMediaType);
        }
        let deadline = self.app.config.raw.server.body_timeout.to_std();
        match timeout(deadline, request.take_body().into_bytes_limit(row.rule.body_limit)).await {
            Ok(Ok(bytes)) => {
                let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
                let is_json = call::is_media_type(media_type.unwrap_or_default(), "application/json");
                // What no page sent says itself that it is JSON.
                match row.rule.access == Access::Administration && !bytes.is_empty() && !is_json {
                    true => Err(Code::UnsupportedMediaType),
                    false => Ok(bytes.to_vec()),
                }
            }
            Ok(Err(ReadBodyError::PayloadTooLarge)) => Err(Code::PayloadTooLarge),
            Ok(Err(_)) => Err(Code::InvalidRequest),
            Err(_) => Err(Code::RequestTimeout),
        }
    }

    /// The four proofs that a call comes from a page of ours in this browser.
    fn check_own_page(&self, headers: &HeaderMap, caller: &Caller) -> Result<(), Code> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if !call::is_media_type(text("content-type").unwrap_or_default(), "application/json") {
            return Err(Code::UnsupportedMediaType);
        }
        let ours = |origin: &str| self.app.config.relying_party.origins.iter().any(|own| own == origin);
        if !text("origin").is_some_and(ours) || text("sec-fetch-site").is_some_and(|site| site != "same-origin") {
            return Err(Code::CsrfFailed);
        }
        let flow = caller.flow.ok_or(Code::CsrfFailed)?;
        let given = text("x-csrf-token").unwrap_or_default();
        let valid = csrf::verify(&*self.app.data_keys.csrf, &flow.hash, caller.session.as_ref(), given);
        if valid { Ok(()) } else { Err(Code::CsrfFailed) }
    }

    fn read_segments(&self, request: &Request) -> HashMap<String, String> {
        let read = |name: &String| Some((name.clone(), request.raw_path_param(name)?.to_owned()));
        self.segments.iter().filter_map(read).collect()
    }
}

impl Endpoint for Guarded {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let route = self.rows.first().map_or("", |row| row.path);
        tracing::Span::current().record("route", route);
        let begun = Instant::now();
        let origin: Option<HeaderValue> = request.headers().get(header::ORIGIN).cloned();
        let found = self.find(request.method());
        let rule = found.or(self.rows.first()).map(|row| row.rule);
        let Some(rule) = rule else { return Ok(StatusCode::NOT_FOUND.into()) };
        let mut response = match found {
            Some(row) => self.answer(request, row).await,
            None if cors::is_preflight(request.method(), request.headers()) => {
                cors::preflight(&self.app, rule.cors, origin.as_ref(), &self.allow)
            }
            None => {
                let (caller, _) = self.caller(&request, Access::Public);
                let mut response = refuse(&self.app, &caller, rule.class, Code::MethodNotAllowed);
                if let Ok(allow) = HeaderValue::from_str(&self.allow) {
                    response.headers_mut().insert(header::ALLOW, allow);
                }
                response
            }
        };
        cors::allow(&self.app, response.headers_mut(), rule.cors, origin.as_ref());
        let keeps = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
        let is_html = response.content_type().is_some_and(|t| t.starts_with("text/html"));
        let cache = if keeps && !is_html { rule.cache } else { super::rule::Cache::NoStore };
        let class = if is_html {
            Class::Page
        } else if rule.class == Class::Page {
            Class::Json
        } else {
            rule.class
        };
        headers::finish(&mut response, class, cache, self.app.config.issuer.is_https());
        let method = found.map_or("OTHER", |row| match row.method {
            Method::GET => "GET",
            Method::PUT => "PUT",
            Method::DELETE => "DELETE",
            Method::PATCH => "PATCH",
            _ => "POST",
        });
        let metrics = &self.app.metrics;
        metrics.requests.get_or_create(&metrics::Request { route, method, status: response.status().as_u16() }).inc();
        metrics.latency.get_or_create(&Route { route }).observe(begun.elapsed().as_secs_f64());
        Ok(response)
    }
}

/// Takes one for a ceremony, or for a row that a stranger makes us write.
pub(super) fn check_ceremony(app: &App, caller: &Caller) -> Result<(), Code> {
    let flow = caller.flow.as_ref().map(|flow| &flow.hash);
    let checked = app.limits.check_ceremony(caller.ip.map(Prefix::from), flow);
    checked.map_err(|too_many| count_limited(app, "ceremony", too_many))
}

/// Takes one for a recovery code that somebody tries.
pub(super) fn check_recovery(app: &App, caller: &Caller) -> Result<(), Code> {
    let checked = app.limits.check_recovery(caller.ip.map(Prefix::from));
    checked.map_err(|too_many| count_limited(app, "recovery", too_many))
}

fn count_limited(app: &App, bucket: &'static str, too_many: TooMany) -> Code {
    app.metrics.limited.get_or_create(&Limit { bucket }).inc();
    too_many.into()
}

/// A refusal of the guard, in the shape of the row's class.
pub(super) fn refuse(app: &App, caller: &Caller, class: Class, code: Code) -> Response {
    match class {
        Class::Page | Class::Asset => PageError::from_code(code).into_response(app, caller),
        Class::Json => Problem::new(code).into_response(caller),
        Class::OAuth => OAuthFailure::from(code).into_response(),
    }
}

//! What is served while the database is not there yet: that the process runs, metadata, and 503 for the rest.

use poem::{
    Endpoint, Request, Response,
    http::{StatusCode, header},
};
use serde_json::json;

use super::{
    edge::request_id,
    headers,
    rule::{Cache, Class},
};
use crate::{
    app,
    attestation::Files,
    config::Config,
    crypto::{document::Document, random::SystemRng},
    store, urls,
    urls::Urls,
};

/// Stands in for the router.
pub struct Waiting {
    urls: Urls,
    discovery: Document,
    https: bool,
    rng: SystemRng,
}

impl Waiting {
    /// For this configuration.
    ///
    /// # Errors
    /// When the metadata can't be rendered.
    pub fn new(config: &Config) -> Result<Self, store::Error> {
        let urls = Urls::new(config.issuer.clone());
        Ok(Self {
            discovery: app::discovery(&urls, config, &Files::open(config))?,
            urls,
            https: config.issuer.is_https(),
            rng: SystemRng::default(),
        })
    }

    fn answer(&self, path: &str) -> (Response, Cache) {
        if path == self.urls.path(urls::LIVEZ) {
            let body = json!({ "status": "ok" }).to_string();
            return (Response::builder().content_type("application/json").body(body), Cache::NoStore);
        }
        if path == self.urls.path(urls::OPENID_CONFIGURATION) {
            let builder = Response::builder().content_type("application/json");
            let builder = builder.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
            return (builder.body(self.discovery.bytes()), Cache::Public(300));
        }
        let title = "Please try again in a moment.";
        let request_id = request_id(&self.rng);
        tracing::info!(request_id, "nothing can be answered before the database is there");
        let body = json!({
            "type": "about:blank", "title": title, "status": 503, "code": "unavailable", "request_id": request_id,
        });
        let builder = Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).header(header::RETRY_AFTER, "2");
        (builder.content_type("application/problem+json").body(body.to_string()), Cache::NoStore)
    }
}

impl Endpoint for Waiting {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (mut response, cache) = self.answer(request.uri().path());
        headers::set(response.headers_mut(), Class::Json, cache, self.https);
        Ok(response)
    }
}

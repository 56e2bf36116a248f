//! `server.metrics_listen`: metrics on a listener of their own, never on the public one.

use std::{sync::Arc, time::Duration};

use poem::{
    Response,
    endpoint::make_sync,
    http::{Method, StatusCode, header},
};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{error::CliError, serve};
use crate::{
    app::App,
    config::Config,
    listen::{self, Bounds, Terms},
};

const BOUNDS: Bounds = Bounds {
    connections: 64,
    per_prefix: 64,
    head: Duration::from_secs(5),
    idle: Duration::from_secs(75),
    stall: Duration::from_secs(10),
    drain: Duration::from_secs(1),
};

/// Takes the address, if metrics are asked for.
pub(super) fn bind(config: &Config) -> Result<Option<TcpListener>, CliError> {
    let Some(address) = &config.raw.server.metrics_listen else { return Ok(None) };
    let unavailable = |e: std::io::Error| CliError::Unavailable(format!("server.metrics_listen: {e}"));
    let listener = TcpListener::from_std(serve::bind_quietly(address)?).map_err(unavailable)?;
    tracing::info!(metrics = %listener.local_addr().map_err(unavailable)?, "metrics are served");
    Ok(Some(listener))
}

/// Serves `/metrics`.
pub(super) fn serve(app: &Arc<App>, listener: TcpListener) -> JoinHandle<()> {
    let app = app.clone();
    let endpoint = make_sync(move |request| answer(&app, &request));
    let terms = Terms { tls: None, trusted_proxies: Vec::new(), bounds: BOUNDS, open: Arc::new(|_| ()) };
    tokio::spawn(async move {
        if let Err(error) = listen::serve(listener, endpoint, terms, std::future::pending()).await {
            tracing::error!(%error, "metrics are not served any more");
        }
    })
}

fn answer(app: &App, request: &poem::Request) -> Response {
    if request.uri().path() != "/metrics" {
        return StatusCode::NOT_FOUND.into();
    }
    if request.method() != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into();
    }
    match app.metrics.render(&app.reading()) {
        Ok(text) => Response::builder()
            .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
            .header(header::CACHE_CONTROL, "no-store")
            .body(text),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into(),
    }
}

//! `claviger demo`: everything at once, for somebody who wants to see it work.

use std::{net::TcpListener, path::PathBuf, sync::Arc};

use clap::Args;
use poem::{Server, listener::TcpAcceptor};

use super::{client::register, error::CliError, identity::MayChange, serve, stop::Stop};
use crate::{
    app::App,
    config::{SignUp, Sources, load},
    demo,
    protocol::{client::TokenEndpointAuthMethod, client_metadata::ClientMetadata},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address of the provider; port 0 takes any.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Address of the demo app; port 0 takes any.
    #[arg(long, default_value = "127.0.0.1:8081")]
    app_listen: String,
    /// Where the database is kept.
    #[arg(long, default_value = "data")]
    data_dir: PathBuf,
}

pub(super) async fn run(sources: &Sources, arguments: Arguments) -> Result<(), CliError> {
    let stop = Stop::listen()?;
    let (listener, app_listener) = (serve::bind(&arguments.listen)?, serve::bind(&arguments.app_listen)?);
    let (issuer, app_url) = (format!("http://localhost:{}", port(&listener)?), url(&app_listener)?);
    let config = load(sources, |raw| {
        raw.server.listen = arguments.listen;
        raw.server.public_url = issuer;
        raw.server.data_dir = arguments.data_dir;
        raw.registration.sign_up = SignUp::Open;
    })?;
    let config = super::begin(config)?;
    let (app, link) = serve::open(config, MayChange::Issuer).await?;
    register_app(&app).await?;
    let relying_party = demo::build(app.config.issuer.as_str(), &app_url);
    let acceptor = TcpAcceptor::from_std(app_listener).map_err(|e| CliError::Unavailable(e.to_string()))?;
    let demo_app = tokio::spawn(Server::new_with_acceptor(acceptor).run(relying_party));
    serve::announce(&app, link);
    serve::say(&format!("demo app: {app_url}"));
    let served = serve::serve(app, listener, None, stop).await;
    demo_app.abort();
    served
}

/// The same public client at every start; as a native app's, its port may change.
async fn register_app(app: &Arc<App>) -> Result<(), CliError> {
    let metadata = ClientMetadata {
        client_name: Some("Demo app".to_owned()),
        redirect_uris: vec![format!("http://127.0.0.1{}", demo::CALLBACK)],
        token_endpoint_auth_method: Some(TokenEndpointAuthMethod::None.as_str().to_owned()),
        ..ClientMetadata::default()
    };
    let client = metadata.into_client(app.uuid(), demo::CLIENT_ID.to_owned());
    let client = client.map_err(|error| CliError::usage(error.code.as_str(), error.detail))?;
    register(app, &client, (None, None)).await
}

fn port(listener: &TcpListener) -> Result<u16, CliError> {
    Ok(listener.local_addr().map_err(|e| CliError::Unavailable(e.to_string()))?.port())
}

fn url(listener: &TcpListener) -> Result<String, CliError> {
    Ok(format!("http://127.0.0.1:{}", port(listener)?))
}

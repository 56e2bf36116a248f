//! `claviger client`

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::{error::CliError, open, output::Output};
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    config::Config,
    crypto::{
        mac::base64url,
        random::bytes,
        token::{self, Generated, TokenKind},
    },
    oidc::registration::{self, remote},
    protocol::{
        administration,
        client::{Client, TokenEndpointAuthMethod},
        client_details::ApplicationType,
        client_metadata::{ClientMetadata, InvalidMetadata},
        grant_type::GrantType,
        scope::ACCOUNT_READ,
    },
    store::{self, client, client_logo, resource},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Register an app.
    Create(Create),
    /// Show all apps.
    List,
    /// Show one app.
    Show {
        /// Its `client_id`.
        client_id: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Shown to people.
    #[arg(long)]
    name: Option<String>,
    /// Where answers may go; may be repeated.
    #[arg(long)]
    redirect_uri: Vec<String>,
    /// An app that can't keep a secret: in a browser, on a phone.
    #[arg(long)]
    public: bool,
    /// Scopes it may ask for, separated by spaces; may be repeated.
    #[arg(long)]
    scope: Vec<String>,
    /// An app of the house: people are not asked.
    #[arg(long)]
    no_consent: bool,
    /// For old apps that can't do PKCE; public ones always must.
    #[arg(long)]
    no_pkce: bool,
    /// JSON file with client metadata (RFC 7591).
    #[arg(long)]
    metadata: Option<PathBuf>,
}

/// What is shown once.
#[derive(Serialize)]
struct Created {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

#[derive(Serialize)]
struct ClientObject<'a> {
    client_id: &'a str,
    client_name: &'a str,
    redirect_uris: &'a [String],
    token_endpoint_auth_method: &'a str,
    scope: String,
    require_pkce: bool,
    require_consent: bool,
    subject_type: &'a str,
    id_token_signed_response_alg: &'a str,
    enabled: bool,
}

impl<'a> From<&'a Client> for ClientObject<'a> {
    fn from(client: &'a Client) -> Self {
        Self {
            client_id: &client.client_id,
            client_name: &client.client_name,
            redirect_uris: &client.redirect_uris,
            token_endpoint_auth_method: client.token_endpoint_auth_method.as_str(),
            scope: client.scopes.to_string(),
            require_pkce: client.needs_pkce(),
            require_consent: client.require_consent,
            subject_type: client.subject_type.as_str(),
            id_token_signed_response_alg: client.id_token_signed_response_alg.as_str(),
            enabled: client.enabled,
        }
    }
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    match command {
        Command::Create(arguments) => {
            let created = create(&app, arguments).await?;
            output.print(&created, |created| match &created.client_secret {
                Some(secret) => format!("client_id: {}\nclient_secret: {secret}", created.client_id),
                None => format!("client_id: {}", created.client_id),
            });
        }
        Command::List => {
            let clients = client::list(&app.store.read()).await?;
            let objects: Vec<_> = clients.iter().map(ClientObject::from).collect();
            let line = |client: &ClientObject<'_>| format!("{} {}", client.client_id, client.client_name);
            output.print(&objects, |all| all.iter().map(line).collect::<Vec<_>>().join("\n"));
        }
        Command::Show { client_id } => {
            let found = client::find_by_client_id(&app.store.read(), &client_id).await?;
            let unknown = || CliError::usage("not_found", format!("no client has the client_id {client_id}"));
            let found = found.ok_or_else(unknown)?;
            output.print(&ClientObject::from(&found), |client| {
                let state = if client.enabled { "" } else { " (disabled)" };
                let uris = client.redirect_uris.join("\n  ");
                format!("{} {}{state}\n  {uris}\n  scope: {}", client.client_id, client.client_name, client.scope)
            });
        }
    }
    Ok(())
}

async fn create(app: &App, arguments: Create) -> Result<Created, CliError> {
    let mut client = client(app, &arguments).await?;
    client.require_consent = !arguments.no_consent;
    client.require_pkce = !arguments.no_pkce;
    let refused = |error: InvalidMetadata| CliError::usage(error.code.as_str(), error.detail);
    let logo = remote::look(app, &client).await.map_err(refused)?;
    client.details.logo = logo.as_deref().map(remote::tag);
    let has_secret = client.token_endpoint_auth_method.has_secret();
    let secret = has_secret.then(|| token::generate(&*app.rng, TokenKind::ClientSecret));
    register(app, &client, (secret.as_ref(), logo.as_deref())).await?;
    Ok(Created { client_id: client.client_id, client_secret: secret.map(|secret| secret.token.expose().clone()) })
}

async fn client(app: &App, arguments: &Create) -> Result<Client, CliError> {
    let mut metadata = match &arguments.metadata {
        Some(path) => read(path)?,
        None => ClientMetadata::default(),
    };
    metadata.redirect_uris.extend(arguments.redirect_uri.iter().cloned());
    metadata.client_name = arguments.name.clone().or(metadata.client_name);
    if !arguments.scope.is_empty() {
        metadata.scope = Some(arguments.scope.join(" "));
    }
    if arguments.public {
        metadata.token_endpoint_auth_method = Some(TokenEndpointAuthMethod::None.as_str().to_owned());
        metadata.application_type.get_or_insert_with(|| ApplicationType::Native.as_str().to_owned());
    }
    if metadata.grant_types.is_none() {
        let usual = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        metadata.grant_types = Some(usual.map(|grant| grant.as_str().to_owned()).to_vec());
    }
    if metadata.client_name.is_none() {
        return Err(CliError::usage("invalid_client_metadata", "a name is needed: people are asked about it"));
    }
    if metadata.passkey_policy.as_ref().is_some_and(|policy| policy.attested) && !app.config.raw.webauthn.can_attest() {
        let detail = "passkey_policy.attested: nobody could sign in without webauthn.attestation, and webauthn.metadata or \
                      webauthn.attestation_ca";
        return Err(CliError::usage("invalid_client_metadata", detail));
    }
    let client_id = base64url(&bytes::<12>(&*app.rng)).replace(['-', '_'], "x");
    let resources = resource::list(&app.store.read()).await?;
    let own = administration::scopes().union(&[ACCOUNT_READ].into_iter().collect());
    let scopes = resources.iter().fold(own, |all, resource| all.union(&resource.scopes));
    let client = metadata.into_client_with(app.uuid(), client_id, &scopes);
    client.map_err(|error| CliError::usage(error.code.as_str(), error.detail))
}

fn read(path: &PathBuf) -> Result<ClientMetadata, CliError> {
    let refuse = |detail: String| CliError::usage("invalid_client_metadata", format!("{}: {detail}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| refuse(e.to_string()))?;
    serde_json::from_str(&text).map_err(|e| refuse(e.to_string()))
}

/// Stores a client with its secret; does nothing when its `client_id` exists.
pub(super) async fn register(
    app: &App,
    client: &Client,
    (secret, logo): (Option<&Generated>, Option<&[u8]>),
) -> Result<(), CliError> {
    app.store
        .write(async |tx| {
            let now = app.now();
            if !client::insert(tx, app.uuid(), client, now).await? {
                return Ok::<_, store::Error>(());
            }
            if let Some(secret) = secret {
                registration::insert_secret(tx, app, client, secret, now).await?;
            }
            if let Some(png) = logo {
                client_logo::put(tx, client.id, png, now).await?;
            }
            let entry = Entry { client: Some(client.client_id.clone()), ..Entry::default() };
            audit::record(tx, (&*app.rng, now), &Origin::default(), Event::ClientCreated, entry);
            Ok(())
        })
        .await?;
    app.refresh().await?;
    Ok(())
}

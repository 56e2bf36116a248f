//! `claviger client`

use std::{fs, path::PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Value, json};

use super::{administering::write, error::CliError, open, output::Output};
use crate::{
    admin::{
        objects::ClientObject,
        rules::clients::{self, Prepared, PutClient},
    },
    app::App,
    audit::{self, Entry, Event, Origin},
    config::Config,
    crypto::token::Generated,
    guides,
    protocol::{
        client::{Client, TokenEndpointAuthMethod},
        client_details::ApplicationType,
        client_metadata::ClientMetadata,
    },
    registration,
    store::{self, client, client_logo},
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
    /// Change an app; what is not named stays, but a file of metadata replaces all of it.
    Update {
        /// Its `client_id`.
        client_id: String,
        #[command(flatten)]
        changes: Create,
        #[command(flatten)]
        switches: Switches,
    },
    /// Make another secret; the one before works until the next.
    RotateSecret {
        /// Its `client_id`.
        client_id: String,
    },
    /// Remove an app with all that was issued to it.
    Delete {
        /// Its `client_id`.
        client_id: String,
    },
}

/// What is turned on and off again.
#[derive(Debug, Args)]
pub(super) struct Switches {
    /// Whether it gets anything at all.
    #[arg(long)]
    enabled: Option<bool>,
    /// Whether people are asked.
    #[arg(long, conflicts_with = "no_consent")]
    require_consent: Option<bool>,
    /// Whether it must do PKCE; public ones always must.
    #[arg(long, conflicts_with = "no_pkce")]
    require_pkce: Option<bool>,
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
    /// JSON file with client metadata (RFC 7591), and what else the administration API takes.
    #[arg(long)]
    metadata: Option<PathBuf>,
    /// A group whose members alone may use it; may be repeated.
    #[arg(long)]
    group: Vec<String>,
    /// What a guide of docs/connect registers, by the name of its page.
    #[arg(long, requires = "app")]
    preset: Option<String>,
    /// Where that app is.
    #[arg(long, requires = "preset")]
    app: Option<String>,
}

/// What is shown once.
#[derive(Serialize)]
struct Created {
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    match command {
        Command::Create(arguments) => {
            let prepared = Prepared::look(&app, arguments.read()?, None).await?;
            let (client, secret) = write(&app, async |tx, acting| clients::create(tx, acting, prepared).await).await?;
            output.print(&Created::new(&client.client_id, secret.as_ref()), Created::words);
        }
        Command::List => {
            let clients = client::list(&app.store.read()).await?;
            let objects: Vec<_> = clients.iter().map(ClientObject::brief).collect();
            output.print(&objects, |all| all.iter().map(ClientObject::line).collect::<Vec<_>>().join("\n"));
        }
        Command::Show { client_id } => {
            let found = find(&app, &client_id).await?;
            output.print(&ClientObject::read(&app.store.read(), &found).await?, ClientObject::lines);
        }
        Command::Update { client_id, changes, switches } => {
            let before = find(&app, &client_id).await?;
            let asked = changes.onto(&before, &switches)?;
            let prepared = Prepared::look(&app, asked, Some(&before)).await?;
            let (object, secret) = Box::pin(write(&app, async |tx, acting| {
                let before = clients::lock(tx, &client_id).await?;
                let (after, secret) = clients::update(tx, acting, &before, prepared).await?;
                Ok((ClientObject::read(tx, &after).await?, secret))
            }))
            .await?;
            let mut told = json!(object);
            if let Some(secret) = &secret {
                told["client_secret"] = secret.token.expose().clone().into();
            }
            output.print(&told, |_| match &secret {
                Some(secret) => format!("{}\nclient_secret: {}", object.lines(), secret.token.expose()),
                None => object.lines(),
            });
        }
        Command::RotateSecret { client_id } => {
            let secret = write(&app, async |tx, acting| {
                clients::create_secret(tx, acting, &clients::lock(tx, &client_id).await?).await
            })
            .await?;
            output.print(&Created::new(&client_id, Some(&secret)), |created| {
                format!("{}\nThe one before works until the next one is made.", created.words())
            });
        }
        Command::Delete { client_id } => {
            write(&app, async |tx, acting| clients::delete(tx, acting, &clients::lock(tx, &client_id).await?).await)
                .await?;
            output.print(&json!({ "client_id": client_id }), |_| format!("{client_id} is gone"));
        }
    }
    Ok(())
}

async fn find(app: &App, client_id: &str) -> Result<Client, CliError> {
    let found = client::find_by_client_id(&app.store.read(), client_id).await?;
    found.ok_or_else(|| CliError::usage("not_found", format!("no client has the client_id {client_id}")))
}

impl Created {
    fn new(client_id: &str, secret: Option<&Generated>) -> Self {
        let client_secret = secret.map(|secret| secret.token.expose().clone());
        Self { client_id: client_id.to_owned(), client_secret }
    }

    fn words(&self) -> String {
        match &self.client_secret {
            Some(secret) => format!("client_id: {}\nclient_secret: {secret}", self.client_id),
            None => format!("client_id: {}", self.client_id),
        }
    }
}

impl Create {
    fn read(self) -> Result<PutClient, CliError> {
        let base = self.base()?.unwrap_or_default();
        let groups = if self.group.is_empty() { base.groups } else { Some(self.group.clone()) };
        let is_for_groups = groups.as_ref().is_some_and(|groups| !groups.is_empty());
        let asked = PutClient {
            require_consent: Some(base.require_consent.unwrap_or(true) && !self.no_consent),
            require_pkce: Some(base.require_pkce.unwrap_or(true) && !self.no_pkce),
            group_restricted: Some(base.group_restricted.unwrap_or(is_for_groups)),
            groups,
            release_unverified_email: base.release_unverified_email,
            enabled: base.enabled,
            claims: base.claims,
            metadata: self.over(base.metadata),
        };
        Ok(asked)
    }

    /// What a file or a preset says.
    fn base(&self) -> Result<Option<PutClient>, CliError> {
        match (&self.preset, &self.app, &self.metadata) {
            (Some(preset), Some(app), _) => from_preset(preset, app).map(Some),
            (_, _, Some(path)) => read(path).map(Some),
            _ => Ok(None),
        }
    }

    /// The client as it is, with what is named here in place of what it had.
    fn onto(self, before: &Client, switches: &Switches) -> Result<PutClient, CliError> {
        let base = self
            .base()?
            .unwrap_or_else(|| PutClient { metadata: ClientMetadata::from(before), ..PutClient::default() });
        let metadata = base.metadata;
        let metadata = match self.redirect_uri.is_empty() {
            true => metadata,
            false => ClientMetadata { redirect_uris: Vec::new(), ..metadata },
        };
        let groups = if self.group.is_empty() { base.groups } else { Some(self.group.clone()) };
        // Who names groups means that the app is for them, unless the file says otherwise.
        let is_for_groups = groups.as_ref().filter(|groups| !groups.is_empty()).map(|_| true);
        let consent = base.require_consent.unwrap_or(before.require_consent);
        let pkce = base.require_pkce.unwrap_or(before.require_pkce);
        Ok(PutClient {
            require_consent: switches.require_consent.or(Some(consent && !self.no_consent)),
            require_pkce: switches.require_pkce.or(Some(pkce && !self.no_pkce)),
            group_restricted: base.group_restricted.or(is_for_groups),
            groups,
            release_unverified_email: base.release_unverified_email.or(Some(before.release_unverified_email)),
            enabled: switches.enabled.or(base.enabled).or(Some(before.enabled)),
            claims: base.claims,
            metadata: self.over(metadata),
        })
    }

    fn over(self, mut metadata: ClientMetadata) -> ClientMetadata {
        metadata.redirect_uris.extend(self.redirect_uri);
        metadata.client_name = self.name.or(metadata.client_name);
        if !self.scope.is_empty() {
            metadata.scope = Some(self.scope.join(" "));
        }
        if self.public {
            metadata.token_endpoint_auth_method = Some(TokenEndpointAuthMethod::None.as_str().to_owned());
            metadata.application_type.get_or_insert_with(|| ApplicationType::Native.as_str().to_owned());
        }
        metadata
    }
}

fn read(path: &PathBuf) -> Result<PutClient, CliError> {
    let refuse = |detail: String| CliError::usage("invalid_client_metadata", format!("{}: {detail}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| refuse(e.to_string()))?;
    serde_json::from_str(&text).map_err(|e| refuse(e.to_string()))
}

fn from_preset(name: &str, app: &str) -> Result<PutClient, CliError> {
    serde_json::from_value(preset(name, app)?).map_err(|error| CliError::usage("invalid_request", error.to_string()))
}

/// What a guide registers, at the address of the app.
pub(super) fn preset(name: &str, app: &str) -> Result<Value, CliError> {
    let refuse = |detail: String| CliError::usage("invalid_request", detail);
    let names = || guides::all().iter().map(|guide| guide.slug.as_str()).collect::<Vec<_>>().join(", ");
    let guide = guides::find(name).ok_or_else(|| refuse(format!("preset: one of {}", names())))?;
    let origin = guides::origin(app).ok_or_else(|| refuse("app: an https address".to_owned()))?;
    Ok(guide.preset_at(&origin))
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

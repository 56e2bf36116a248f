//! `claviger resource`

use clap::Subcommand;
use serde::Serialize;
use serde_json::json;

use super::{error::CliError, open, output::Output};
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    config::Config,
    protocol::{
        client_details::AccessTokenFormat,
        resource::{Resource, is_identifier},
        scope::{SUPPORTED, ScopeSet},
    },
    store::{self, Tx, client, resource},
    urls,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a resource server that access tokens can be meant for.
    Create {
        /// What requests name and tokens have as their audience: an absolute URI.
        identifier: String,
        /// Scopes that mean something there, separated by spaces; may be repeated.
        #[arg(long)]
        scope: Vec<String>,
        /// Its access tokens are JWTs.
        #[arg(long)]
        jwt: bool,
        /// The app that may introspect its tokens.
        #[arg(long)]
        client: Option<String>,
    },
    /// Show all resource servers.
    List,
    /// Remove a resource server: nothing is issued for it any more.
    Delete {
        /// What it was created with.
        identifier: String,
    },
}

#[derive(Serialize)]
struct ResourceObject {
    identifier: String,
    scope: String,
    access_token_format: &'static str,
}

impl From<&Resource> for ResourceObject {
    fn from(resource: &Resource) -> Self {
        Self {
            identifier: resource.identifier.clone(),
            scope: resource.scopes.to_string(),
            access_token_format: resource.access_token_format.as_str(),
        }
    }
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    match command {
        Command::Create { identifier, scope, jwt, client } => {
            let resource = create(&app, identifier, &scope, jwt, client).await?;
            output.print(&ResourceObject::from(&resource), |resource| resource.identifier.clone());
        }
        Command::List => {
            let all = resource::list(&app.store.read()).await?;
            let objects: Vec<_> = all.iter().map(ResourceObject::from).collect();
            let line = |one: &ResourceObject| format!("{} {} {}", one.identifier, one.access_token_format, one.scope);
            output.print(&objects, |all| all.iter().map(line).collect::<Vec<_>>().join("\n"));
        }
        Command::Delete { identifier } => {
            if !delete(&app, &identifier).await? {
                return Err(CliError::usage("not_found", format!("no resource has the identifier {identifier}")));
            }
            output.print(&serde_json::json!({ "identifier": identifier }), |_| format!("{identifier} is gone"));
        }
    }
    Ok(())
}

async fn create(
    app: &App,
    identifier: String,
    scope: &[String],
    jwt: bool,
    client: Option<String>,
) -> Result<Resource, CliError> {
    let refuse = |detail: String| CliError::usage("invalid_request", detail);
    if !is_identifier(&identifier) {
        return Err(refuse(format!("{identifier} is no absolute URI without a fragment")));
    }
    let scopes = ScopeSet::parse(&scope.join(" ")).ok_or_else(|| refuse("scope is malformed".to_owned()))?;
    let own = [urls::ACCOUNT_API, urls::ADMIN_API].map(|path| app.urls.absolute(path));
    if scopes.reaches_accounts() || own.contains(&identifier) {
        return Err(refuse("that is the provider's own API".to_owned()));
    }
    if let Some(taken) = SUPPORTED.into_iter().find(|scope| scopes.contains(scope)) {
        return Err(refuse(format!("{taken} is a scope of the provider itself")));
    }
    let client_id = match client {
        None => None,
        Some(name) => {
            let found = client::find_by_client_id(&app.store.read(), &name).await?;
            let unknown = || CliError::usage("not_found", format!("no client has the client_id {name}"));
            Some(found.ok_or_else(unknown)?.id)
        }
    };
    let access_token_format = if jwt { AccessTokenFormat::Jwt } else { AccessTokenFormat::Opaque };
    let resource = Resource { id: app.uuid(), identifier, scopes, access_token_format, client_id };
    let (change, now) = (app.uuid(), app.now());
    let created = app
        .store
        .write(async |tx| {
            let created = resource::insert(tx, change, &resource, now).await?;
            if created {
                record(tx, app, Event::ResourceCreated, &resource.identifier, now);
            }
            Ok::<_, store::Error>(created)
        })
        .await?;
    match created {
        true => Ok(resource),
        false => Err(refuse(format!("{} exists", resource.identifier))),
    }
}

async fn delete(app: &App, identifier: &str) -> Result<bool, store::Error> {
    let (change, now) = (app.uuid(), app.now());
    app.store
        .write(async |tx| {
            let gone = resource::delete(tx, change, identifier, now).await?;
            if gone {
                record(tx, app, Event::ResourceDeleted, identifier, now);
            }
            Ok(gone)
        })
        .await
}

fn record(tx: &Tx, app: &App, event: Event, identifier: &str, now: Time) {
    let entry = Entry { details: json!({ "resource": identifier }), ..Entry::default() };
    audit::record(tx, (&*app.rng, now), &Origin::default(), event, entry);
}

//! `claviger apply`: groups, apps and webhooks as a file declares them. Twice is as good as once.

mod change;
mod file;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::{error::CliError, open, output::Output};
use crate::{
    admin::{
        acting::Acting,
        objects::{ClientObject, GroupObject, WebhookObject},
        rules::{
            clients::{self, Prepared},
            groups::{self, PutGroup},
            settings::{self, PutSettings},
            webhooks::{self, PutWebhook},
        },
    },
    app::App,
    config::Config,
    http::Problem,
    protocol::client::Client,
    store::{self, Tx, client, client_group, group, said, user, webhook},
};
use change::{Change, What};
use file::File;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// TOML, or YAML or JSON where its name ends so.
    file: PathBuf,
    /// Say what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Do so although so many members of a group cannot sign in any more.
    #[arg(long, value_name = "PEOPLE")]
    lock_out: Option<u64>,
}

/// An app of the file, looked at, and as it is by now.
struct Declared {
    client_id: String,
    prepared: Prepared,
    groups: Vec<String>,
    before: Option<Client>,
}

/// Why the transaction is undone.
enum Undone {
    Refused(Problem),
    /// Nothing was to be kept.
    Dry(Vec<Change>),
}

impl From<store::Error> for Undone {
    fn from(error: store::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<Problem> for Undone {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

pub(super) async fn run(config: Config, output: Output, arguments: Arguments) -> Result<(), CliError> {
    let file = File::read(&arguments.file)?;
    let app = open::app(config).await?;
    let mut declared = Vec::new();
    for one in &file.clients {
        declared.push(look(&app, one).await?);
    }
    // All of it or nothing, by the rules that everybody has; what is only tried is undone.
    let done = app.store.write(async |tx| {
        user::lock_administrators(tx).await?;
        let acting = Acting::operator(&app);
        let mut changes = Vec::new();
        for asked in &file.groups {
            changes.push(apply_group(tx, &acting, asked, arguments.lock_out).await?);
        }
        for one in declared {
            changes.push(apply_client(tx, &acting, one).await?);
        }
        for asked in &file.webhooks {
            changes.push(apply_webhook(tx, &acting, asked).await?);
        }
        if !file.settings.said().is_empty() {
            changes.push(apply_settings(tx, &acting, &file.settings).await?);
        }
        if arguments.dry_run { Err(Undone::Dry(changes)) } else { Ok(changes) }
    });
    let mut changes = match done.await {
        Ok(changes) => changes,
        Err(Undone::Dry(changes)) => changes.into_iter().map(Change::without_secret).collect(),
        Err(Undone::Refused(problem)) => return Err(problem.into()),
    };
    changes.sort_by_key(|change| change.what == What::Unchanged);
    output.print(&changes, |changes| changes.iter().map(Change::words).collect::<Vec<_>>().join("\n"));
    Ok(())
}

async fn look(app: &App, one: &file::ClientEntry) -> Result<Declared, CliError> {
    let mut asked = one.asked()?;
    let groups = asked.groups.clone().unwrap_or_default();
    let before = client::find_by_client_id(&app.store.read(), &one.client_id).await?;
    // What was switched off stays so, unless the file says otherwise.
    asked.enabled = asked.enabled.or(before.as_ref().map(|before| before.enabled));
    let prepared = match &before {
        Some(before) => Prepared::look(app, asked, Some(before)).await,
        None => Prepared::look_named(app, asked, &one.client_id).await,
    };
    let named = |problem: Problem| {
        let error = CliError::from(problem);
        CliError::usage(error.code(), format!("client {}: {error}", one.client_id))
    };
    Ok(Declared { client_id: one.client_id.clone(), prepared: prepared.map_err(named)?, groups, before })
}

async fn apply_group(
    tx: &Tx,
    acting: &Acting<'_>,
    asked: &file::GroupEntry,
    lock_out: Option<u64>,
) -> Result<Change, Problem> {
    let found = match group::find_by_name(tx, &asked.name).await? {
        Some(found) => group::lock(tx, found.id).await?,
        None => None,
    };
    let Some(before) = found else {
        let passkey_policy = asked.passkey_policy.clone().unwrap_or_default();
        let new = PutGroup { name: asked.name.clone(), passkey_policy, lock_out: None };
        let made = groups::create(tx, acting, &new).await?;
        return Ok(Change::created("group", &asked.name, json!(GroupObject::from(&made)), None));
    };
    // What the file does not say stays as it is.
    let policy = asked.passkey_policy.clone().unwrap_or_else(|| before.passkey_policy.clone());
    if before.passkey_policy == policy {
        return Ok(Change::unchanged("group", &asked.name));
    }
    let lock_out = asked.lock_out.or(lock_out);
    let asked = PutGroup { name: before.name.clone(), passkey_policy: policy, lock_out };
    let after = groups::update(tx, acting, &before, &asked).await?;
    let objects = (json!(GroupObject::from(&before)), json!(GroupObject::from(&after)));
    Ok(Change::changed("group", &asked.name, objects, None))
}

async fn apply_client(tx: &Tx, acting: &Acting<'_>, declared: Declared) -> Result<Change, Problem> {
    let Declared { client_id, prepared, groups, before } = declared;
    let Some(seen) = before else {
        let (made, secret) = clients::create(tx, acting, prepared).await?;
        let object = json!(ClientObject::read(tx, &made).await?);
        return Ok(Change::created("client", &client_id, object, secret.map(|secret| secret.token)));
    };
    // Somebody may have changed it while the network was asked.
    let before = clients::lock(tx, &seen.client_id).await?;
    let now = json!(ClientObject::read(tx, &before).await?);
    let wanted = json!(ClientObject::brief(&prepared.after(&before)));
    // Databases sort as their languages do.
    if is_within(&wanted, &now) && sorted(client_group::list_names(tx, before.id).await?) == sorted(groups) {
        return Ok(Change::unchanged("client", &client_id));
    }
    let (after, secret) = clients::update(tx, acting, &before, prepared).await?;
    let objects = (now, json!(ClientObject::read(tx, &after).await?));
    Ok(Change::changed("client", &client_id, objects, secret.map(|secret| secret.token)))
}

/// By its address: there is no other name.
async fn apply_webhook(tx: &Tx, acting: &Acting<'_>, asked: &PutWebhook) -> Result<Change, Problem> {
    let found = webhook::list(tx).await?.into_iter().find(|one| one.url == asked.url);
    let Some(before) = found else {
        let (made, secret) = webhooks::create(tx, acting, asked).await?;
        return Ok(Change::created("webhook", &asked.url, json!(WebhookObject::from(&made)), Some(secret)));
    };
    let asked = PutWebhook { enabled: Some(asked.enabled.unwrap_or(before.enabled)), ..asked.clone() };
    if before.events == asked.events && Some(before.enabled) == asked.enabled {
        return Ok(Change::unchanged("webhook", &asked.url));
    }
    let after = webhooks::update(tx, acting, &before, &asked).await?;
    let objects = (json!(WebhookObject::from(&before)), json!(WebhookObject::from(&after)));
    Ok(Change::changed("webhook", &asked.url, objects, None))
}

/// What the file does not say stays as it is.
async fn apply_settings(tx: &Tx, acting: &Acting<'_>, asked: &PutSettings) -> Result<Change, Problem> {
    let before = said::find(tx).await?;
    let after = settings::merge(tx, acting, &before, asked).await?;
    match before == after {
        true => Ok(Change::unchanged("settings", "")),
        false => Ok(Change::changed("settings", "", (json!(before), json!(after)), None)),
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

/// Whether everything that is wanted is there already: what is read has more members, and the same without any.
fn is_within(wanted: &Value, now: &Value) -> bool {
    let without = |object: &Value| {
        let mut object = object.clone();
        for name in ["groups", "secrets"] {
            object.as_object_mut().map(|members| members.remove(name));
        }
        object
    };
    without(wanted) == without(now)
}

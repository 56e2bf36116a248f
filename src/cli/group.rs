//! `claviger group`

mod cost;

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{error::CliError, open, output::Output};
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    config::Config,
    protocol::{claims::tidy_text, passkey_policy::PasskeyPolicy, username::Username},
    store::{
        self, Tx,
        group::{self, Group},
        user,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a group.
    Create {
        /// As operators call it.
        name: String,
        #[command(flatten)]
        demands: Demands,
    },
    /// Demand other passkeys of its members; without options, none in particular.
    Update {
        /// As operators call it.
        name: String,
        #[command(flatten)]
        demands: Demands,
        /// Do so although so many members cannot sign in any more.
        #[arg(long, value_name = "PEOPLE")]
        lock_out: Option<u64>,
    },
    /// Show all groups.
    List,
    /// Show a group and who belongs to it.
    Show {
        /// As operators call it.
        name: String,
    },
    /// Remove a group; its members stay people.
    Delete {
        /// As operators call it.
        name: String,
    },
    /// Make somebody a member.
    Add {
        /// The group.
        name: String,
        /// Who.
        username: String,
        /// Until when (RFC 3339); for good without it.
        #[arg(long)]
        until: Option<Time>,
        /// Do so although they cannot sign in any more (1).
        #[arg(long, value_name = "PEOPLE")]
        lock_out: Option<u64>,
    },
    /// Make somebody no member any more.
    Remove {
        /// The group.
        name: String,
        /// Who.
        username: String,
    },
}

/// What is demanded of members' passkeys.
#[derive(Debug, Args)]
pub(super) struct Demands {
    /// They must not be able to leave their device.
    #[arg(long)]
    device_bound: bool,
    /// Their maker must have vouched for them.
    #[arg(long)]
    attested: bool,
    /// Their model must be one of these; may be repeated.
    #[arg(long)]
    aaguid: Vec<Uuid>,
}

#[derive(Serialize)]
struct GroupObject {
    name: String,
    passkey_policy: PasskeyPolicy,
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<Vec<MemberObject>>,
}

#[derive(Serialize)]
struct MemberObject {
    username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Time>,
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    match command {
        Command::Create { name, demands } => {
            let group = create(&app, &name, policy(&app, demands)?).await?;
            output.print(&object(group, None), |group| group.name.clone());
        }
        Command::Update { name, demands, lock_out } => {
            let found = find(&app, &name).await?;
            let group = Group { passkey_policy: policy(&app, demands)?, ..found };
            let members = group::list_members(&app.store.read(), group.id, app.now()).await?;
            let members: Vec<_> = members.into_iter().map(|(user, _)| user).collect();
            cost::accept(&app, &members, &group, lock_out).await?;
            let (change, now) = (app.uuid(), app.now());
            write(&app, Event::GroupUpdated, (&group, None), async |tx| {
                group::update_policy(tx, change, &group, now).await
            })
            .await?
            .then_some(())
            .ok_or_else(|| unknown(&name))?;
            output.print(&object(group.clone(), None), |group| group.name.clone());
        }
        Command::List => {
            let all = group::list(&app.store.read()).await?.into_iter().map(|group| object(group, None));
            let names = |all: &Vec<GroupObject>| all.iter().map(|one| one.name.clone()).collect::<Vec<_>>().join("\n");
            output.print(&all.collect::<Vec<_>>(), names);
        }
        Command::Show { name } => {
            let found = find(&app, &name).await?;
            let members = members(&app, found.id).await?;
            output.print(&object(found, Some(members)), |group| {
                let members = group.members.iter().flatten().map(|member| format!("  {}", member.username));
                std::iter::once(group.name.clone()).chain(members).collect::<Vec<_>>().join("\n")
            });
        }
        Command::Delete { name } => {
            let found = find(&app, &name).await?;
            let (change, now) = (app.uuid(), app.now());
            write(&app, Event::GroupDeleted, (&found, None), async |tx| group::delete(tx, change, found.id, now).await)
                .await?
                .then_some(())
                .ok_or_else(|| unknown(&name))?;
            output.print(&json!({ "name": name }), |_| format!("{name} is gone"));
        }
        Command::Add { name, username, until, lock_out } => {
            let (found, user) = (find(&app, &name).await?, person(&app, &username).await?);
            cost::accept(&app, &[user], &found, lock_out).await?;
            let now = app.now();
            if until.is_some_and(|until| until <= now) {
                return Err(CliError::usage("invalid_request", format!("{name}: --until is over already")));
            }
            write(&app, Event::GroupMemberAdded, (&found, Some((user, until))), async |tx| {
                group::put_member(tx, (found.id, user), until, now).await
            })
            .await?
            .then_some(())
            .ok_or_else(|| unknown(&name))?;
            output.print(&json!({ "name": name, "username": username, "expires_at": until }), |_| name.clone());
        }
        Command::Remove { name, username } => {
            let (found, user) = (find(&app, &name).await?, person(&app, &username).await?);
            let removed = write(&app, Event::GroupMemberRemoved, (&found, Some((user, None))), async |tx| {
                group::delete_member(tx, (found.id, user)).await
            });
            if !removed.await? {
                return Err(CliError::usage("not_found", format!("{username} is no member of {name}")));
            }
            output.print(&json!({ "name": name, "username": username }), |_| name.clone());
        }
    }
    Ok(())
}

fn object(group: Group, members: Option<Vec<MemberObject>>) -> GroupObject {
    GroupObject { name: group.name, passkey_policy: group.passkey_policy, members }
}

fn policy(app: &App, demands: Demands) -> Result<PasskeyPolicy, CliError> {
    let Demands { device_bound, attested, aaguid: aaguids } = demands;
    if attested && !app.config.raw.webauthn.can_attest() {
        let detail =
            "nobody could sign in without webauthn.attestation, and webauthn.metadata or webauthn.attestation_ca";
        return Err(CliError::usage("invalid_request", format!("attested: {detail}")));
    }
    Ok(PasskeyPolicy { device_bound, attested, aaguids })
}

async fn create(app: &App, name: &str, passkey_policy: PasskeyPolicy) -> Result<Group, CliError> {
    let refuse = |detail: &str| CliError::usage("invalid_request", format!("{name}: {detail}"));
    let tidy = tidy_text(Some(name.to_owned())).ok().flatten().ok_or_else(|| refuse("is no name"))?;
    let group = Group { id: app.uuid(), name: tidy, passkey_policy };
    let (change, now) = (app.uuid(), app.now());
    let created =
        write(app, Event::GroupCreated, (&group, None), async |tx| group::insert(tx, change, &group, now).await);
    match created.await? {
        true => Ok(group),
        false => Err(refuse("exists")),
    }
}

async fn find(app: &App, name: &str) -> Result<Group, CliError> {
    group::find_by_name(&app.store.read(), name).await?.ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> CliError {
    CliError::usage("not_found", format!("no group is called {name}"))
}

async fn person(app: &App, username: &str) -> Result<Uuid, CliError> {
    let unknown = || CliError::usage("not_found", format!("nobody is called {username}"));
    let name = Username::parse(username).ok_or_else(unknown)?;
    Ok(user::find_by_username(&app.store.read(), &name).await?.ok_or_else(unknown)?.id)
}

async fn members(app: &App, group: Uuid) -> Result<Vec<MemberObject>, CliError> {
    let mut all = Vec::new();
    for (user, expires_at) in group::list_members(&app.store.read(), group, app.now()).await? {
        if let Some(user) = user::find_by_id(&app.store.read(), user).await? {
            all.push(MemberObject { username: user.username, expires_at });
        }
    }
    Ok(all)
}

/// Changes something, and says so in the audit log if anything changed.
async fn write(
    app: &App,
    event: Event,
    (group, member): (&Group, Option<(Uuid, Option<Time>)>),
    change: impl AsyncFnOnce(&Tx) -> Result<bool, store::Error> + Send,
) -> Result<bool, CliError> {
    let now = app.now();
    let written = app.store.write(async |tx| {
        let changed = change(tx).await?;
        if changed {
            let details = match member {
                Some((_, expires_at)) => json!({ "group": group.name, "expires_at": expires_at }),
                None => json!({ "group": group.name, "passkey_policy": group.passkey_policy }),
            };
            let entry = Entry { subject: member.map(|(user, _)| user), details, ..Entry::default() };
            audit::record(tx, (&*app.rng, now), &Origin::default(), event, entry);
        }
        Ok::<_, store::Error>(changed)
    });
    Ok(written.await?)
}

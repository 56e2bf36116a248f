//! `claviger group`

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{administering::write, error::CliError, open, output::Output};
use crate::{
    admin::{
        objects::{GroupObject, MemberObject},
        rules::{
            groups::{self, PutGroup, PutMember},
            users,
        },
    },
    app::App,
    clock::Time,
    config::Config,
    http::{Code, Problem},
    protocol::{passkey_policy::PasskeyPolicy, username::Username},
    store::{
        Tx,
        group::{self, Group},
        user::{self, User},
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

/// A group with whoever belongs to it.
#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    group: GroupObject,
    members: Vec<MemberObject>,
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    let name_of = |group: &GroupObject| group.name.clone();
    match command {
        Command::Create { name, demands } => {
            let asked = PutGroup { name, passkey_policy: demands.into(), lock_out: None };
            let made = write(&app, async |tx, acting| groups::create(tx, acting, &asked).await);
            output.print(&GroupObject::from(&made.await?), name_of);
        }
        Command::Update { name, demands, lock_out } => {
            let asked = PutGroup { name: name.clone(), passkey_policy: demands.into(), lock_out };
            let then =
                write(&app, async |tx, acting| groups::update(tx, acting, &lock(tx, &name).await?, &asked).await);
            output.print(&GroupObject::from(&then.await?), name_of);
        }
        Command::List => {
            let all = group::list(&app.store.read()).await?;
            let objects: Vec<_> = all.iter().map(GroupObject::from).collect();
            output.print(&objects, |all| all.iter().map(name_of).collect::<Vec<_>>().join("\n"));
        }
        Command::Show { name } => {
            let found = group::find_by_name(&app.store.read(), &name).await?.ok_or_else(|| unknown(&name))?;
            let whole = Whole { members: members(&app, found.id).await?, group: GroupObject::from(&found) };
            output.print(&whole, |whole| {
                let members = whole.members.iter().map(|member| format!("  {}", member.username));
                std::iter::once(whole.group.name.clone()).chain(members).collect::<Vec<_>>().join("\n")
            });
        }
        Command::Delete { name } => {
            write(&app, async |tx, acting| groups::delete(tx, acting, &lock(tx, &name).await?).await).await?;
            output.print(&json!({ "name": name }), |_| format!("{name} is gone"));
        }
        Command::Add { name, username, until, lock_out } => {
            let asked = PutMember { expires_at: until, lock_out };
            write(&app, async |tx, acting| {
                let (found, user) = (lock(tx, &name).await?, person(tx, &username).await?);
                groups::put_member(tx, acting, (&found, &user), asked).await
            })
            .await?;
            output.print(&json!({ "name": name, "username": username, "expires_at": until }), |_| name.clone());
        }
        Command::Remove { name, username } => {
            write(&app, async |tx, acting| {
                let (found, user) = (lock(tx, &name).await?, person(tx, &username).await?);
                groups::delete_member(tx, acting, (&found, &user)).await
            })
            .await?;
            output.print(&json!({ "name": name, "username": username }), |_| name.clone());
        }
    }
    Ok(())
}

impl From<Demands> for PasskeyPolicy {
    fn from(Demands { device_bound, attested, aaguid: aaguids }: Demands) -> Self {
        Self { device_bound, attested, aaguids }
    }
}

async fn lock(tx: &Tx, name: &str) -> Result<Group, Problem> {
    let unknown = || Problem::detailed(Code::NotFound, format!("no group is called {name}"));
    let id = group::find_by_name(tx, name).await?.ok_or_else(unknown)?.id;
    group::lock(tx, id).await?.ok_or_else(unknown)
}

fn unknown(name: &str) -> CliError {
    CliError::usage("not_found", format!("no group is called {name}"))
}

async fn person(tx: &Tx, username: &str) -> Result<User, Problem> {
    let unknown = || Problem::detailed(Code::NotFound, format!("nobody is called {username}"));
    let name = Username::parse(username).ok_or_else(unknown)?;
    let found = user::find_by_username(tx, &name).await?.ok_or_else(unknown)?;
    users::lock(tx, found.id).await
}

async fn members(app: &App, group: Uuid) -> Result<Vec<MemberObject>, CliError> {
    let mut all = Vec::new();
    for (user_id, expires_at) in group::list_members(&app.store.read(), group, app.now()).await? {
        if let Some(user) = user::find_by_id(&app.store.read(), user_id).await? {
            all.push(MemberObject { user_id, username: user.username, expires_at });
        }
    }
    Ok(all)
}

//! `claviger user`

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{administering::write, error::CliError, open, output::Output};
use crate::{
    admin::{
        acting::Acting,
        objects::UserObject,
        rules::{
            links,
            users::{self, CreateUser, UpdateUser},
        },
    },
    app::App,
    config::Config,
    http::{Code, Problem},
    protocol::{claims::StandardClaims, role::Role, username::Username},
    store::{
        Tx,
        user::{self, User},
    },
    webauthn::link::Link,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account and a link to its first passkey.
    Invite {
        /// User name.
        name: String,
        /// administrator, `user_manager`, `client_manager` or auditor.
        #[arg(long, value_parser = role)]
        role: Vec<Role>,
        /// E-mail address.
        #[arg(long)]
        email: Option<String>,
        /// The address is known to be theirs.
        #[arg(long, requires = "email")]
        email_verified: bool,
        /// JSON file with standard claims, `name` among them.
        #[arg(long)]
        claims: Option<PathBuf>,
        /// A group that they belong to; may be repeated.
        #[arg(long)]
        group: Vec<String>,
    },
    /// Change an account; what is not named stays.
    Update {
        /// User name.
        name: String,
        #[command(flatten)]
        changes: Changes,
    },
    /// Remove an account with everything that is its owner's.
    Delete {
        /// User name.
        name: String,
    },
    /// Make a link to a new passkey for somebody who lost theirs.
    Recover {
        /// User name.
        name: String,
    },
    /// Show everybody.
    List,
    /// Show one account.
    Show {
        /// User name.
        name: String,
    },
    /// Switch an account off: its sessions and tokens are dead at once.
    Disable {
        /// User name.
        name: String,
    },
    /// Switch an account on again; its passkeys work as before.
    Enable {
        /// User name.
        name: String,
    },
}

/// What becomes otherwise.
#[derive(Debug, Args)]
pub(super) struct Changes {
    /// Another user name; they stay who they are.
    #[arg(long)]
    username: Option<String>,
    /// The name that apps are told; empty for none.
    #[arg(long)]
    display_name: Option<String>,
    /// E-mail address; empty for none.
    #[arg(long)]
    email: Option<String>,
    /// Whether the address is known to be theirs.
    #[arg(long)]
    email_verified: Option<bool>,
    /// All of their roles; may be repeated. A new one ends links that were made for them before.
    #[arg(long, value_parser = role)]
    role: Vec<Role>,
    /// Take all roles away.
    #[arg(long, conflicts_with = "role")]
    no_roles: bool,
    /// JSON file with all of their standard claims, `name` among them.
    #[arg(long)]
    claims: Option<PathBuf>,
}

impl Changes {
    fn read(self) -> Result<UpdateUser, CliError> {
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let (name, claims) = match self.claims.as_deref().map(read_claims).transpose()? {
            Some((name, claims)) => (name, Some(claims)),
            None => (None, None),
        };
        Ok(UpdateUser {
            username: self.username,
            display_name: self.display_name.or(name).map(some),
            email: self.email.map(some),
            email_verified: self.email_verified,
            claims: claims.map(Some),
            roles: (!self.role.is_empty() || self.no_roles).then_some(Some(self.role)),
            enabled: None,
        })
    }
}

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| format!("known roles: {}", Role::ALL.map(Role::as_str).join(", ")))
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    match command {
        Command::Invite { name, role, email, email_verified, claims, group } => {
            let (display_name, claims) = claims.as_deref().map(read_claims).transpose()?.unwrap_or_default();
            let asked =
                CreateUser { username: name, display_name, email, email_verified, claims, roles: role, groups: group };
            output.print(&invite(&app, asked).await?, words);
        }
        Command::Recover { name } => {
            let name = username(&name)?;
            let link = act(&app, &name, async |tx, acting, found| links::recover(tx, acting, &found).await).await?;
            output.print(&link, words);
        }
        Command::Update { name, changes } => {
            let asked = changes.read()?;
            let name = username(&name)?;
            let then = act(&app, &name, async |tx, acting, found| users::update(tx, acting, &found, &asked).await);
            output.print(&UserObject::from(&then.await?), line);
        }
        Command::Delete { name } => {
            let name = username(&name)?;
            act(&app, &name, async |tx, acting, found| users::delete(tx, acting, &found).await).await?;
            output.print(&json!({ "username": name.as_str() }), |_| format!("{} is gone", name.as_str()));
        }
        Command::List => {
            let users = user::list(&app.store.read()).await?;
            let objects: Vec<_> = users.iter().map(UserObject::from).collect();
            output.print(&objects, |all: &Vec<UserObject>| all.iter().map(line).collect::<Vec<_>>().join("\n"));
        }
        Command::Show { name } => show(&app, output, &username(&name)?).await?,
        Command::Disable { name } => {
            switch(&app, &username(&name)?, false).await?;
            show(&app, output, &username(&name)?).await?;
        }
        Command::Enable { name } => {
            switch(&app, &username(&name)?, true).await?;
            show(&app, output, &username(&name)?).await?;
        }
    }
    Ok(())
}

async fn show(app: &App, output: Output, username: &Username) -> Result<(), CliError> {
    let found = user::find_by_username(&app.store.read(), username).await?.ok_or_else(|| unknown(username))?;
    output.print(&UserObject::from(&found), line);
    Ok(())
}

fn unknown(username: &Username) -> CliError {
    CliError::usage("not_found", format!("nobody is called {}", username.as_str()))
}

/// Does something to somebody, by the rules of administration.
async fn act<T>(
    app: &App,
    username: &Username,
    change: impl AsyncFnOnce(&Tx, &Acting<'_>, User) -> Result<T, Problem> + Send,
) -> Result<T, CliError> {
    write(app, async |tx, acting| {
        let unknown = || Problem::detailed(Code::NotFound, format!("nobody is called {}", username.as_str()));
        let found = user::find_by_username(tx, username).await?.ok_or_else(unknown)?;
        let found = users::lock(tx, found.id).await?;
        change(tx, acting, found).await
    })
    .await
}

fn words(link: &Link) -> String {
    format!("{}\nWorks once, until {}, for {}.", link.url, link.expires_at.format("%Y-%m-%d %H:%M UTC"), link.username)
}

fn line(user: &UserObject) -> String {
    let roles: Vec<_> = user.roles.iter().map(|role| role.as_str()).collect();
    let state = if user.enabled { "" } else { " (disabled)" };
    format!("{}{state} {}", user.username, roles.join(" ")).trim_end().to_owned()
}

fn username(name: &str) -> Result<Username, CliError> {
    Ok(users::username(name)?)
}

/// The file is the standard claims of OIDC Core 5.1; `name` among them is the display name.
fn read_claims(path: &Path) -> Result<(Option<String>, StandardClaims), CliError> {
    let refuse = |detail: String| CliError::usage("invalid_request", format!("{}: {detail}", path.display()));
    let text = fs::read_to_string(path).map_err(|e| refuse(e.to_string()))?;
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|e| refuse(e.to_string()))?;
    let name = match object.remove("name") {
        Some(serde_json::Value::String(name)) => Some(name),
        None => None,
        Some(_) => return Err(refuse("name is no text".to_owned())),
    };
    let claims: StandardClaims = serde_json::from_value(object.into()).map_err(|e| refuse(e.to_string()))?;
    Ok((name, claims))
}

async fn switch(app: &App, username: &Username, enabled: bool) -> Result<(), CliError> {
    act(app, username, async |tx, acting, found| users::switch(tx, acting, &found, enabled).await).await
}

async fn invite(app: &App, asked: CreateUser) -> Result<Link, CliError> {
    Ok(write(app, async |tx, acting| users::create(tx, acting, &asked).await).await?.1)
}

//! `claviger user`

use std::{fs, path::PathBuf};

use chrono::Duration;
use clap::Subcommand;
use serde::Serialize;

use super::{error::CliError, open, output::Output};
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    config::Config,
    protocol::{
        claims::{StandardClaims, tidy_text},
        email_address,
        role::Role,
        username::Username,
    },
    store::{
        enrollment_link::Kind,
        user::{self, Identifiers, NewUser, User},
    },
    webauthn::{
        good_enough,
        link::{self, Link},
    },
};

/// How long a link from the shell works for somebody who lost their passkey.
const RECOVERY_LIFETIME: Duration = Duration::hours(24);

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

fn role(name: &str) -> Result<Role, String> {
    Role::parse(name).ok_or_else(|| format!("known roles: {}", Role::ALL.map(Role::as_str).join(", ")))
}

#[derive(Serialize)]
struct UserObject<'a> {
    id: uuid::Uuid,
    username: &'a str,
    display_name: Option<&'a str>,
    email: Option<&'a str>,
    email_verified: bool,
    roles: &'a [Role],
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    delete_after: Option<Time>,
    created_at: Time,
}

impl<'a> From<&'a User> for UserObject<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id,
            username: &user.username,
            display_name: user.display_name.as_deref(),
            email: user.email.as_deref(),
            email_verified: user.email_verified,
            roles: &user.roles,
            enabled: user.enabled,
            delete_after: user.delete_after,
            created_at: user.created_at,
        }
    }
}

pub(super) async fn run(config: Config, output: Output, command: Command) -> Result<(), CliError> {
    let app = open::app(config).await?;
    match command {
        Command::Invite { name, role, email, email_verified, claims } => {
            let (display_name, claims) = read_claims(claims)?;
            let email = match email {
                Some(typed) => Some(email_address::parse(&typed).ok_or_else(|| invalid_email(&typed))?),
                None => None,
            };
            let new = NewUser { username: username(&name)?, display_name, email, email_verified, claims, roles: role };
            output.print(&invite(&app, new).await?, words);
        }
        Command::Recover { name } => output.print(&recover(&app, &username(&name)?).await?, words),
        Command::List => {
            let users = user::list(&app.store.read()).await?;
            let objects: Vec<_> = users.iter().map(UserObject::from).collect();
            output.print(&objects, |all| all.iter().map(line).collect::<Vec<_>>().join("\n"));
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

fn invalid_email(typed: &str) -> CliError {
    CliError::usage("invalid_email", format!("{typed} is no e-mail address"))
}

fn unknown(username: &Username) -> CliError {
    CliError::usage("not_found", format!("nobody is called {}", username.as_str()))
}

/// Why an account can't be switched.
enum Kept {
    Unknown,
    LastAdministrator,
}

async fn switch(app: &App, username: &Username, enabled: bool) -> Result<(), CliError> {
    let now = app.now();
    let done = app
        .store
        .write(async |tx| {
            user::lock_administrators(tx).await?;
            let Some(found) = user::find_by_username(tx, username).await? else { return Ok(Err(Kept::Unknown)) };
            let is_good = good_enough::for_everybody(app, tx).await?;
            if !enabled && user::is_last_administrator(tx, &found, is_good).await? {
                return Ok(Err(Kept::LastAdministrator));
            }
            if found.enabled == enabled && found.delete_after.is_none() {
                return Ok(Ok(()));
            }
            let event = if enabled {
                user::enable(tx, found.id, now).await?;
                Event::UserEnabled
            } else {
                user::disable(tx, found.id, now).await?;
                Event::UserDisabled
            };
            let entry = Entry { subject: Some(found.id), ..Entry::default() };
            audit::record(tx, (&*app.rng, now), &Origin::default(), event, entry);
            Ok::<_, crate::store::Error>(Ok(()))
        })
        .await?;
    done.map_err(|kept| match kept {
        Kept::Unknown => unknown(username),
        Kept::LastAdministrator => CliError::usage(
            "last_administrator",
            format!("{} is the last administrator: make another one first", username.as_str()),
        ),
    })
}

fn words(link: &Link) -> String {
    format!("{}\nWorks once, until {}, for {}.", link.url, link.expires_at.format("%Y-%m-%d %H:%M UTC"), link.username)
}

fn line(user: &UserObject<'_>) -> String {
    let roles: Vec<_> = user.roles.iter().map(|role| role.as_str()).collect();
    let state = if user.enabled { "" } else { " (disabled)" };
    format!("{}{state} {}", user.username, roles.join(" ")).trim_end().to_owned()
}

fn username(name: &str) -> Result<Username, CliError> {
    Username::parse(name).ok_or_else(|| CliError::usage("invalid_request", format!("{name} can't be a user name")))
}

/// The file is the standard claims of OIDC Core 5.1; `name` among them is the display name.
fn read_claims(file: Option<PathBuf>) -> Result<(Option<String>, StandardClaims), CliError> {
    let Some(path) = file else { return Ok((None, StandardClaims::default())) };
    let refuse = |detail: String| CliError::usage("invalid_request", format!("{}: {detail}", path.display()));
    let text = fs::read_to_string(&path).map_err(|e| refuse(e.to_string()))?;
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|e| refuse(e.to_string()))?;
    let name = match object.remove("name") {
        Some(serde_json::Value::String(name)) => tidy_text(Some(name)).map_err(|e| refuse(format!("name {e}")))?,
        None => None,
        Some(_) => return Err(refuse("name is no text".to_owned())),
    };
    let claims: StandardClaims = serde_json::from_value(object.into()).map_err(|e| refuse(e.to_string()))?;
    claims.check().map_err(|claim| refuse(format!("{claim} is malformed")))?;
    Ok((name, claims))
}

async fn invite(app: &App, new: NewUser) -> Result<Link, CliError> {
    let ids = Identifiers::generate(&*app.rng, app.now());
    let lifetime = app.config.raw.registration.link_lifetime.get();
    let made = app
        .store
        .write(async |tx| {
            if !user::insert(tx, &ids, &new, app.now()).await? {
                return Ok::<_, crate::store::Error>(None);
            }
            let entry = Entry { subject: Some(ids.id), ..Entry::default() };
            audit::record(tx, (&*app.rng, app.now()), &Origin::default(), Event::UserCreated, entry);
            let whom = (ids.id, new.username.as_str());
            link::create(tx, app, &Origin::default(), Kind::Invitation, whom, lifetime).await.map(Some)
        })
        .await?;
    made.ok_or_else(|| CliError::usage("username_taken", format!("{} is taken", new.username.as_str())))
}

async fn recover(app: &App, username: &Username) -> Result<Link, CliError> {
    let made = app
        .store
        .write(async |tx| {
            let Some(user) = user::find_by_username(tx, username).await? else {
                return Ok::<_, crate::store::Error>(None);
            };
            let whom = (user.id, user.username.as_str());
            link::create(tx, app, &Origin::default(), Kind::Recovery, whom, RECOVERY_LIFETIME).await.map(Some)
        })
        .await?;
    made.ok_or_else(|| unknown(username))
}

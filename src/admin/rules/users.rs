//! People: made, changed, switched off and on, removed, and given a way in.

use serde::{Deserialize, Deserializer};
use serde_json::json;
use serde_with::rust::double_option;
use uuid::Uuid;

use super::links;
use crate::{
    admin::acting::Acting,
    audit::Event,
    http::{Code, Problem},
    mail::Notice,
    protocol::{
        administration::{Area, Right},
        claims::{StandardClaims, tidy_text},
        email_address,
        role::Role,
        username::Username,
    },
    store::{
        Tx, email_link,
        enrollment_link::{self, Kind},
        recovery_request,
        user::{self, Identifiers, NewUser, User},
    },
    webauthn::{good_enough, link::Link},
};

/// Somebody to be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CreateUser {
    /// As typed.
    pub username: String,
    /// The `name` claim.
    pub display_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it is known to be theirs.
    pub email_verified: bool,
    /// The other standard claims.
    pub claims: StandardClaims,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Names of groups that they belong to from the beginning.
    pub groups: Vec<String>,
}

/// A change (RFC 7396): what is left out stays, what is null goes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpdateUser {
    /// Another name to be known by.
    #[serde(deserialize_with = "present")]
    pub username: Option<String>,
    /// The `name` claim.
    #[serde(with = "double_option")]
    pub display_name: Option<Option<String>>,
    /// E-mail address.
    #[serde(with = "double_option")]
    pub email: Option<Option<String>>,
    /// Whether it is known to be theirs.
    #[serde(deserialize_with = "present")]
    pub email_verified: Option<bool>,
    /// All of the other standard claims.
    #[serde(with = "double_option")]
    pub claims: Option<Option<StandardClaims>>,
    /// What they may do.
    #[serde(with = "double_option")]
    pub roles: Option<Option<Vec<Role>>>,
    /// Whether they get anything at all.
    #[serde(deserialize_with = "present")]
    pub enabled: Option<bool>,
}

/// A member that can be left out, but has no null.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// Makes an account, and the link to its first passkey.
///
/// # Errors
/// `invalid_request`, `invalid_email`, `forbidden`, `username_taken`; or when the database fails.
pub async fn create(tx: &Tx, acting: &Acting<'_>, asked: &CreateUser) -> Result<(User, Link), Problem> {
    acting.allow_roles(&asked.roles)?;
    if !asked.groups.is_empty() {
        acting.allow(Area::Groups, Right::Write)?;
    }
    let app = acting.app;
    let new = NewUser {
        username: username(&asked.username)?,
        display_name: text("display_name", asked.display_name.clone())?,
        email: asked.email.as_deref().map(email).transpose()?,
        email_verified: asked.email_verified && asked.email.is_some(),
        claims: sound(&asked.claims)?.clone(),
        roles: distinct(&asked.roles),
    };
    let ids = Identifiers::generate(&*app.rng, acting.now);
    if !user::insert(tx, &ids, &new, acting.now).await? {
        return Err(Code::UsernameTaken.into());
    }
    acting.record(tx, Event::UserCreated, Some(ids.id), json!({ "roles": new.roles, "groups": asked.groups }));
    for found in super::groups::named(tx, &asked.groups).await? {
        super::groups::put_new_member(tx, acting, &found, ids.id).await?;
    }
    let created = user::lock(tx, ids.id).await?.ok_or(Code::Internal)?;
    let link = links::invite(tx, acting, &created).await?;
    Ok((created, link))
}

/// Changes an account.
///
/// # Errors
/// `invalid_request`, `invalid_email`, `forbidden`, `username_taken`, `last_administrator`; or when the database fails.
pub async fn update(tx: &Tx, acting: &Acting<'_>, before: &User, asked: &UpdateUser) -> Result<User, Problem> {
    allow_touching(acting, before)?;
    let (now, id) = (acting.now, before.id);
    let mut changed = Vec::new();
    if let Some(typed) = &asked.username {
        let name = username(typed)?;
        if name.as_str() != before.username {
            if !user::update_username(tx, id, &name, now).await? {
                return Err(Code::UsernameTaken.into());
            }
            changed.push("username");
        }
    }
    if asked.display_name.is_some() || asked.claims.is_some() {
        let display_name = match &asked.display_name {
            Some(typed) => text("display_name", typed.clone())?,
            None => before.display_name.clone(),
        };
        let claims = match &asked.claims {
            Some(claims) => claims.clone().unwrap_or_default(),
            None => before.claims.clone(),
        };
        if display_name != before.display_name || claims != before.claims {
            user::update_profile(tx, id, (display_name.as_deref(), sound(&claims)?), now).await?;
            changed.push("profile");
        }
    }
    if asked.email.is_some() || asked.email_verified.is_some() {
        update_email(tx, acting, before, asked, &mut changed).await?;
    }
    if let Some(roles) = &asked.roles {
        let roles = distinct(roles.as_deref().unwrap_or_default());
        if roles != before.roles {
            acting.allow_roles(&roles)?;
            if roles.iter().any(|role| !before.roles.contains(role)) {
                // Whoever made one for somebody who held less must not come in by it.
                enrollment_link::revoke(tx, id, &Kind::ALL, now).await?;
            }
            if before.is_administrator() && !roles.contains(&Role::Administrator) {
                keep_an_administrator(tx, acting, before).await?;
            }
            user::update_roles(tx, id, &roles, now).await?;
            let details = json!({ "before": before.roles, "roles": roles });
            acting.record(tx, Event::UserRolesChanged, Some(id), details);
        }
    }
    if let Some(enabled) = asked.enabled {
        switch(tx, acting, before, enabled).await?;
    }
    if !changed.is_empty() {
        acting.record(tx, Event::UserUpdated, Some(id), json!({ "changed": changed }));
    }
    user::lock(tx, id).await?.ok_or_else(|| Code::NotFound.into())
}

async fn update_email(
    tx: &Tx,
    acting: &Acting<'_>,
    before: &User,
    asked: &UpdateUser,
    changed: &mut Vec<&'static str>,
) -> Result<(), Problem> {
    let address = match &asked.email {
        Some(typed) => typed.as_deref().map(email).transpose()?,
        None => before.email.clone(),
    };
    let is_same = address == before.email;
    // Another address is nobody's until somebody says so.
    let verified = asked.email_verified.unwrap_or(is_same && before.email_verified) && address.is_some();
    if is_same && verified == before.email_verified {
        return Ok(());
    }
    user::update_email(tx, before.id, address.as_deref(), verified, acting.now).await?;
    if !is_same {
        // What was sent to the old address opens nothing any more.
        email_link::revoke(tx, email_link::Kind::Verification, before.id, acting.now).await?;
        enrollment_link::revoke(tx, before.id, &[Kind::RecoveryEmail], acting.now).await?;
        if recovery_request::cancel(tx, before.id, acting.now).await? {
            let details = json!({ "reason": "another address" });
            acting.record(tx, Event::RecoveryCancelled, Some(before.id), details);
        }
        acting.notify(tx, before, &Notice::EmailChanged);
    }
    changed.push("email");
    Ok(())
}

/// Switches an account off, with everything that lives on it, or on again.
///
/// # Errors
/// `forbidden`, `last_administrator`; or when the database fails.
pub async fn switch(tx: &Tx, acting: &Acting<'_>, found: &User, enabled: bool) -> Result<(), Problem> {
    allow_touching(acting, found)?;
    if !enabled {
        keep_an_administrator(tx, acting, found).await?;
    }
    if found.enabled == enabled && found.delete_after.is_none() {
        return Ok(());
    }
    let event = if enabled {
        user::enable(tx, found.id, acting.now).await?;
        Event::UserEnabled
    } else {
        user::disable(tx, found.id, acting.now).await?;
        Event::UserDisabled
    };
    acting.record(tx, event, Some(found.id), serde_json::Value::Null);
    Ok(())
}

/// Removes an account with everything that is its owner's.
///
/// # Errors
/// `forbidden`, `last_administrator`; or when the database fails.
pub async fn delete(tx: &Tx, acting: &Acting<'_>, found: &User) -> Result<(), Problem> {
    allow_touching(acting, found)?;
    keep_an_administrator(tx, acting, found).await?;
    user::remove(tx, found.id, acting.now).await?;
    acting.record(tx, Event::UserDeleted, Some(found.id), serde_json::Value::Null);
    Ok(())
}

/// Refuses to touch whoever holds a role that one does not hold.
///
/// # Errors
/// `forbidden`.
pub fn allow_touching(acting: &Acting<'_>, user: &User) -> Result<(), Problem> {
    acting.allow_roles(&user.roles)
}

async fn keep_an_administrator(tx: &Tx, acting: &Acting<'_>, user: &User) -> Result<(), Problem> {
    if !user.is_administrator() {
        return Ok(());
    }
    let is_good = good_enough::for_everybody(acting.app, tx).await?;
    match user::is_last_administrator(tx, user, is_good).await? {
        true => Err(Code::LastAdministrator.into()),
        false => Ok(()),
    }
}

/// A user name, as mapped.
///
/// # Errors
/// `invalid_request`.
pub fn username(typed: &str) -> Result<Username, Problem> {
    let refuse = || Problem::detailed(Code::InvalidRequest, format!("username: {typed:?} can't be a user name"));
    Username::parse(typed).ok_or_else(refuse)
}

fn email(typed: &str) -> Result<String, Problem> {
    let refuse = || Problem::detailed(Code::InvalidEmail, format!("email: {typed:?} is no e-mail address"));
    email_address::parse(typed).ok_or_else(refuse)
}

fn text(name: &str, typed: Option<String>) -> Result<Option<String>, Problem> {
    tidy_text(typed).map_err(|error| Problem::detailed(Code::InvalidRequest, format!("{name}: {error}")))
}

fn sound(claims: &StandardClaims) -> Result<&StandardClaims, Problem> {
    let refuse = |claim| Problem::detailed(Code::InvalidRequest, format!("claims: {claim} is malformed"));
    claims.check().map(|()| claims).map_err(refuse)
}

fn distinct(roles: &[Role]) -> Vec<Role> {
    Role::ALL.into_iter().filter(|role| roles.contains(role)).collect()
}

/// The person of that id, locked.
///
/// # Errors
/// `not_found`, or when the database fails.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<User, Problem> {
    user::lock(tx, id).await?.ok_or_else(|| Code::NotFound.into())
}

//! Groups, and who belongs to them until when.

use std::collections::BTreeSet;

use chrono::Datelike;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    lock_out::{self, Whom},
    users,
};
use crate::{
    admin::acting::Acting,
    audit::Event,
    clock::Time,
    http::{Code, Problem},
    protocol::{claims::tidy_text, passkey_policy::PasskeyPolicy},
    store::{
        Tx,
        group::{self, Group},
        user::{self, User},
    },
};

/// A group, as it shall be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutGroup {
    /// As operators call it.
    pub name: String,
    /// Which passkeys of its members will do.
    pub passkey_policy: PasskeyPolicy,
    /// How many people may lose their way in by it.
    pub lock_out: Option<u64>,
}

/// A membership, as it shall be.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PutMember {
    /// Until when; for good without it.
    pub expires_at: Option<Time>,
    /// 1, if they may lose their way in by it.
    pub lock_out: Option<u64>,
}

/// Makes a group.
///
/// # Errors
/// `invalid_request`, `name_taken`; or when the database fails.
pub async fn create(tx: &Tx, acting: &Acting<'_>, asked: &PutGroup) -> Result<Group, Problem> {
    let app = acting.app;
    let policy = possible(acting, &asked.passkey_policy)?;
    let group = Group::new(app.uuid(), name(&asked.name)?, policy, acting.now);
    if !group::insert(tx, app.uuid(), &group, acting.now).await? {
        return Err(Code::NameTaken.into());
    }
    acting.record(tx, Event::GroupCreated, None, details(&group));
    Ok(group)
}

/// Names a group otherwise, or demands other passkeys of its members.
///
/// # Errors
/// `invalid_request`, `forbidden`, `name_taken`, `would_lock_out`; or when the database fails.
pub async fn update(tx: &Tx, acting: &Acting<'_>, before: &Group, asked: &PutGroup) -> Result<Group, Problem> {
    let passkey_policy = possible(acting, &asked.passkey_policy)?;
    let then = Group { name: name(&asked.name)?, passkey_policy, updated_at: acting.now, ..before.clone() };
    if then.passkey_policy != before.passkey_policy {
        allow_touching_members(tx, acting, before).await?;
        lock_out::accept(tx, acting.app, Whom::Members, &then, asked.lock_out).await?;
    }
    let had = lock_out::has_administrator(tx, acting, &then).await?;
    if !group::update(tx, acting.app.uuid(), &then, acting.now).await? {
        return Err(Code::NameTaken.into());
    }
    had.keep(tx, acting.app).await?;
    acting.record(tx, Event::GroupUpdated, None, details(&then));
    Ok(then)
}

/// Removes a group; its members stay people.
///
/// # Errors
/// `forbidden`, or when the database fails.
pub async fn delete(tx: &Tx, acting: &Acting<'_>, found: &Group) -> Result<(), Problem> {
    allow_touching_members(tx, acting, found).await?;
    group::delete(tx, acting.app.uuid(), found.id, acting.now).await?;
    acting.record(tx, Event::GroupDeleted, None, details(found));
    Ok(())
}

/// Makes somebody a member, or for another time.
///
/// # Errors
/// `invalid_request`, `forbidden`, `would_lock_out`, `not_found`; or when the database fails.
pub async fn put_member(
    tx: &Tx,
    acting: &Acting<'_>,
    (found, user): (&Group, &User),
    asked: PutMember,
) -> Result<(), Problem> {
    users::allow_touching(acting, user)?;
    let refuse = |detail: &str| Problem::detailed(Code::InvalidRequest, format!("expires_at: {detail}"));
    match asked.expires_at {
        Some(end) if end <= acting.now => return Err(refuse("that is over already")),
        // Databases compare years of four digits.
        Some(end) if end.year() > 9999 => return Err(refuse("that is too far away")),
        _ => {}
    }
    lock_out::accept(tx, acting.app, Whom::One(user.id), found, asked.lock_out).await?;
    let had = lock_out::has_administrator(tx, acting, found).await?;
    if !group::put_member(tx, (found.id, user.id), asked.expires_at, acting.now).await? {
        return Err(Code::NotFound.into());
    }
    had.keep(tx, acting.app).await?;
    record_member(tx, acting, Event::GroupMemberAdded, (found, user.id), asked.expires_at);
    Ok(())
}

/// More groups than anybody names at once.
const MAX_NAMED: usize = 100;

/// The groups of these names, each once.
pub(super) async fn named(tx: &Tx, names: &[String]) -> Result<Vec<Group>, Problem> {
    let refuse = |detail: String| Problem::detailed(Code::InvalidRequest, format!("groups: {detail}"));
    let names: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    if names.len() > MAX_NAMED {
        return Err(refuse(format!("at most {MAX_NAMED}")));
    }
    let mut found = Vec::new();
    for typed in names {
        let unknown = || refuse(format!("no group is called {typed:?}"));
        let tidy = name(typed).map_err(|_| unknown())?;
        found.push(group::find_by_name(tx, &tidy).await?.ok_or_else(unknown)?);
    }
    Ok(found)
}

/// Makes somebody who has just been made a member of a group.
pub(super) async fn put_new_member(tx: &Tx, acting: &Acting<'_>, found: &Group, user: Uuid) -> Result<(), Problem> {
    group::put_member(tx, (found.id, user), None, acting.now).await?;
    record_member(tx, acting, Event::GroupMemberAdded, (found, user), None);
    Ok(())
}

/// Makes somebody no member any more.
///
/// # Errors
/// `forbidden`, `not_found`; or when the database fails.
pub async fn delete_member(tx: &Tx, acting: &Acting<'_>, (found, user): (&Group, &User)) -> Result<(), Problem> {
    users::allow_touching(acting, user)?;
    if !group::delete_member(tx, (found.id, user.id)).await? {
        let detail = format!("{} is no member of {}", user.username, found.name);
        return Err(Problem::detailed(Code::NotFound, detail));
    }
    record_member(tx, acting, Event::GroupMemberRemoved, (found, user.id), None);
    Ok(())
}

fn record_member(tx: &Tx, acting: &Acting<'_>, event: Event, (group, user): (&Group, Uuid), until: Option<Time>) {
    acting.record(tx, event, Some(user), json!({ "group": group.name, "expires_at": until }));
}

/// Refuses what one may not do to each of its members.
async fn allow_touching_members(tx: &Tx, acting: &Acting<'_>, found: &Group) -> Result<(), Problem> {
    for user in user::list_members_with_roles(tx, found.id, acting.now).await? {
        users::allow_touching(acting, &user)?;
    }
    Ok(())
}

fn details(group: &Group) -> serde_json::Value {
    json!({ "group": group.name, "passkey_policy": group.passkey_policy })
}

fn name(typed: &str) -> Result<String, Problem> {
    let refuse = || Problem::detailed(Code::InvalidRequest, format!("name: {typed:?} is no name"));
    tidy_text(Some(typed.to_owned())).ok().flatten().ok_or_else(refuse)
}

fn possible(acting: &Acting<'_>, policy: &PasskeyPolicy) -> Result<PasskeyPolicy, Problem> {
    if policy.attested && !acting.app.config.raw.webauthn.can_attest() {
        let detail = "passkey_policy.attested: nobody could sign in without webauthn.attestation, and webauthn.metadata or \
                      webauthn.attestation_ca";
        return Err(Problem::detailed(Code::InvalidRequest, detail.to_owned()));
    }
    Ok(policy.clone())
}

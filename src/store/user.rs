//! People.

mod administrators;
mod deletion;
mod listing;

pub use administrators::{has_administrator, is_last_administrator, lock_administrators};
pub use deletion::{delete, list_deletable, remove, update_delete_after};
use entity::user::{ActiveModel, Column, Entity, Model};
use listing::holds;
pub(super) use listing::is_disabled;
pub use listing::{Wanted, list_by_ids, list_members_with_roles, page};
use sea_orm::{
    ActiveValue::{NotSet, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Error, Tx, columns, error::unless_taken};
use crate::{
    clock::Time,
    crypto::{
        mac::base64url,
        random::{self, Rng},
    },
    protocol::{
        claims::{Person, StandardClaims},
        role::Role,
        username::Username,
    },
};

/// A person, columns parsed.
#[derive(Clone, Debug)]
pub struct User {
    /// The row.
    pub id: Uuid,
    /// As mapped.
    pub username: String,
    /// OIDC subject.
    pub sub: String,
    /// WebAuthn user handle.
    pub user_handle: Vec<u8>,
    /// The `name` claim.
    pub display_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it is theirs.
    pub email_verified: bool,
    /// The other standard claims.
    pub claims: StandardClaims,
    /// What they may do.
    pub roles: Vec<Role>,
    /// A disabled person gets nothing.
    pub enabled: bool,
    /// When the account goes, where its owner wants it gone.
    pub delete_after: Option<Time>,
    /// When the account was made.
    pub created_at: Time,
    /// Last change.
    pub updated_at: Time,
}

impl User {
    pub(super) fn from_row(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            username: row.username,
            sub: row.sub,
            user_handle: row.user_handle,
            display_name: row.display_name,
            email: row.email,
            email_verified: row.email_verified,
            claims: columns::from_json("users.claims", row.claims)?,
            roles: columns::from_json("users.roles", row.roles)?,
            enabled: row.enabled,
            delete_after: row.delete_after,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }

    /// Whether they get anything at all: enabled, and not past the end that they wanted.
    #[must_use]
    pub fn is_active(&self, now: Time) -> bool {
        self.enabled && self.delete_after.is_none_or(|end| now < end)
    }

    /// How pages greet them.
    #[must_use]
    pub fn greeting(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.username)
    }

    /// Whether they hold the highest role.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.roles.contains(&Role::Administrator)
    }

    /// What may be released about them.
    #[must_use]
    pub fn person(&self) -> Person {
        Person {
            username: self.username.clone(),
            display_name: self.display_name.clone(),
            email: self.email.clone(),
            email_verified: self.email_verified,
            claims: self.claims.clone(),
            updated_at: self.updated_at.timestamp(),
        }
    }
}

/// A person to be.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Checked name.
    pub username: Username,
    /// The `name` claim.
    pub display_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether it is theirs.
    pub email_verified: bool,
    /// The other standard claims.
    pub claims: StandardClaims,
    /// What they may do.
    pub roles: Vec<Role>,
}

/// Random identifiers of a new person.
#[derive(Clone, Debug)]
pub struct Identifiers {
    /// UUIDv7.
    pub id: Uuid,
    /// OIDC subject.
    pub sub: String,
    /// 32 bytes.
    pub user_handle: [u8; 32],
}

impl Identifiers {
    /// Fresh ones.
    pub fn generate(rng: &dyn Rng, now: Time) -> Self {
        Self { id: random::uuid(rng, now), sub: base64url(&random::bytes::<16>(rng)), user_handle: random::bytes(rng) }
    }
}

/// Adds a person; false when the name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, ids: &Identifiers, new: &NewUser, now: Time) -> Result<bool, Error> {
    let row = ActiveModel {
        id: Set(ids.id),
        username: Set(new.username.as_str().to_owned()),
        sub: Set(ids.sub.clone()),
        user_handle: Set(ids.user_handle.to_vec()),
        display_name: Set(new.display_name.clone()),
        email: Set(new.email.clone()),
        email_verified: Set(new.email_verified),
        claims: Set(columns::to_json("users.claims", &new.claims)?),
        roles: Set(columns::to_json("users.roles", &new.roles)?),
        enabled: Set(true),
        delete_after: Set(None),
        passkeys: NotSet,
        created_at: Set(now),
        updated_at: Set(now),
    };
    let nothing = OnConflict::column(Column::Username).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// The person, locked against changes until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<User>, Error> {
    Entity::find_by_id(id).lock_exclusive().one(tx).await?.map(User::from_row).transpose()
}

/// The person of that id.
///
/// # Errors
/// When the database fails.
pub async fn find_by_id<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<Option<User>, Error> {
    Entity::find_by_id(id).one(connection).await?.map(User::from_row).transpose()
}

/// The person of that name.
///
/// # Errors
/// When the database fails.
pub async fn find_by_username<C: ConnectionTrait>(connection: &C, username: &Username) -> Result<Option<User>, Error> {
    let found = Entity::find().filter(Column::Username.eq(username.as_str())).one(connection).await?;
    found.map(User::from_row).transpose()
}

/// Everybody, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C) -> Result<Vec<User>, Error> {
    let rows = Entity::find().order_by_asc(Column::Username).all(connection).await?;
    rows.into_iter().map(User::from_row).collect()
}

/// Disables a person: their sessions and families die, and do not come back with them.
///
/// # Errors
/// When the database fails.
pub async fn disable(tx: &Tx, id: Uuid, now: Time) -> Result<(), Error> {
    update_enabled(tx, id, false, now).await?;
    super::enrollment_link::revoke(tx, id, &[super::enrollment_link::Kind::Device], now).await?;
    super::recovery_request::cancel(tx, id, now).await?;
    super::session::end_all_of_user(tx, id, now).await?;
    super::token_family::revoke_all_of_user(tx, id, now).await?;
    Ok(())
}

/// Lets a disabled person sign in again, whose account stays.
///
/// # Errors
/// When the database fails.
pub async fn enable(tx: &Tx, id: Uuid, now: Time) -> Result<(), Error> {
    update_delete_after(tx, id, None).await?;
    update_enabled(tx, id, true, now).await
}

/// Names a person otherwise; false when the name is somebody's, and then nothing of the transaction may be kept.
///
/// # Errors
/// When the database fails.
pub async fn update_username(tx: &Tx, id: Uuid, username: &Username, now: Time) -> Result<bool, Error> {
    if find_by_username(tx, username).await?.is_some_and(|other| other.id != id) {
        return Ok(false);
    }
    let username = Set(username.as_str().to_owned());
    let row = ActiveModel { id: Unchanged(id), username, updated_at: Set(now), ..Default::default() };
    // Somebody may have taken it since: that ends the transaction, and the caller with it.
    unless_taken(Entity::update(row).exec(tx).await)
}

/// Sets what a person may do.
///
/// # Errors
/// When the database fails.
pub async fn update_roles(tx: &Tx, id: Uuid, roles: &[Role], now: Time) -> Result<(), Error> {
    let roles = Set(columns::to_json("users.roles", &roles)?);
    let row = ActiveModel { id: Unchanged(id), roles, updated_at: Set(now), ..Default::default() };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

async fn update_enabled(tx: &Tx, id: Uuid, enabled: bool, now: Time) -> Result<(), Error> {
    let row = ActiveModel { id: Unchanged(id), enabled: Set(enabled), updated_at: Set(now), ..Default::default() };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Sets a person's address, and whether it was shown to be theirs.
///
/// # Errors
/// When the database fails.
pub async fn update_email(tx: &Tx, id: Uuid, email: Option<&str>, verified: bool, now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        id: Unchanged(id),
        email: Set(email.map(str::to_owned)),
        email_verified: Set(verified),
        updated_at: Set(now),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

/// Sets what a person says of themselves.
///
/// # Errors
/// When the database fails.
pub async fn update_profile(
    tx: &Tx,
    id: Uuid,
    (display_name, claims): (Option<&str>, &StandardClaims),
    now: Time,
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Unchanged(id),
        display_name: Set(display_name.map(str::to_owned)),
        claims: Set(columns::to_json("users.claims", claims)?),
        updated_at: Set(now),
        ..Default::default()
    };
    Entity::update(row).exec(tx).await?;
    Ok(())
}

//! Passkeys.

mod end;
mod owners;

pub use end::revoke;
use entity::credential::{ActiveModel, Column, Entity, Model};
pub use owners::{count_owners, count_owners_losing, list_by_group};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set, sea_query::OnConflict};
use serde_json::Value;
use uuid::Uuid;

use super::{Error, Tx};
use crate::{
    clock::Time,
    crypto::{
        aead::{Context, Key},
        random::Rng,
    },
    protocol::passkey_policy::{Passkey, Trust},
};

/// A passkey, its key still sealed.
#[derive(Clone, Debug)]
pub struct Credential {
    row: Model,
}

/// What the authenticator told about itself, in the ceremony and in attestation.
#[derive(Clone, Debug)]
pub struct NewCredential {
    /// UUIDv7.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: Uuid,
    /// Unique over all users.
    pub credential_id: Vec<u8>,
    /// The public key as the ceremony wrapper keeps it, in clear.
    pub cose_key: Vec<u8>,
    /// Signature counter.
    pub sign_count: u32,
    /// BE flag.
    pub backup_eligible: bool,
    /// BS flag.
    pub backup_state: bool,
    /// UV flag.
    pub user_verified: bool,
    /// Model of the authenticator.
    pub aaguid: Uuid,
    /// Verbatim.
    pub transports: Vec<String>,
    /// `none`, `packed`, …
    pub attestation_format: String,
    /// Who vouched for it.
    pub attestation_trust: Trust,
    /// What the person calls it.
    pub name: Option<String>,
}

impl Credential {
    /// The row's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.row.id
    }

    /// Whose it is.
    #[must_use]
    pub fn user_id(&self) -> Uuid {
        self.row.user_id
    }

    /// The credential id.
    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        &self.row.credential_id
    }

    /// BE flag.
    #[must_use]
    pub fn backup_eligible(&self) -> bool {
        self.row.backup_eligible
    }

    /// BS flag.
    #[must_use]
    pub fn backup_state(&self) -> bool {
        self.row.backup_state
    }

    /// Whether it opens anything.
    #[must_use]
    pub fn is_revoked(&self) -> bool {
        self.row.revoked_at.is_some()
    }

    /// What the person calls it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.row.name.as_deref()
    }

    /// When it was made.
    #[must_use]
    pub fn created_at(&self) -> Time {
        self.row.created_at
    }

    /// When it was last shown.
    #[must_use]
    pub fn last_used_at(&self) -> Option<Time> {
        self.row.last_used_at
    }

    /// As the client reported them.
    #[must_use]
    pub fn transports(&self) -> Vec<String> {
        serde_json::from_value(self.row.transports.clone()).unwrap_or_default()
    }

    /// Model of the authenticator.
    #[must_use]
    pub fn aaguid(&self) -> Uuid {
        self.row.aaguid
    }

    /// Who vouched for it when it was made; nobody, where the column says what nobody knows.
    #[must_use]
    pub fn attestation_trust(&self) -> Trust {
        Trust::parse(&self.row.attestation_trust).unwrap_or(Trust::None)
    }

    /// What a policy looks at; `compromised` is for whoever knows of models.
    #[must_use]
    pub fn described(&self, compromised: bool) -> Passkey {
        Passkey {
            backup_eligible: self.backup_eligible(),
            attested: self.attestation_trust() != Trust::None,
            aaguid: self.aaguid(),
            compromised,
        }
    }

    /// Opens the key; `None` when the column was altered or moved here from another row or user.
    #[must_use]
    pub fn cose_key(&self, key: &Key) -> Option<Vec<u8>> {
        key.open(&context(self.row.id, self.row.user_id), &self.row.cose_key)
    }
}

fn context(id: Uuid, user_id: Uuid) -> Context {
    Context::column("credentials", "cose_key", &id, Some(&user_id))
}

/// Adds a passkey; false when that credential id exists already, with anybody.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, key: &Key, rng: &dyn Rng, new: NewCredential, now: Time) -> Result<bool, Error> {
    let row = ActiveModel {
        id: Set(new.id),
        user_id: Set(new.user_id),
        credential_id: Set(new.credential_id),
        cose_key: Set(key.seal(rng, &context(new.id, new.user_id), &new.cose_key)),
        sign_count: Set(new.sign_count.into()),
        backup_eligible: Set(new.backup_eligible),
        backup_state: Set(new.backup_state),
        user_verified: Set(new.user_verified),
        aaguid: Set(new.aaguid),
        transports: Set(new.transports.into_iter().map(Value::from).collect()),
        attestation_format: Set(new.attestation_format),
        attestation_trust: Set(new.attestation_trust.as_str().to_owned()),
        name: Set(new.name),
        created_at: Set(now),
        last_used_at: Set(None),
        revoked_at: Set(None),
    };
    let nothing = OnConflict::column(Column::CredentialId).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// The passkey of that row.
///
/// # Errors
/// When the database fails.
pub async fn find_by_id<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<Option<Credential>, Error> {
    Ok(Entity::find_by_id(id).one(connection).await?.map(|row| Credential { row }))
}

/// The passkey of that credential id, revoked ones too.
///
/// # Errors
/// When the database fails.
pub async fn find_by_credential_id<C: ConnectionTrait>(
    connection: &C,
    credential_id: &[u8],
) -> Result<Option<Credential>, Error> {
    let found = Entity::find().filter(Column::CredentialId.eq(credential_id)).one(connection).await?;
    Ok(found.map(|row| Credential { row }))
}

/// Every passkey of a person that is not revoked, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list_by_user<C: ConnectionTrait>(connection: &C, user_id: Uuid) -> Result<Vec<Credential>, Error> {
    let rows = Entity::find()
        .filter(Column::UserId.eq(user_id))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| Credential { row }).collect())
}

/// What a verified assertion reported.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    /// The passkey's row.
    pub id: Uuid,
    /// Counter in the assertion.
    pub sign_count: u32,
    /// BE flag in the assertion.
    pub backup_eligible: bool,
    /// BS flag in the assertion.
    pub backup_state: bool,
}

/// The one statement that decides about a counter: true when this use is accepted.
///
/// # Errors
/// When the database fails.
pub async fn update_use(tx: &Tx, seen: Use, now: Time) -> Result<bool, Error> {
    let count = i64::from(seen.sign_count);
    // sign_count < n OR (sign_count = 0 AND n = 0), with n known here.
    let accepted = if count == 0 { Column::SignCount.eq(0) } else { Column::SignCount.lt(count) };
    let updated = Entity::update_many()
        .col_expr(Column::SignCount, count.into())
        .col_expr(Column::BackupEligible, seen.backup_eligible.into())
        .col_expr(Column::BackupState, seen.backup_state.into())
        .col_expr(Column::LastUsedAt, now.into())
        .filter(Column::Id.eq(seen.id))
        .filter(Column::RevokedAt.is_null())
        .filter(accepted)
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Whether the passkey is revoked as of now.
///
/// # Errors
/// When the database fails.
pub async fn is_revoked(tx: &Tx, id: Uuid) -> Result<bool, Error> {
    Ok(Entity::find_by_id(id).one(tx).await?.is_none_or(|row| row.revoked_at.is_some()))
}

/// Names a passkey of a person; false when they have none of that id.
///
/// # Errors
/// When the database fails.
pub async fn update_name(tx: &Tx, id: Uuid, user_id: Uuid, name: Option<&str>) -> Result<bool, Error> {
    let named = Entity::update_many()
        .set(ActiveModel { name: Set(name.map(str::to_owned)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::UserId.eq(user_id))
        .filter(Column::RevokedAt.is_null());
    Ok(named.exec(tx).await?.rows_affected == 1)
}

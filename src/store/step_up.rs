//! Step-ups: good once, in one session, for one thing.

use entity::step_up::{ActiveModel, Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::{Error, Tx};
use crate::{clock::Time, crypto::mac::Tag, protocol::step_up::Action};

/// What a step-up is good for.
#[derive(Clone, Copy, Debug)]
pub struct Purpose<'a> {
    /// In which session.
    pub session_id: Uuid,
    /// What may be done.
    pub action: Action,
    /// To what.
    pub target: Option<&'a str>,
}

/// A step-up to be.
#[derive(Clone, Copy, Debug)]
pub struct NewStepUp<'a> {
    /// UUIDv7.
    pub id: Uuid,
    /// SHA-256 of its token.
    pub token_hash: Tag,
    /// Whose it is.
    pub user_id: Uuid,
    /// The passkey that was shown.
    pub credential_id: Uuid,
    /// What it is good for.
    pub purpose: Purpose<'a>,
    /// When it ends.
    pub expires_at: Time,
}

/// Adds a step-up.
pub fn insert(tx: &Tx, new: NewStepUp<'_>, now: Time) {
    let row = ActiveModel {
        id: Set(new.id),
        token_hash: Set(new.token_hash.to_vec()),
        session_id: Set(new.purpose.session_id),
        user_id: Set(new.user_id),
        credential_id: Set(new.credential_id),
        action: Set(new.purpose.action.as_str().to_owned()),
        target: Set(new.purpose.target.map(str::to_owned)),
        created_at: Set(now),
        expires_at: Set(new.expires_at),
        used_at: Set(None),
    };
    tx.insert_later(row, None);
}

/// Whether it can be used: looked at before a ceremony that will use it.
///
/// # Errors
/// When the database fails.
pub async fn is_usable<C: ConnectionTrait>(
    connection: &C,
    token_hash: Tag,
    purpose: Purpose<'_>,
    now: Time,
) -> Result<bool, Error> {
    Ok(Entity::find().filter(usable(token_hash, purpose, now)).one(connection).await?.is_some())
}

/// Uses it; the passkey that was shown for it. `None` for one that is unknown, used, expired, or for something else.
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, token_hash: Tag, purpose: Purpose<'_>, now: Time) -> Result<Option<Uuid>, Error> {
    let used: Vec<Model> = Entity::update_many()
        .set(ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(usable(token_hash, purpose, now))
        .exec_with_returning(tx)
        .await?;
    Ok(used.first().map(|row| row.credential_id))
}

/// Takes back what a passkey was shown for.
///
/// # Errors
/// When the database fails.
pub async fn delete_all_of_credential(tx: &Tx, credential_id: Uuid) -> Result<(), Error> {
    Entity::delete_many().filter(Column::CredentialId.eq(credential_id)).exec(tx).await?;
    Ok(())
}

fn usable(token_hash: Tag, purpose: Purpose<'_>, now: Time) -> Condition {
    let target = match purpose.target {
        Some(target) => Column::Target.eq(target),
        None => Column::Target.is_null(),
    };
    Condition::all()
        .add(Column::TokenHash.eq(token_hash.to_vec()))
        .add(Column::SessionId.eq(purpose.session_id))
        .add(Column::Action.eq(purpose.action.as_str()))
        .add(target)
        .add(Column::UsedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
}

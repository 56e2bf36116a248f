//! How sessions end.

use entity::session::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set, sea_query::IntoCondition};
use uuid::Uuid;

use crate::{
    clock::Time,
    store::{Error, Tx, outbox},
};

/// Ends a session; false when it had ended.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &Tx, id: Uuid, now: Time) -> Result<bool, Error> {
    end_where(tx, Column::Id.eq(id), now).await.map(|count| count == 1)
}

/// Ends every session of a person; how many there were.
///
/// # Errors
/// When the database fails.
pub async fn end_all_of_user(tx: &Tx, user_id: Uuid, now: Time) -> Result<u64, Error> {
    end_where(tx, Column::UserId.eq(user_id), now).await
}

/// Ends every session of a person but this one; how many there were.
///
/// # Errors
/// When the database fails.
pub async fn end_others_of_user(tx: &Tx, user_id: Uuid, own: Uuid, now: Time) -> Result<u64, Error> {
    end_where(tx, Condition::all().add(Column::UserId.eq(user_id)).add(Column::Id.ne(own)), now).await
}

/// Ends every session of a person that this passkey holds, but one if it is to stay; how many there were.
///
/// # Errors
/// When the database fails.
pub async fn end_all_of_credential(
    tx: &Tx,
    (user_id, credential): (Uuid, Uuid),
    but: Option<Uuid>,
    now: Time,
) -> Result<u64, Error> {
    let held = Condition::all().add(Column::UserId.eq(user_id)).add(Column::CredentialId.eq(credential));
    end_where(tx, held.add_option(but.map(|id| Column::Id.ne(id))), now).await
}

/// The one way in which sessions end: whoever wants to know is told.
async fn end_where(tx: &Tx, which: impl IntoCondition, now: Time) -> Result<u64, Error> {
    let row = ActiveModel { ended_at: Set(Some(now)), ..Default::default() };
    let open = Entity::update_many().set(row).filter(which.into_condition()).filter(Column::EndedAt.is_null());
    let ended: Vec<Uuid> = open.exec_with_returning(tx).await?.into_iter().map(|row| row.id).collect();
    outbox::announce(tx, &ended, now).await?;
    Ok(ended.len() as u64)
}

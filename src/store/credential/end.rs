//! How passkeys end, and what ends with them.

use entity::credential::{ActiveModel, Entity};
use sea_orm::{ActiveValue::Unchanged, EntityTrait, Set};
use uuid::Uuid;

use crate::{
    clock::Time,
    store::{
        Error, Tx,
        enrollment_link::{self, Kind},
        session, step_up, token_family,
    },
};

/// Leaves a tombstone: the passkey opens nothing any more, and nor does what it was shown for: links for other devices, every
/// family, and every session that it holds, but one if it is to stay. How many sessions and families ended.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &Tx, (user, id): (Uuid, Uuid), but: Option<Uuid>, now: Time) -> Result<(u64, u64), Error> {
    let tombstone = ActiveModel { id: Unchanged(id), revoked_at: Set(Some(now)), ..Default::default() };
    Entity::update(tombstone).exec(tx).await?;
    step_up::delete_all_of_credential(tx, id).await?;
    // Whoever has it may have made a link with it.
    enrollment_link::revoke(tx, user, &[Kind::Device], now).await?;
    let families = token_family::revoke_all_of_credential(tx, user, id, now).await?;
    Ok((session::end_all_of_credential(tx, (user, id), but, now).await?, families))
}

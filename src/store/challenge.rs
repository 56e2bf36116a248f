//! Spent challenges: one INSERT decides, on every instance.

use entity::challenge::{ActiveModel, Column, Entity};
use sea_orm::{EntityTrait, Set, sea_query::OnConflict};

use super::{Error, Tx};
use crate::{clock::Time, crypto::mac::Tag};

/// Spends a challenge; false when it was spent before.
///
/// # Errors
/// When the database fails.
pub async fn spend(tx: &Tx, challenge_hash: Tag, now: Time, expires_at: Time) -> Result<bool, Error> {
    let row =
        ActiveModel { challenge_hash: Set(challenge_hash.to_vec()), spent_at: Set(now), expires_at: Set(expires_at) };
    let nothing = OnConflict::column(Column::ChallengeHash).do_nothing().to_owned();
    Ok(Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

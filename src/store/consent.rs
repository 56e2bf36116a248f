//! What people allowed clients to have.

use entity::consent::{ActiveModel, Column, Entity};
use sea_orm::{EntityTrait, Set, sea_query::OnConflict};
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{clock::Time, protocol::scope::ScopeSet};

/// A decision of a person.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Scopes allowed.
    pub granted: ScopeSet,
    /// Scopes refused while others were allowed.
    pub declined: ScopeSet,
}

/// Records a decision, in place of the earlier one.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, id: Uuid, user: Uuid, client: Uuid, consent: &Consent, now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(id),
        user_id: Set(user),
        client_id: Set(client),
        granted: Set(columns::to_json("consents.granted", &consent.granted)?),
        declined: Set(columns::to_json("consents.declined", &consent.declined)?),
        created_at: Set(now),
        updated_at: Set(now),
    };
    let replace = OnConflict::columns([Column::UserId, Column::ClientId])
        .update_columns([Column::Granted, Column::Declined, Column::UpdatedAt])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

//! What people allowed clients to have.

use std::collections::BTreeSet;

use entity::{
    client,
    consent::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set, sea_query::OnConflict};
use uuid::Uuid;

use super::{Error, Tx, columns, token_family};
use crate::{clock::Time, protocol::scope::ScopeSet};

/// A decision of a person.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Scopes allowed.
    pub granted: ScopeSet,
    /// Scopes refused while others were allowed.
    pub declined: ScopeSet,
}

impl Consent {
    pub(super) fn from_row(row: Model) -> Result<Self, Error> {
        Ok(Self {
            granted: columns::from_json("consents.granted", row.granted)?,
            declined: columns::from_json("consents.declined", row.declined)?,
        })
    }
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

/// A client that a person allowed something, or that knows them without being asked for it.
#[derive(Clone, Debug)]
pub struct Allowed {
    /// The client row.
    pub client: Uuid,
    /// What requests carry.
    pub client_id: String,
    /// Shown to people.
    pub client_name: String,
    /// Its home page.
    pub client_uri: Option<String>,
    /// What was decided, and since when something is; `None` where nobody is asked.
    pub consent: Option<(Consent, Time)>,
}

/// Everything that a person allowed, and these clients too; by name.
///
/// # Errors
/// When the database fails.
pub async fn list_by_user<C: ConnectionTrait>(
    connection: &C,
    user: Uuid,
    others: impl IntoIterator<Item = Uuid> + Send,
) -> Result<Vec<Allowed>, Error> {
    let consents = Entity::find().filter(Column::UserId.eq(user)).all(connection).await?;
    let ids: BTreeSet<_> = consents.iter().map(|consent| consent.client_id).chain(others).collect();
    let clients = client::Entity::find().filter(client::Column::Id.is_in(ids));
    let clients = clients.order_by_asc(client::Column::ClientName).order_by_asc(client::Column::Id);
    let mut allowed = Vec::new();
    for client in clients.all(connection).await? {
        let decode = |row: &Model| Ok::<_, Error>((Consent::from_row(row.clone())?, row.created_at));
        let consent = consents.iter().find(|consent| consent.client_id == client.id).map(decode).transpose()?;
        allowed.push(Allowed {
            client: client.id,
            client_id: client.client_id,
            client_name: client.client_name,
            client_uri: client.client_uri,
            consent,
        });
    }
    Ok(allowed)
}

/// Takes back what a person allowed a client, with every token that came of it: how many families, or `None` when there was
/// nothing.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(tx: &Tx, user: Uuid, client: Uuid, now: Time) -> Result<Option<u64>, Error> {
    let gone = Entity::delete_many().filter(Column::UserId.eq(user)).filter(Column::ClientId.eq(client));
    let was_allowed = gone.exec(tx).await?.rows_affected == 1;
    let families = token_family::revoke_all_of_consent(tx, user, client, now).await?;
    Ok((was_allowed || families > 0).then_some(families))
}

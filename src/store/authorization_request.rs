//! Authorization requests that wait for a person. Bound to the browser that made them.

use entity::authorization_request::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{
    clock::Time,
    crypto::mac::Tag,
    protocol::{authorization_request::AuthorizationRequest, scope::ScopeSet},
};

/// A flow keeps this many; the oldest make room.
const MAX_PER_FLOW: usize = 20;

/// A request and what was done for it so far.
#[derive(Clone, Debug)]
pub struct Pending {
    /// The row, and the `{request}` of URLs.
    pub id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// The checked request.
    pub request: AuthorizationRequest,
    /// The ceremony made for it.
    pub ceremony: Option<Ceremony>,
    /// The decision made for it.
    pub consent: Option<ConsentStep>,
    /// Whether it was answered, or its time is over.
    pub is_over: bool,
}

/// A ceremony that was made for one request. It counts only while its session is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ceremony {
    /// The session.
    pub session_id: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// The passkey's row.
    pub credential_id: Uuid,
    /// When.
    pub at: Time,
}

/// A decision that was made for one request. It counts only while its session is current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentStep {
    /// The session.
    pub session_id: Uuid,
    /// Who.
    pub user_id: Uuid,
    /// What was allowed; `None` when the person denied.
    pub granted: Option<ScopeSet>,
}

/// Stores a request and drops the oldest beyond twenty of this flow.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &Tx,
    id: Uuid,
    flow_hash: Tag,
    client_id: Uuid,
    request: &AuthorizationRequest,
    (now, expires_at): (Time, Time),
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(id),
        flow_hash: Set(flow_hash.to_vec()),
        client_id: Set(client_id),
        parameters: Set(columns::to_json("authorization_requests.parameters", request)?),
        ceremony: Set(Value::Null),
        consent: Set(Value::Null),
        created_at: Set(now),
        expires_at: Set(expires_at),
        spent_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    let kept: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::FlowHash.eq(flow_hash.to_vec()))
        .order_by_desc(Column::Id)
        .limit(MAX_PER_FLOW as u64 + 1)
        .into_tuple()
        .all(tx)
        .await?;
    if let (Some(oldest_kept), true) = (kept.get(MAX_PER_FLOW - 1).copied(), kept.len() > MAX_PER_FLOW) {
        Entity::delete_many()
            .filter(Column::FlowHash.eq(flow_hash.to_vec()))
            .filter(Column::Id.lt(oldest_kept))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// The request of that id in that browser, answered and expired ones too.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(
    connection: &C,
    id: Uuid,
    flow_hash: Tag,
    now: Time,
) -> Result<Option<Pending>, Error> {
    let found = Entity::find_by_id(id).filter(Column::FlowHash.eq(flow_hash.to_vec())).one(connection).await?;
    found.map(|row| from_row(row, now)).transpose()
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, id: Uuid, flow_hash: Tag, now: Time) -> Result<Option<Pending>, Error> {
    let select = Entity::find_by_id(id).filter(Column::FlowHash.eq(flow_hash.to_vec())).lock_exclusive();
    select.one(tx).await?.map(|row| from_row(row, now)).transpose()
}

/// Records the ceremony made for a request.
///
/// # Errors
/// When the database fails.
pub async fn update_ceremony(tx: &Tx, id: Uuid, ceremony: &Ceremony) -> Result<(), Error> {
    let value = columns::to_json("authorization_requests.ceremony", ceremony)?;
    Entity::update(ActiveModel { id: Unchanged(id), ceremony: Set(value), ..Default::default() }).exec(tx).await?;
    Ok(())
}

/// Records the decision made for a request.
///
/// # Errors
/// When the database fails.
pub async fn update_consent(tx: &Tx, id: Uuid, consent: &ConsentStep) -> Result<(), Error> {
    let value = columns::to_json("authorization_requests.consent", consent)?;
    Entity::update(ActiveModel { id: Unchanged(id), consent: Set(value), ..Default::default() }).exec(tx).await?;
    Ok(())
}

/// Spends a request; false when it was answered or its time is over.
///
/// # Errors
/// When the database fails.
pub async fn consume(tx: &Tx, id: Uuid, now: Time) -> Result<bool, Error> {
    let spent = Entity::update_many()
        .set(ActiveModel { spent_at: Set(Some(now)), ..Default::default() })
        .filter(Column::Id.eq(id))
        .filter(Column::SpentAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(spent.rows_affected == 1)
}

fn from_row(row: Model, now: Time) -> Result<Pending, Error> {
    Ok(Pending {
        id: row.id,
        client_id: row.client_id,
        request: columns::from_json("authorization_requests.parameters", row.parameters)?,
        ceremony: columns::from_json("authorization_requests.ceremony", row.ceremony)?,
        consent: columns::from_json("authorization_requests.consent", row.consent)?,
        is_over: row.spent_at.is_some() || row.expires_at <= now,
    })
}

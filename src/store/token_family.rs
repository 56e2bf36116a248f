//! Families: all tokens that came from one authorization code live and die together.

use entity::{
    session,
    token_family::{ActiveModel, Column, Entity, Model},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Set,
    sea_query::IntoCondition,
};
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{
    clock::Time,
    protocol::{acr_amr::Assurance, claims_request::ClaimsRequest, scope::ScopeSet},
};

/// What a person allowed a client, once.
#[derive(Clone, Debug)]
pub struct Family {
    /// UUIDv7; also the first head.
    pub id: Uuid,
    /// The client row.
    pub client_id: Uuid,
    /// The subject.
    pub user_id: Uuid,
    /// The session it came from.
    pub session_id: Option<Uuid>,
    /// The refresh token that was last used; the family itself before the first.
    pub head: Uuid,
    /// Granted scopes.
    pub scopes: ScopeSet,
    /// Whether it outlives the session.
    pub offline: bool,
    /// Of the ceremony.
    pub auth_time: Time,
    /// Of the ceremony.
    pub assurance: Assurance,
    /// The `claims` parameter.
    pub claims: Option<ClaimsRequest>,
    /// What its tokens may be meant for; none for the issuer alone.
    pub resources: Vec<String>,
    /// When it began.
    pub created_at: Time,
    /// Since when nothing of it is honoured.
    pub revoked_at: Option<Time>,
}

impl Family {
    pub(super) fn from_row(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            client_id: row.client_id,
            user_id: row.user_id,
            session_id: row.session_id,
            head: row.head,
            scopes: columns::from_json("token_families.scopes", row.scopes)?,
            offline: row.offline,
            // Families of an older version have no time of their own; theirs end with their access token.
            auth_time: row.auth_time.unwrap_or(row.created_at),
            assurance: Assurance { acr: row.acr, amr: columns::from_json("token_families.amr", row.amr)? },
            claims: row.claims.map(|claims| columns::from_json("token_families.claims", claims)).transpose()?,
            resources: columns::from_json("token_families.resources", row.resources)?,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        })
    }
}

/// Adds a family.
///
/// # Errors
/// When a value can't be told as JSON.
pub fn insert(tx: &Tx, new: &Family) -> Result<(), Error> {
    let claims = new.claims.as_ref().map(|claims| columns::to_json("token_families.claims", claims)).transpose()?;
    let row = ActiveModel {
        id: Set(new.id),
        client_id: Set(new.client_id),
        user_id: Set(new.user_id),
        session_id: Set(new.session_id),
        head: Set(new.head),
        scopes: Set(columns::to_json("token_families.scopes", &new.scopes)?),
        offline: Set(new.offline),
        auth_time: Set(Some(new.auth_time)),
        acr: Set(new.assurance.acr.clone()),
        amr: Set(columns::to_json("token_families.amr", &new.assurance.amr)?),
        claims: Set(claims),
        resources: Set(columns::to_json("token_families.resources", &new.resources)?),
        created_at: Set(new.created_at),
        revoked_at: Set(new.revoked_at),
    };
    tx.insert_later(row, None);
    Ok(())
}

/// Revokes a family; false when it was revoked before.
///
/// # Errors
/// When the database fails.
pub async fn revoke(tx: &Tx, id: Uuid, now: Time) -> Result<bool, Error> {
    revoke_where(tx, Column::Id.eq(id), now).await.map(|count| count == 1)
}

/// Revokes every family of a person.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all_of_user(tx: &Tx, user_id: Uuid, now: Time) -> Result<u64, Error> {
    revoke_where(tx, Column::UserId.eq(user_id), now).await
}

/// Revokes every family that came from these sessions.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all_of_sessions(tx: &Tx, sessions: &[Uuid], now: Time) -> Result<u64, Error> {
    revoke_where(tx, Column::SessionId.is_in(sessions.iter().copied()), now).await
}

/// Revokes every family of a person that did not come from this session, whether its own session has ended or not.
///
/// # Errors
/// When the database fails.
pub async fn revoke_others_of_user(tx: &Tx, user: Uuid, own: Uuid, now: Time) -> Result<u64, Error> {
    let elsewhere = Condition::any().add(Column::SessionId.is_null()).add(Column::SessionId.ne(own));
    revoke_where(tx, Condition::all().add(Column::UserId.eq(user)).add(elsewhere), now).await
}

/// Revokes every family that came from a session which this passkey held, whether that has ended or not.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all_of_credential(tx: &Tx, user: Uuid, credential: Uuid, now: Time) -> Result<u64, Error> {
    let held = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::CredentialId.eq(credential));
    let came = Column::SessionId.in_subquery(held.into_query());
    revoke_where(tx, Condition::all().add(Column::UserId.eq(user)).add(came), now).await
}

/// Revokes every family that a person's consent gave to a client.
///
/// # Errors
/// When the database fails.
pub async fn revoke_all_of_consent(tx: &Tx, user: Uuid, client: Uuid, now: Time) -> Result<u64, Error> {
    let of_both = Condition::all().add(Column::UserId.eq(user)).add(Column::ClientId.eq(client));
    revoke_where(tx, of_both, now).await
}

/// Which clients have a family of this person that was not revoked, and when each last began one: client row, time.
///
/// # Errors
/// When the database fails.
pub async fn list_last_used<C: ConnectionTrait>(connection: &C, user: Uuid) -> Result<Vec<(Uuid, Time)>, Error> {
    let rows = Entity::find()
        .select_only()
        .column(Column::ClientId)
        .column_as(Column::CreatedAt.max(), "last_used_at")
        .filter(Column::UserId.eq(user))
        .filter(Column::RevokedAt.is_null())
        .group_by(Column::ClientId);
    Ok(rows.into_tuple().all(connection).await?)
}

async fn revoke_where(tx: &Tx, which: impl IntoCondition, now: Time) -> Result<u64, Error> {
    let row = ActiveModel { revoked_at: Set(Some(now)), ..Default::default() };
    let live = Entity::update_many().set(row).filter(which.into_condition()).filter(Column::RevokedAt.is_null());
    Ok(live.exec(tx).await?.rows_affected)
}

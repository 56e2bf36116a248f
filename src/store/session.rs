//! Browser sessions.

mod end;
mod listing;

use chrono::Duration;
pub use end::{end, end_all_of_credential, end_all_of_user, end_others_of_user};
use entity::{
    session::{ActiveModel, Column, Entity, Model},
    session_client,
};
pub use listing::{page, position};
use sea_orm::{
    ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, Set, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Error, Tx, columns};
use crate::{clock::Time, crypto::mac::Tag, protocol::acr_amr::Assurance};

/// A session, columns parsed.
#[derive(Clone, Debug)]
pub struct Session {
    /// Survives rotation of the cookie.
    pub id: Uuid,
    /// Who is signed in.
    pub user_id: Uuid,
    /// The passkey's row.
    pub credential_id: Option<Uuid>,
    /// Time of the last ceremony.
    pub auth_time: Time,
    /// What it proved.
    pub assurance: Assurance,
    /// When it began.
    pub created_at: Time,
    /// Moves the idle limit.
    pub last_seen_at: Time,
    /// The absolute limit.
    pub expires_at: Time,
    /// Ended is not expired.
    pub ended_at: Option<Time>,
    /// Address where it began.
    pub ip: Option<String>,
    /// What it began in.
    pub user_agent: Option<String>,
}

impl Session {
    pub(super) fn from_row(row: Model) -> Result<Self, Error> {
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            credential_id: row.credential_id,
            auth_time: row.auth_time,
            assurance: Assurance { acr: row.acr, amr: columns::from_json("sessions.amr", row.amr)? },
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            ip: row.ip,
            user_agent: row.user_agent,
        })
    }
}

/// Where a session begins.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// UUIDv7.
    pub id: Uuid,
    /// Who signs in.
    pub user_id: Uuid,
    /// The passkey's row.
    pub credential_id: Option<Uuid>,
    /// SHA-256 of the cookie's token.
    pub token_hash: Tag,
    /// What the ceremony proved.
    pub assurance: Assurance,
    /// Address of the caller.
    pub ip: Option<String>,
    /// As sent.
    pub user_agent: Option<String>,
    /// The absolute limit.
    pub expires_at: Time,
}

/// Begins a session.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, new: NewSession, now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(new.id),
        user_id: Set(new.user_id),
        credential_id: Set(new.credential_id),
        token_hash: Set(new.token_hash.to_vec()),
        auth_time: Set(now),
        acr: Set(new.assurance.acr),
        amr: Set(columns::to_json("sessions.amr", &new.assurance.amr)?),
        ip: Set(new.ip),
        user_agent: Set(new.user_agent),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(new.expires_at),
        ended_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A new ceremony in a session: new cookie, new proof, same id.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The session.
    pub id: Uuid,
    /// SHA-256 of the new cookie's token.
    pub token_hash: Tag,
    /// The passkey's row.
    pub credential_id: Uuid,
    /// What the ceremony proved.
    pub assurance: Assurance,
    /// The new absolute limit.
    pub expires_at: Time,
}

/// The session of a cookie, locked for writing until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_by_token(tx: &Tx, token_hash: Tag) -> Result<Option<Session>, Error> {
    let found = Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec())).lock_exclusive().one(tx).await?;
    found.map(Session::from_row).transpose()
}

/// A session, locked for writing until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Session>, Error> {
    Entity::find_by_id(id).lock_exclusive().one(tx).await?.map(Session::from_row).transpose()
}

/// A session of this person that has not ended, locked for writing until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock_of_user(tx: &Tx, id: Uuid, user_id: Uuid) -> Result<Option<Session>, Error> {
    let found = Entity::find_by_id(id).filter(Column::UserId.eq(user_id)).filter(Column::EndedAt.is_null());
    found.lock_exclusive().one(tx).await?.map(Session::from_row).transpose()
}

/// More than anybody looks through.
const SHOWN: u64 = 200;

/// Sessions of a person, ended ones too, newest first; at most two hundred.
///
/// # Errors
/// When the database fails.
pub async fn list_by_user<C: ConnectionTrait>(connection: &C, user_id: Uuid) -> Result<Vec<Session>, Error> {
    let all = Entity::find().filter(Column::UserId.eq(user_id)).order_by_desc(Column::Id).limit(SHOWN);
    all.all(connection).await?.into_iter().map(Session::from_row).collect()
}

/// The same of those that are within their limits; `seen_after` is the idle limit.
///
/// # Errors
/// When the database fails.
pub async fn list_live<C: ConnectionTrait>(
    connection: &C,
    user_id: Uuid,
    (now, seen_after): (Time, Time),
) -> Result<Vec<Session>, Error> {
    let live = live(user_id, now, seen_after).order_by_desc(Column::LastSeenAt).limit(SHOWN);
    live.all(connection).await?.into_iter().map(Session::from_row).collect()
}

/// How many of a person's sessions are within their limits.
///
/// # Errors
/// When the database fails.
pub async fn count_live<C: ConnectionTrait>(
    connection: &C,
    user_id: Uuid,
    (now, seen_after): (Time, Time),
) -> Result<u64, Error> {
    Ok(live(user_id, now, seen_after).count(connection).await?)
}

fn live(user_id: Uuid, now: Time, seen_after: Time) -> Select<Entity> {
    within_limits(Entity::find().filter(Column::UserId.eq(user_id)), now, seen_after)
}

fn within_limits(rows: Select<Entity>, now: Time, seen_after: Time) -> Select<Entity> {
    rows.filter(Column::EndedAt.is_null()).filter(Column::ExpiresAt.gt(now)).filter(Column::LastSeenAt.gt(seen_after))
}

/// Which clients these sessions signed in to: session, client's name.
///
/// # Errors
/// When the database fails.
pub async fn list_clients<C: ConnectionTrait>(connection: &C, sessions: &[Uuid]) -> Result<Vec<(Uuid, String)>, Error> {
    use entity::client;
    let rows = session_client::Entity::find()
        .select_only()
        .column(session_client::Column::SessionId)
        .column(client::Column::ClientName)
        .join_as(
            JoinType::InnerJoin,
            session_client::Entity::belongs_to(client::Entity)
                .from(session_client::Column::ClientId)
                .to(client::Column::Id)
                .into(),
            client::Entity,
        )
        .filter(session_client::Column::SessionId.is_in(sessions.iter().copied()));
    Ok(rows.into_tuple().all(connection).await?)
}

/// The passkey that a session is held by from now on.
///
/// # Errors
/// When the database fails.
pub async fn update_credential(tx: &Tx, id: Uuid, credential_id: Uuid) -> Result<(), Error> {
    let row = ActiveModel { id: Unchanged(id), credential_id: Set(Some(credential_id)), ..Default::default() };
    Entity::update(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Changes the cookie and nothing else.
///
/// # Errors
/// When the database fails.
pub async fn update_token(tx: &Tx, id: Uuid, token_hash: Tag, now: Time) -> Result<(), Error> {
    let token_hash = Set(token_hash.to_vec());
    let row = ActiveModel { id: Unchanged(id), token_hash, last_seen_at: Set(now), ..Default::default() };
    Entity::update(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Rotates a session that the caller holds locked and knows to be live.
///
/// # Errors
/// When the database fails.
pub async fn update_ceremony(tx: &Tx, rotation: Rotation, now: Time) -> Result<(), Error> {
    let row = ActiveModel {
        id: Unchanged(rotation.id),
        expires_at: Set(rotation.expires_at),
        token_hash: Set(rotation.token_hash.to_vec()),
        credential_id: Set(Some(rotation.credential_id)),
        auth_time: Set(now),
        acr: Set(rotation.assurance.acr),
        amr: Set(columns::to_json("sessions.amr", &rotation.assurance.amr)?),
        last_seen_at: Set(now),
        ..Default::default()
    };
    Entity::update(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Moves the idle limit and remembers that the session signed in to this client, which it last did at `last_at`. What was
/// seen less than `fresh` ago is not written again.
///
/// # Errors
/// When the database fails.
pub async fn update_last_seen(
    tx: &Tx,
    session: &Session,
    (client_id, last_at): (Uuid, Option<Time>),
    (now, fresh): (Time, Duration),
) -> Result<(), Error> {
    if now >= session.last_seen_at + fresh {
        let row = ActiveModel { id: Unchanged(session.id), last_seen_at: Set(now), ..Default::default() };
        Entity::update(row).exec_without_returning(tx).await?;
    }
    if last_at.is_some_and(|last_at| now < last_at + fresh) {
        return Ok(());
    }
    let row = session_client::ActiveModel { session_id: Set(session.id), client_id: Set(client_id), last_at: Set(now) };
    let again = OnConflict::columns([session_client::Column::SessionId, session_client::Column::ClientId])
        .update_column(session_client::Column::LastAt)
        .to_owned();
    tx.insert_later(row, Some(again));
    Ok(())
}

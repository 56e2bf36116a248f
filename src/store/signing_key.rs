//! Signing keys, private parts sealed.

use entity::signing_key::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Unchanged, ConnectionTrait, EntityTrait, QueryOrder, Set};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Error, Tx, columns, setting};
use crate::{
    clock::Time,
    crypto::{
        aead::{Context, Key},
        random::Rng,
    },
    protocol::{jwk::PublicJwk, signing_algorithm::SigningAlgorithm},
};

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Published, does not sign yet.
    Next,
    /// Signs.
    Active,
    /// Signs no more.
    Retired,
}

impl State {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Next, Self::Active, Self::Retired].into_iter().find(|s| s.as_str() == text)
    }
}

/// A key of a ring.
#[derive(Debug)]
pub struct SigningKey {
    /// The row.
    pub id: Uuid,
    /// Which ring.
    pub algorithm: SigningAlgorithm,
    /// Where in its life.
    pub state: State,
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// PKCS#8, opened; `None` when the column can't be opened.
    pub private_key: Option<Zeroizing<Vec<u8>>>,
    /// When it was made.
    pub created_at: Time,
    /// When it began to sign.
    pub activated_at: Option<Time>,
    /// When it ceased to.
    pub retired_at: Option<Time>,
}

/// All keys, oldest first. A row that can't be read is left out and told to the log: it costs itself alone.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C, key: &Key) -> Result<Vec<SigningKey>, Error> {
    let rows = Entity::find().order_by_asc(Column::Id).all(connection).await?;
    let parse = |row: entity::signing_key::Model| {
        let known = SigningAlgorithm::parse(&row.algorithm).zip(State::parse(&row.state));
        let Some((algorithm, state)) = known else {
            tracing::error!(kid = row.kid, "a signing key has an algorithm or state that is not known here");
            return None;
        };
        Some(SigningKey {
            id: row.id,
            algorithm,
            state,
            kid: row.kid,
            private_key: key.open(&context(row.id), &row.private_key).map(Zeroizing::new),
            created_at: row.created_at,
            activated_at: row.activated_at,
            retired_at: row.retired_at,
        })
    };
    Ok(rows.into_iter().filter_map(parse).collect())
}

/// Changes whenever a key changes, so that snapshots follow.
pub const VERSION: &str = "version.signing_keys";

/// Adds a key: next or active.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &Tx,
    (id, state): (Uuid, State),
    (key, rng): (&Key, &dyn Rng),
    (public_jwk, private_key): (&PublicJwk, &[u8]),
    now: Time,
) -> Result<(), Error> {
    let row = ActiveModel {
        id: Set(id),
        kid: Set(public_jwk.kid.clone()),
        algorithm: Set(public_jwk.alg.as_str().to_owned()),
        state: Set(state.as_str().to_owned()),
        private_key: Set(key.seal(rng, &context(id), private_key)),
        public_jwk: Set(columns::to_json("signing_keys.public_jwk", public_jwk)?),
        created_at: Set(now),
        activated_at: Set((state == State::Active).then_some(now)),
        retired_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    touch(tx, id, state.as_str(), now).await
}

/// A published key begins to sign.
///
/// # Errors
/// When the database fails.
pub async fn activate(tx: &Tx, id: Uuid, now: Time) -> Result<(), Error> {
    let active = State::Active.as_str();
    let row = ActiveModel {
        id: Unchanged(id),
        state: Set(active.to_owned()),
        activated_at: Set(Some(now)),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(tx).await?;
    touch(tx, id, active, now).await
}

/// A key ceases to sign; it stays published as long as what it signed.
///
/// # Errors
/// When the database fails.
pub async fn retire(tx: &Tx, id: Uuid, now: Time) -> Result<(), Error> {
    let retired = State::Retired.as_str();
    let row = ActiveModel {
        id: Unchanged(id),
        state: Set(retired.to_owned()),
        retired_at: Set(Some(now)),
        ..ActiveModel::default()
    };
    Entity::update(row).exec(tx).await?;
    touch(tx, id, retired, now).await
}

/// A key is gone: nothing that it signed is believed any more.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, id: Uuid, now: Time) -> Result<(), Error> {
    Entity::delete_by_id(id).exec(tx).await?;
    touch(tx, id, "gone", now).await
}

/// A key passes each state once, so no two changes have one version.
async fn touch(tx: &Tx, id: Uuid, state: &str, now: Time) -> Result<(), Error> {
    setting::put_version(tx, VERSION, format!("{id} {state}").as_bytes(), now).await
}

/// Waits until no other instance makes keys; held until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx) -> Result<(), Error> {
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

fn context(id: Uuid) -> Context {
    Context::column("signing_keys", "private_key", &id, None)
}

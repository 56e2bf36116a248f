//! Data keys, wrapped by key-encryption keys, and the canary that tells a wrong key before it can do harm.

use std::collections::HashMap;

use entity::data_key::{ActiveModel, Entity, Model};
use sea_orm::{ActiveValue::Unchanged, EntityTrait, Set};
use zeroize::Zeroizing;

use super::{Error, Store, Tx, setting};
use crate::{
    clock::Time,
    crypto::{
        aead::{Context, Key},
        data_keys::{DataKeys, Purpose},
        key_encryption::KeyEncryptionKeys,
        random::{Rng, bytes, uuid},
    },
};

const CANARY: &str = "canary";

/// Unwraps all data keys; on an empty database makes them first.
///
/// # Errors
/// [`Error::WrongKey`] or [`Error::NoKey`], with nothing changed; or when the database fails.
pub async fn load_or_create(
    store: &Store,
    keys: &KeyEncryptionKeys,
    rng: &dyn Rng,
    now: Time,
) -> Result<DataKeys, Error> {
    if exist(store).await? {
        return load(store, keys).await;
    }
    store
        .write(async |tx| {
            // Whoever comes second finds the rows of the first; the table lock makes them wait on PostgreSQL.
            lock(tx).await?;
            let rows = Entity::find().all(tx).await?;
            if rows.is_empty() {
                create(tx, keys, rng, now).await?;
            }
            let rows = Entity::find().all(tx).await?;
            let canary = setting::find(tx, CANARY).await?;
            unwrap(rows, canary.as_deref(), keys)
        })
        .await
}

/// Unwraps all data keys.
///
/// # Errors
/// [`Error::WrongKey`] or [`Error::NoKey`]; or when the database fails.
pub async fn load(store: &Store, keys: &KeyEncryptionKeys) -> Result<DataKeys, Error> {
    let rows = Entity::find().all(&store.read()).await?;
    let canary = setting::find(&store.read(), CANARY).await?;
    unwrap(rows, canary.as_deref(), keys)
}

/// Whether this database has data keys already.
///
/// # Errors
/// When the database fails.
pub async fn exist(store: &Store) -> Result<bool, Error> {
    Ok(Entity::find().one(&store.read()).await?.is_some())
}

async fn lock(tx: &Tx) -> Result<(), Error> {
    use sea_orm::ConnectionTrait;
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE data_keys IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

async fn create(tx: &Tx, keys: &KeyEncryptionKeys, rng: &dyn Rng, now: Time) -> Result<(), Error> {
    for purpose in Purpose::ALL {
        let id = uuid(rng, now);
        let key = Zeroizing::new(bytes::<32>(rng));
        let (key_id, wrapped) = keys.wrap(rng, &id, purpose.as_str(), &*key).ok_or(Error::NoKey)?;
        let row = ActiveModel {
            id: Set(id),
            purpose: Set(purpose.as_str().to_owned()),
            wrapped: Set(wrapped),
            key_encryption_key_id: Set(key_id),
            created_at: Set(now),
        };
        Entity::insert(row).exec_without_returning(tx).await?;
        if purpose == Purpose::Credentials {
            let sealed = Key::new(&key).seal(rng, &canary_context(), CANARY.as_bytes());
            setting::put(tx, CANARY, &sealed, now).await?;
        }
    }
    Ok(())
}

/// Wraps every data key with the first key of the list, online: running servers hold them open in memory.
///
/// # Errors
/// [`Error::WrongKey`] with nothing changed; or when the database fails.
pub async fn rewrap(tx: &Tx, keys: &KeyEncryptionKeys, rng: &dyn Rng) -> Result<usize, Error> {
    lock(tx).await?;
    let rows = Entity::find().all(tx).await?;
    let count = rows.len();
    for row in rows {
        let key = keys.unwrap(&row.key_encryption_key_id, &row.id, &row.purpose, &row.wrapped);
        let given = keys.ids().join(", ");
        let key = key.ok_or(Error::WrongKey { wrapped_by: row.key_encryption_key_id, given })?;
        let (key_id, wrapped) = keys.wrap(rng, &row.id, &row.purpose, &*key).ok_or(Error::NoKey)?;
        let row = ActiveModel {
            id: Unchanged(row.id),
            wrapped: Set(wrapped),
            key_encryption_key_id: Set(key_id),
            ..ActiveModel::default()
        };
        Entity::update(row).exec(tx).await?;
    }
    Ok(count)
}

fn unwrap(rows: Vec<Model>, canary: Option<&[u8]>, keys: &KeyEncryptionKeys) -> Result<DataKeys, Error> {
    if keys.is_empty() {
        return Err(Error::NoKey);
    }
    let mut rows: HashMap<_, _> = rows.into_iter().map(|row| (row.purpose.clone(), row)).collect();
    let data_keys = DataKeys::collect(|purpose| {
        let row = rows.remove(purpose.as_str()).ok_or(Error::Decode("data_keys.purpose"))?;
        let key = keys.unwrap(&row.key_encryption_key_id, &row.id, purpose.as_str(), &row.wrapped);
        key.ok_or_else(|| Error::WrongKey { wrapped_by: row.key_encryption_key_id, given: keys.ids().join(", ") })
    })?;
    let sings = canary.and_then(|sealed| data_keys.credentials.open(&canary_context(), sealed));
    if sings.as_deref() == Some(CANARY.as_bytes()) { Ok(data_keys) } else { Err(Error::Decode("settings.canary")) }
}

fn canary_context() -> Context {
    Context::new(&[b"settings", CANARY.as_bytes()])
}

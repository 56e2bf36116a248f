//! Whether this is still the database that it was. One that was restored lacks passkeys that people have made since, and nobody
//! may be told to delete them.

use std::os::unix::fs::MetadataExt;

use chrono::Duration;
use sea_orm::{ConnectionTrait, Statement};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{Error, Store, Tx, columns, connection::sqlite_file, credential, setting};
use crate::clock::Time;

const EPOCH: &str = "epoch";
const HEARTBEAT: &str = "heartbeat";

/// A heart that was silent for longer may be that of an older database.
const SILENCE: Duration = Duration::minutes(3);

/// By then what was lost in a restore has been missed.
const QUARANTINE: Duration = Duration::days(30);

/// The life of a database between two restores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Epoch {
    /// Its name.
    pub id: Uuid,
    /// When it took the place of another one; `None` for the first.
    pub changed_at: Option<Time>,
}

/// The last sign of life of whoever serves from a database.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Heartbeat {
    at: Time,
    /// What the database is known by where it lives: a copy of it has another one.
    incarnation: String,
    /// Known to the last instance alone, which ended in order.
    rest: Option<Uuid>,
}

async fn read<T: DeserializeOwned>(connection: &impl ConnectionTrait, name: &'static str) -> Result<Option<T>, Error> {
    let found = setting::find(connection, name).await?;
    found.map(|value| serde_json::from_slice(&value).map_err(|_| Error::Decode("settings.value"))).transpose()
}

async fn write<T: Serialize>(tx: &Tx, name: &str, value: &T, now: Time) -> Result<(), Error> {
    let value = columns::to_json("settings.value", value)?.to_string();
    setting::put(tx, name, value.as_bytes(), now).await
}

/// Whether authenticators may be told which passkeys are still known (WebAuthn 5.1.10): not where some may be missing.
///
/// # Errors
/// When the database fails.
pub async fn may_signal(connection: &impl ConnectionTrait, now: Time) -> Result<bool, Error> {
    let mut found = setting::find_many(connection, &[EPOCH, HEARTBEAT]).await?;
    let mut value = |name| found.remove(name).unwrap_or_default();
    let epoch = serde_json::from_slice::<Epoch>(&value(EPOCH)).ok();
    let heartbeat = serde_json::from_slice::<Heartbeat>(&value(HEARTBEAT)).ok();
    let is_settled = |epoch: Epoch| epoch.changed_at.is_none_or(|at| now - at >= QUARANTINE);
    let is_alive = |beat: Heartbeat| (now - beat.at).abs() <= SILENCE;
    Ok(epoch.is_some_and(is_settled) && heartbeat.is_some_and(is_alive))
}

/// The epoch; `None` before the first sign of life.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &impl ConnectionTrait) -> Result<Option<Epoch>, Error> {
    read(connection, EPOCH).await
}

/// Begins another epoch.
///
/// # Errors
/// When the database fails.
pub async fn change(tx: &Tx, id: Uuid, now: Time) -> Result<(), Error> {
    write(tx, EPOCH, &Epoch { id, changed_at: Some(now) }, now).await
}

/// A sign of life. Where the database may be another one than before, another epoch begins: why, for the log. `rested` is what the
/// last instance left behind, if it was this one and it ended in order.
///
/// # Errors
/// When the database fails.
pub async fn beat(
    tx: &Tx,
    (incarnation, rested): (&str, Option<Uuid>),
    id: Uuid,
    now: Time,
) -> Result<Option<&'static str>, Error> {
    let before: Option<Heartbeat> = read(tx, HEARTBEAT).await.unwrap_or_default();
    let why = match &before {
        None if find(tx).await?.is_none() && credential::count_owners(tx).await? == 0 => {
            write(tx, EPOCH, &Epoch { id, changed_at: None }, now).await?;
            None
        }
        None => Some("nobody kept watch over this database before"),
        Some(before) if before.incarnation != incarnation => Some("this is a copy of the database"),
        Some(before) if (now - before.at).abs() <= SILENCE => None,
        Some(before) if before.rest.is_some() && before.rest == rested && before.at <= now => None,
        Some(_) => Some("nobody served from this database for a while, and it may be older than it was"),
    };
    if why.is_some() {
        change(tx, id, now).await?;
    }
    write(tx, HEARTBEAT, &Heartbeat { at: now, incarnation: incarnation.to_owned(), rest: None }, now).await?;
    Ok(why)
}

/// The last sign of life before a stop in order.
///
/// # Errors
/// When the database fails.
pub async fn rest(tx: &Tx, incarnation: &str, nonce: Uuid, now: Time) -> Result<(), Error> {
    let heartbeat = Heartbeat { at: now, incarnation: incarnation.to_owned(), rest: Some(nonce) };
    write(tx, HEARTBEAT, &heartbeat, now).await
}

/// What the database is known by where it lives: the file on SQLite; cluster, timeline, database and file of a table on PostgreSQL.
///
/// # Errors
/// When the database fails.
pub async fn incarnation(store: &Store, url: &str) -> Result<String, Error> {
    if let Some(file) = sqlite_file(url) {
        let known = std::fs::metadata(file).map(|file| format!("{}:{}", file.dev(), file.ino()));
        return Ok(known.unwrap_or_default());
    }
    let sql = "SELECT (SELECT system_identifier FROM pg_control_system())::text \
               || '/' || (SELECT timeline_id FROM pg_control_checkpoint())::text \
               || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())::text \
               || '/' || pg_relation_filenode('credentials')::text AS incarnation";
    let reader = store.read();
    let row = reader.query_one_raw(Statement::from_string(reader.get_database_backend(), sql)).await?;
    Ok(row.map(|row| row.try_get("", "incarnation")).transpose()?.unwrap_or_default())
}

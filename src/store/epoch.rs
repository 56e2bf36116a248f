//! Whether this is still the database that it was. One that was restored lacks passkeys that people have made since, and nobody
//! may be told to delete them.

use std::{os::unix::fs::MetadataExt, time::UNIX_EPOCH};

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
    /// Known to whoever wrote it.
    nonce: Uuid,
}

/// What an instance knows of signs of life before this one.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Its own, oldest first: the last of them, or somebody else's, must be there. An older one comes from an older database.
    pub own: Vec<Uuid>,
}

async fn read<T: DeserializeOwned>(connection: &impl ConnectionTrait, name: &'static str) -> Result<Option<T>, Error> {
    let found = setting::find(connection, name).await?;
    found.map(|value| serde_json::from_slice(&value).map_err(|_| Error::Decode("settings.value"))).transpose()
}

async fn write<T: Serialize>(tx: &Tx, name: &str, value: &T, now: Time) -> Result<(), Error> {
    let value = columns::to_json("settings.value", value)?.to_string();
    setting::put(tx, name, value.as_bytes(), now).await
}

/// Where authenticators may be told which passkeys are still known (WebAuthn 5.1.10): the incarnation of the database that they
/// are known to; `None` where some may be missing.
///
/// # Errors
/// When the database fails.
pub async fn may_signal(connection: &impl ConnectionTrait, now: Time) -> Result<Option<String>, Error> {
    let mut found = setting::find_many(connection, &[EPOCH, HEARTBEAT]).await?;
    let mut value = |name| found.remove(name).unwrap_or_default();
    let epoch = serde_json::from_slice::<Epoch>(&value(EPOCH)).ok();
    let heartbeat = serde_json::from_slice::<Heartbeat>(&value(HEARTBEAT)).ok();
    let is_settled = epoch.is_some_and(|epoch| epoch.changed_at.is_none_or(|at| now - at >= QUARANTINE));
    let alive = heartbeat.filter(|beat| is_settled && (now - beat.at).abs() <= SILENCE);
    Ok(alive.map(|beat| beat.incarnation))
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

/// A sign of life. Where the database may be another one than before, another epoch begins: why, for the log.
///
/// # Errors
/// When the database fails.
pub async fn beat(
    tx: &Tx,
    (incarnation, memory): (&str, &Memory),
    nonce: Uuid,
    now: Time,
) -> Result<Option<&'static str>, Error> {
    let before: Option<Heartbeat> = read(tx, HEARTBEAT).await.unwrap_or_default();
    let why = match &before {
        None if find(tx).await?.is_none() && credential::count_owners(tx).await? == 0 => {
            write(tx, EPOCH, &Epoch { id: nonce, changed_at: None }, now).await?;
            None
        }
        None => Some("nobody kept watch over this database before"),
        Some(before) => distrust(before, incarnation, memory, now),
    };
    if why.is_some() {
        change(tx, nonce, now).await?;
    }
    write(tx, HEARTBEAT, &Heartbeat { at: now, incarnation: incarnation.to_owned(), nonce }, now).await?;
    Ok(why)
}

fn distrust(before: &Heartbeat, incarnation: &str, memory: &Memory, now: Time) -> Option<&'static str> {
    if before.incarnation != incarnation {
        return Some("this is a copy of the database");
    }
    match memory.own.iter().rposition(|own| *own == before.nonce) {
        // Nobody has been here since.
        Some(at) if at + 1 == memory.own.len() => None,
        Some(_) => Some("this database is older than it was"),
        None if (now - before.at).abs() <= SILENCE => None,
        None => Some("nobody served from this database for a while, and it may be older than it was"),
    }
}

/// What the database is known by where it lives: the file on SQLite; cluster, timeline, database and file of a table on PostgreSQL.
///
/// # Errors
/// When the database fails.
pub async fn incarnation(store: &Store, url: &str) -> Result<String, Error> {
    if let Some(file) = sqlite_file(url) {
        // A device's number is another one after each mount of some file systems; when a file was made stays.
        let made = |file: &std::fs::Metadata| file.created().ok()?.duration_since(UNIX_EPOCH).ok();
        let known = std::fs::metadata(file).map(|file| format!("{}:{:?}", file.ino(), made(&file)));
        return Ok(known.unwrap_or_default());
    }
    let sql = "SELECT (SELECT system_identifier FROM pg_control_system())::text \
               || '/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) \
               || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())::text \
               || '/' || pg_relation_filenode('credentials')::text AS incarnation";
    let reader = store.read();
    let row = reader.query_one_raw(Statement::from_string(reader.get_database_backend(), sql)).await?;
    Ok(row.map(|row| row.try_get("", "incarnation")).transpose()?.unwrap_or_default())
}

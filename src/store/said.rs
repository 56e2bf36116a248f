//! What an administrator said while the server runs: one row, which is its own version.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;

use super::{Error, Tx, setting};
use crate::clock::Time;

/// The name of the row.
pub const NAME: &str = "said";

/// What is said.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C) -> Result<BTreeMap<String, String>, Error> {
    Ok(read(&setting::find(connection, NAME).await?.unwrap_or_default()))
}

/// The row, read: what cannot be read says nothing, since nobody may be kept out by it.
#[must_use]
pub fn read(row: &[u8]) -> BTreeMap<String, String> {
    serde_json::from_slice(row).unwrap_or_default()
}

/// Says this and nothing else; other instances follow.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, said: &BTreeMap<String, String>, now: Time) -> Result<(), Error> {
    let row = serde_json::to_vec(said).map_err(|_| Error::Decode("settings.said"))?;
    setting::put_version(tx, NAME, &row, now).await
}

//! What passkeys and apps know a server by: it must not change unnoticed.

use super::{Error, Tx, setting};
use crate::clock::Time;

const ISSUER: &str = "identity.issuer";
const RP_ID: &str = "identity.rp_id";

/// Issuer and relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What apps know it by.
    pub issuer: String,
    /// What passkeys know it by.
    pub rp_id: String,
}

/// As it was when somebody last served from this database; `None` for one that nobody has.
///
/// # Errors
/// When the database fails.
pub async fn find<C: sea_orm::ConnectionTrait>(connection: &C) -> Result<Option<Identity>, Error> {
    let mut found = setting::find_many(connection, &[ISSUER, RP_ID]).await?;
    let mut text = |name| found.remove(name).and_then(|value| String::from_utf8(value).ok());
    Ok(text(ISSUER).zip(text(RP_ID)).map(|(issuer, rp_id)| Identity { issuer, rp_id }))
}

/// Remembers it.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, identity: &Identity, now: Time) -> Result<(), Error> {
    setting::put(tx, ISSUER, identity.issuer.as_bytes(), now).await?;
    setting::put(tx, RP_ID, identity.rp_id.as_bytes(), now).await
}

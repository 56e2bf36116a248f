//! What passkeys and apps know a server by, and which passkeys it takes: neither may change unnoticed.

use super::{Error, Tx, columns, setting};
use crate::{clock::Time, protocol::passkey_policy::PasskeyPolicy};

const ISSUER: &str = "identity.issuer";
const RP_ID: &str = "identity.rp_id";
const PASSKEY_POLICY: &str = "identity.passkey_policy";

/// Issuer, relying party, and what it demands of everybody's passkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What apps know it by.
    pub issuer: String,
    /// What passkeys know it by.
    pub rp_id: String,
    /// Which passkeys will do.
    pub passkey_policy: PasskeyPolicy,
}

/// As it was when somebody last served from this database; `None` for one that nobody has.
///
/// # Errors
/// When the database fails.
pub async fn find<C: sea_orm::ConnectionTrait>(connection: &C) -> Result<Option<Identity>, Error> {
    let mut found = setting::find_many(connection, &[ISSUER, RP_ID, PASSKEY_POLICY]).await?;
    let mut text = |name| found.remove(name).and_then(|value| String::from_utf8(value).ok());
    // What cannot be read counts as nothing demanded: a start that demands something is looked at once more.
    let passkey_policy = text(PASSKEY_POLICY).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Ok(text(ISSUER).zip(text(RP_ID)).map(|(issuer, rp_id)| Identity { issuer, rp_id, passkey_policy }))
}

/// Remembers it.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &Tx, identity: &Identity, now: Time) -> Result<(), Error> {
    setting::put(tx, ISSUER, identity.issuer.as_bytes(), now).await?;
    setting::put(tx, RP_ID, identity.rp_id.as_bytes(), now).await?;
    let policy = columns::to_json("settings.value", &identity.passkey_policy)?.to_string();
    setting::put(tx, PASSKEY_POLICY, policy.as_bytes(), now).await
}

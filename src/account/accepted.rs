//! What devices are told of all passkeys of a person at once (WebAuthn 5.1.10.3): whole, and only on pages of their own.

use crate::{
    crypto::mac::base64url,
    http::Call,
    store::{self, credential::Credential, user::User},
};

/// All that are known. Whatever else a device has for this account, it may forget.
pub(super) struct Accepted {
    pub rp_id: String,
    pub user_handle: String,
    /// With blanks between them.
    pub credential_ids: String,
}

/// `None` where some may be missing. `all` is one read of all passkeys of the person, after the session was found alive.
pub(super) async fn all(call: &Call, user: &User, all: &[Credential]) -> Result<Option<Accepted>, store::Error> {
    let rp_id = call.signals_for().await?;
    // Nobody is here without a passkey; an empty list would take them all.
    if rp_id.is_empty() || all.is_empty() {
        return Ok(None);
    }
    let ids: Vec<_> = all.iter().map(|one| base64url(one.credential_id())).collect();
    Ok(Some(Accepted { rp_id, user_handle: base64url(&user.user_handle), credential_ids: ids.join(" ") }))
}

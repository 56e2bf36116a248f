//! Whether somebody signs in from where they never did: worth a letter, and no more than that.

use chrono::Duration;

use crate::{
    audit::Event,
    clock::Time,
    http::Call,
    protocol::user_agent,
    store::{self, Tx, audit_log, user::User},
};

/// What was not seen for so long is new again.
const MEMORY: Duration = Duration::days(180);

/// Browser and system are compared as people call them, or each update would be a new device. Nothing is asked where nobody
/// would be told.
pub(super) async fn is_new(tx: &Tx, call: &Call, user: &User, now: Time) -> Result<bool, store::Error> {
    if call.app.mail.is_none() || !user.email_verified {
        return Ok(false);
    }
    let events = [Event::Authenticated.as_str(), Event::CredentialRegistered.as_str()];
    let known = audit_log::list_user_agents(tx, user.id, &events, now - MEMORY).await?;
    let called = |sent: Option<&str>| user_agent::name(sent).or_else(|| sent.map(str::to_owned));
    let current = called(call.caller.user_agent.as_deref());
    Ok(!known.iter().any(|sent| called(sent.as_deref()) == current))
}

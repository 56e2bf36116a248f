//! Finishes an authentication: one read for the key, the signature outside, then one transaction.
//!
//! A bad signature and a disabled person run the same statements and get the same answer.

use poem::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs_core::proto::AuthenticationState;

use super::KIND;
use crate::{
    audit::{self, Entry, Event},
    clock::Time,
    http::{Call, Code, Problem},
    protocol::acr_amr::Assurance,
    session::{self, Ceremony, Started},
    store::{
        Tx, challenge,
        credential::{self, Credential, Use},
        user,
    },
    webauthn::{
        ceremony::{self, Refused},
        finished,
        sealed::{Authenticating, Sealed},
    },
};

#[derive(Deserialize)]
struct Request {
    ceremony: String,
    credential: Value,
}

type Opened = Sealed<AuthenticationState, Authenticating>;

/// Answers `{"location"}` with a session.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    let now = call.now();
    let sealed = Opened::open(&call, KIND, now, &body.ceremony)?;
    let claimed = ceremony::claimed(&body.credential);
    let stored = match &claimed {
        Ok((credential_id, _)) => credential::find_by_credential_id(&call.app.store.read(), credential_id).await?,
        Err(_) => None,
    };
    let attempt = Attempt { user_handle: claimed.map(|(_, handle)| handle), verified: None, stored };
    let attempt = attempt.verify(&call, &sealed, &body.credential);
    let done = call.app.store.write(async |tx| sign_in(tx, &call, &sealed, attempt, now).await).await??;
    Ok(finished::answer(&call, sealed.purpose.request, done))
}

/// What came, and what it proved.
struct Attempt {
    user_handle: Result<Vec<u8>, Refused>,
    stored: Option<Credential>,
    verified: Option<Result<Use, Refused>>,
}

impl Attempt {
    /// Verifies with the stored key, before any transaction.
    fn verify(mut self, call: &Call, sealed: &Opened, json: &Value) -> Self {
        let expected = (&sealed.state, &sealed.challenge[..], &*sealed.origin);
        self.verified = self.stored.as_ref().map(|stored| {
            let key =
                stored.cose_key(&call.app.data_keys.credentials).ok_or(Refused("the stored key does not open"))?;
            ceremony::finish_authentication(&call.app.webauthn, json, expected, (stored, &key))
        });
        self
    }
}

async fn sign_in(
    tx: &Tx,
    call: &Call,
    sealed: &Opened,
    attempt: Attempt,
    now: Time,
) -> Result<Result<Started, Problem>, Problem> {
    if !challenge::spend(tx, sealed.challenge_hash(), now, sealed.keep_until()).await? {
        return Ok(Err(Code::CeremonySpent.into()));
    }
    let refusal = Refusal { call, now };
    let user_handle = match attempt.user_handle {
        Ok(user_handle) => user_handle,
        Err(Refused(why)) => return refusal.record(tx, None, why, Code::VerificationFailed).await,
    };
    let (Some(stored), Some(verified)) = (attempt.stored, attempt.verified) else {
        let code = Code::CredentialUnknown { signal: false };
        return refusal.record(tx, None, "unknown passkey", code).await;
    };
    // Locking the person orders this against whoever disables them or revokes the passkey.
    let user = user::lock(tx, stored.user_id()).await?;
    let about = Some((stored.user_id(), stored.id()));
    if stored.is_revoked() {
        let code = Code::CredentialUnknown { signal: true };
        return refusal.record(tx, about, "revoked passkey", code).await;
    }
    let checked = verified.and_then(|seen| {
        let user = user.ok_or(Refused("no such person"))?;
        if user.user_handle != user_handle {
            return Err(Refused("foreign user handle"));
        }
        if sealed.purpose.user_id.is_some_and(|asked| asked != user.id) {
            return Err(Refused("somebody else was asked"));
        }
        if user.enabled { Ok((user, seen)) } else { Err(Refused("person is disabled")) }
    });
    let (user, seen) = match checked {
        Ok(checked) => checked,
        Err(Refused(why)) => return refusal.record(tx, about, why, Code::VerificationFailed).await,
    };
    if !credential::update_use(tx, seen, now).await? {
        refusal.record_event(tx, Event::CounterRegressed, about, "the counter did not rise").await?;
        return refusal.record(tx, about, "the counter did not rise", Code::VerificationFailed).await;
    }
    if seen.backup_eligible && !stored.backup_eligible() {
        let entry = entry(about, Value::Null);
        audit::record(tx, (&*call.app.rng, now), &call.caller.origin(), Event::BackupEligibleUpgraded, entry).await?;
    }
    let assurance = Assurance::authentication(seen.backup_eligible);
    let ceremony = Ceremony { user_id: user.id, credential_id: stored.id(), assurance };
    let started = session::start(tx, call, ceremony, now).await?;
    finished::record(tx, call, sealed.purpose.request, (started.session_id, user.id, stored.id()), now).await?;
    let entry = Entry { session: Some(started.session_id), ..entry(about, Value::Null) };
    audit::record(tx, (&*call.app.rng, now), &call.caller.origin(), Event::Authenticated, entry).await?;
    Ok(Ok(started))
}

fn entry(about: Option<(Uuid, Uuid)>, reason: Value) -> Entry {
    let (user, credential) = about.unzip();
    let details = json!({ "credential": credential, "reason": reason });
    Entry { actor: user, subject: user, details, ..Entry::default() }
}

/// Refusals leave a line in the audit log, and all look alike from outside.
struct Refusal<'a> {
    call: &'a Call,
    now: Time,
}

impl Refusal<'_> {
    async fn record(
        &self,
        tx: &Tx,
        about: Option<(Uuid, Uuid)>,
        why: &'static str,
        code: Code,
    ) -> Result<Result<Started, Problem>, Problem> {
        self.record_event(tx, Event::Authenticated, about, why).await?;
        Ok(Err(code.into()))
    }

    async fn record_event(
        &self,
        tx: &Tx,
        event: Event,
        about: Option<(Uuid, Uuid)>,
        why: &'static str,
    ) -> Result<(), Problem> {
        let entry = Entry { failed: true, ..entry(about, why.into()) };
        let origin = self.call.caller.origin();
        audit::record(tx, (&*self.call.app.rng, self.now), &origin, event, entry).await?;
        Ok(())
    }
}

//! Finishes an authentication: one read for the key, the signature outside, then one transaction.
//!
//! A bad signature and a disabled person run the same statements and get the same answer.

use poem::{IntoResponse, Response, web::Json};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs_core::proto::AuthenticationState;

use super::{KIND, new_device, step_up};
use crate::{
    audit::{Entry, Event},
    clock::Time,
    crypto::secret::Secret,
    http::{Call, Code, Problem},
    mail::Notice,
    protocol::{acr_amr::Assurance, client::Client, passkey_policy::Passkey, step_up::Action},
    session::{self, Ceremony, Continuation},
    store::{
        self, Tx, challenge,
        credential::{self, Credential, Use},
        epoch, recovery_request,
        user::{self, User},
    },
    webauthn::{
        ceremony::{self, Refused},
        finished::{self, Finished},
        good_enough::{self, Demands},
        sealed::{Authenticating, Sealed},
    },
};

#[derive(Deserialize)]
struct Request {
    ceremony: String,
    credential: Value,
}

/// An authentication as it was begun.
pub(in crate::webauthn) type Opened = Sealed<AuthenticationState, Authenticating>;

/// Answers `{"location"}` with a session, or `{"step_up"}`.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    let now = call.now();
    let sealed = Opened::open(&call, KIND, now, &body.ceremony)?;
    Ok(match complete(&call, &sealed, &body.credential, now).await? {
        Done::SignedIn(done) => {
            finished::answer(&call, *done, sealed.purpose.continuation.clone().unwrap_or(Continuation::Account))
        }
        Done::SteppedUp(token) => Json(json!({ "step_up": token.expose() })).into_response(),
    })
}

/// Verifies, and signs in or steps up.
pub(in crate::webauthn) async fn complete(
    call: &Call,
    sealed: &Opened,
    credential: &Value,
    now: Time,
) -> Result<Done, Problem> {
    let attempt = Attempt::read(call, sealed, credential).await?;
    let client = match sealed.purpose.client {
        Some(id) => call.app.clients.find_by_id(id).await?,
        None => None,
    };
    let client = client.as_deref();
    call.app.store.write(async |tx| sign_in(tx, call, (sealed, client), attempt, now).await).await?
}

/// What a ceremony came to.
pub(in crate::webauthn) enum Done {
    /// A session.
    SignedIn(Box<Finished>),
    /// The token of a step-up.
    SteppedUp(Secret<String>),
}

/// The column was altered, or moved here from another row: this passkey fails closed, alone.
const UNREADABLE: Refused = Refused("the stored key does not open");

/// What came, and what it proved before any transaction.
enum Attempt {
    /// Not even a response.
    Malformed(Refused),
    /// Of a passkey that nobody has.
    Unknown,
    /// Of a known passkey.
    Known(Box<Known>),
}

struct Known {
    stored: Credential,
    user_handle: Option<Vec<u8>>,
    verified: Result<Use, Refused>,
}

impl Attempt {
    async fn read(call: &Call, sealed: &Opened, json: &Value) -> Result<Self, store::Error> {
        let (credential_id, user_handle) = match ceremony::claimed(json) {
            Ok(claimed) => claimed,
            Err(refused) => return Ok(Self::Malformed(refused)),
        };
        let Some(stored) = credential::find_by_credential_id(&call.app.store.read(), &credential_id).await? else {
            return Ok(Self::Unknown);
        };
        let expected = (&sealed.state, &sealed.challenge[..], &*sealed.origin);
        let key = stored.cose_key(&call.app.data_keys.credentials).ok_or(UNREADABLE);
        let verify = |key: Vec<u8>| {
            let known = ceremony::Known::new(&stored, &key);
            ceremony::finish_authentication(&call.app.webauthn, json, expected, &known)
        };
        let verified = key.and_then(verify);
        Ok(Self::Known(Box::new(Known { stored, user_handle, verified })))
    }
}

/// A refusal that must leave its mark is an `Ok` of this transaction.
async fn sign_in(
    tx: &Tx,
    call: &Call,
    (sealed, client): (&Opened, Option<&Client>),
    attempt: Attempt,
    now: Time,
) -> Result<Result<Done, Problem>, Problem> {
    if !challenge::spend(tx, sealed.challenge_hash(), now, sealed.keep_until()).await? {
        return Ok(Err(Code::CeremonySpent.into()));
    }
    let Known { stored, user_handle, verified } = match attempt {
        Attempt::Known(known) => *known,
        Attempt::Malformed(Refused(why)) => return refuse(tx, call, None, why, Code::VerificationFailed, now).await,
        Attempt::Unknown => {
            let code = Code::CredentialUnknown { signal: false };
            return refuse(tx, call, None, "unknown passkey", code, now).await;
        }
    };
    let pending = finished::lock_request(tx, call, sealed.purpose.request, now).await?;
    // Locking the person orders this against whoever disables them or revokes the passkey.
    let user = user::lock(tx, stored.user_id()).await?;
    let about = Some((stored.user_id(), stored.id()));
    let (user, seen) = match check(sealed, user, (user_handle, verified), now) {
        Ok(checked) if !stored.is_revoked() => checked,
        Ok(_) => return refuse_revoked(tx, call, about, now).await,
        Err(refused) => {
            if refused == UNREADABLE {
                let entry = Entry { failed: true, ..entry(about, None) };
                call.record(tx, Event::CredentialUnreadable, entry, now);
            }
            return refuse(tx, call, about, refused.0, Code::VerificationFailed, now).await;
        }
    };
    if !credential::update_use(tx, seen, now).await? {
        // Either it was revoked since it was read, or its counter did not rise.
        if credential::is_revoked(tx, seen.id).await? {
            return refuse_revoked(tx, call, about, now).await;
        }
        let why = "the counter did not rise";
        call.record(tx, Event::CounterRegressed, Entry { failed: true, ..entry(about, Some(why)) }, now);
        return refuse(tx, call, about, why, Code::VerificationFailed, now).await;
    }
    if seen.backup_eligible && !stored.backup_eligible() {
        call.record(tx, Event::BackupEligibleUpgraded, entry(about, None), now);
    }
    // As it is now: it may have become able to leave its device.
    let passkey = Passkey { backup_eligible: seen.backup_eligible, ..good_enough::seen(&call.app, &stored) };
    let demands = Demands::of_user(&call.app, tx, user.id).await?;
    let is_good = demands.allow(&passkey);
    // Whoever has a passkey that will do needs no way back by mail: somebody else asked for it.
    if is_good && call.app.config.raw.mail.can_recover() && recovery_request::cancel(tx, user.id, now).await? {
        call.record(tx, Event::RecoveryCancelled, entry(about, Some("a passkey was used")), now);
    }
    // Whoever is signed in adds one that will do with one that will not, unless its keys are broken.
    let adds = sealed.purpose.step_up.as_ref().is_some_and(|asked| asked.action == Action::PasskeyAdd);
    let may = (adds && !passkey.compromised) || demands.and(client).allow(&passkey);
    if !may {
        return refuse(tx, call, about, "the passkey will not do", Code::PolicyRefused, now).await;
    }
    if let Some(asked) = &sealed.purpose.step_up {
        let granted = step_up::grant(tx, call, asked, (user.id, stored.id()), now).await?;
        return Ok(granted.map(Done::SteppedUp));
    }
    let assurance = Assurance::authentication(seen.backup_eligible, good_enough::is_hardware(&call.app, &stored));
    let ceremony = Ceremony { user_id: user.id, credential_id: stored.id(), assurance };
    let started = session::start(tx, call, ceremony, now).await?;
    if started.is_new && new_device::is_new(tx, call, &user, now).await? {
        call.notify(tx, &user, &Notice::NewDevice, now);
    }
    let entry = Entry { session: Some(started.session_id), ..entry(about, None) };
    call.record(tx, Event::Authenticated, entry, now);
    let finished = finished::finish(tx, pending, started, (user.id, stored.id()), now).await?;
    Ok(Ok(Done::SignedIn(Box::new(finished))))
}

/// Whose it is, whether that is who was asked, and whether they may.
fn check(
    sealed: &Opened,
    user: Option<User>,
    (user_handle, verified): (Option<Vec<u8>>, Result<Use, Refused>),
    now: Time,
) -> Result<(User, Use), Refused> {
    let seen = verified?;
    let user = user.ok_or(Refused("no such person"))?;
    match (&user_handle, sealed.purpose.user_id) {
        (Some(claimed), _) if *claimed != user.user_handle => return Err(Refused("foreign user handle")),
        (_, Some(asked)) if asked != user.id => return Err(Refused("somebody else was asked")),
        // WebAuthn 7.2 step 6: only where the person was known beforehand may the handle stay away.
        (None, None) => return Err(Refused("no user handle")),
        _ => {}
    }
    if user.is_active(now) { Ok((user, seen)) } else { Err(Refused("person is disabled")) }
}

fn entry(about: Option<(Uuid, Uuid)>, reason: Option<&str>) -> Entry {
    let (user, credential) = about.unzip();
    let details = json!({ "credential": credential, "reason": reason });
    Entry { actor: user, subject: user, details, ..Entry::default() }
}

/// Signalled only to whoever proved that they hold it: the authenticator may forget it.
async fn refuse_revoked(
    tx: &Tx,
    call: &Call,
    about: Option<(Uuid, Uuid)>,
    now: Time,
) -> Result<Result<Done, Problem>, Problem> {
    let signal = epoch::may_signal(tx, now).await?.is_some();
    refuse(tx, call, about, "revoked passkey", Code::CredentialUnknown { signal }, now).await
}

/// Refusals leave a line in the audit log.
async fn refuse(
    tx: &Tx,
    call: &Call,
    about: Option<(Uuid, Uuid)>,
    why: &'static str,
    code: Code,
    now: Time,
) -> Result<Result<Done, Problem>, Problem> {
    call.record(tx, Event::Authenticated, Entry { failed: true, ..entry(about, Some(why)) }, now);
    Ok(Err(code.into()))
}

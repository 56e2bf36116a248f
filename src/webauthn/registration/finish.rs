//! Finishes a registration: the challenge is spent first, the passkey and the session come in one transaction.

use poem::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs_core::proto::RegistrationState;

use super::{
    KIND,
    admit::{Admitted, admit},
};
use crate::{
    audit::{Entry, Event},
    clock::Time,
    config::Attestation,
    http::{Call, Code, Problem},
    protocol::{
        acr_amr::Assurance,
        passkey_policy::{Passkey, Trust},
    },
    session::{self, Ceremony, Continuation},
    store::{
        self, Tx, authorization_request, challenge,
        credential::{self, NewCredential},
        user::User,
    },
    webauthn::{
        ceremony::{self, Refused, Registered, Trusted},
        finished::{self, Finished},
        good_enough::Demands,
        provider,
        sealed::{Registering, Sealed, Whom},
        tidy_name,
    },
};

#[derive(Deserialize)]
struct Request {
    ceremony: String,
    credential: Value,
    name: Option<String>,
}

/// A registration as it was begun.
pub(in crate::webauthn) type Opened = Sealed<RegistrationState, Registering>;

/// What undoes the transaction.
enum Undone {
    /// The store failed.
    Store(store::Error),
    /// What is stored by now speaks against it: the credential id, or what the person's groups demand.
    Refused(Refused),
}

impl From<store::Error> for Undone {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Answers `{"location"}` with a session.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    let now = call.now();
    let sealed = Opened::open(&call, KIND, now, &body.ceremony)?;
    let is_own = matches!(sealed.purpose.whom, Whom::Own { .. });
    let next = if is_own { Continuation::Passkeys } else { Continuation::Account };
    let name = body.name.as_deref().and_then(tidy_name);
    let done = complete(&call, &sealed, (&body.credential, name), now).await?;
    Ok(finished::answer(&call, done, next))
}

/// Verifies, and stores the passkey.
pub(in crate::webauthn) async fn complete(
    call: &Call,
    sealed: &Opened,
    (credential, name): (&Value, Option<String>),
    now: Time,
) -> Result<Finished, Problem> {
    let expected = (&sealed.state, &sealed.challenge[..], &*sealed.origin);
    let asked = call.app.config.raw.webauthn.attestation != Attestation::None;
    let trusted = Trusted { asked, metadata: &*call.app.metadata };
    let verified = ceremony::finish_registration(&call.app.webauthn, credential, expected, &trusted);
    let verified = match verified {
        Ok(registered) if !will_do(call, sealed, &registered, now).await? => Err(UNFIT),
        verified => verified,
    };
    let written = call.app.store.write(async |tx| store_passkey(tx, call, sealed, verified, name, now).await).await;
    match written {
        Ok(done) => done,
        Err(Undone::Store(error)) => Err(error.into()),
        Err(Undone::Refused(refused)) => {
            // Everything of that transaction is gone, the link is whole; what must stay is the spend.
            let lost = Err(refused);
            let spent = call.app.store.write(async |tx| store_passkey(tx, call, sealed, lost, None, now).await).await;
            match spent {
                Ok(Err(problem)) => Err(problem),
                Ok(Ok(_)) | Err(_) => Err(Code::VerificationFailed.into()),
            }
        }
    }
}

const UNFIT: Refused = Refused("the passkey will not do");

/// Whether it will do for the service, and for the app that waits. What groups demand is asked under the lock on their member.
async fn will_do(call: &Call, sealed: &Opened, registered: &Registered, now: Time) -> Result<bool, store::Error> {
    let pending = match (sealed.purpose.request, call.caller.flow) {
        (Some(id), Some(flow)) => authorization_request::find(&call.app.store.read(), id, flow.hash, now).await?,
        _ => None,
    };
    let client = match pending {
        Some(pending) => call.app.clients.find_by_id(pending.client_id).await?,
        None => None,
    };
    Ok(Demands::of_service(&call.app).and(client.as_deref()).allow(&seen(call, registered)))
}

/// What policies look at in a new passkey.
fn seen(call: &Call, registered: &Registered) -> Passkey {
    let &Registered { backup_eligible, attestation_trust, aaguid, .. } = registered;
    let compromised = call.app.metadata.find(aaguid).is_some_and(|model| model.is_refused);
    Passkey { backup_eligible, attested: attestation_trust != Trust::None, aaguid, compromised }
}

/// A refusal that must leave its mark is an `Ok` of this transaction; an error undoes all of it.
async fn store_passkey(
    tx: &Tx,
    call: &Call,
    sealed: &Opened,
    verified: Result<Registered, Refused>,
    name: Option<String>,
    now: Time,
) -> Result<Result<Finished, Problem>, Undone> {
    if !challenge::spend(tx, sealed.challenge_hash(), now, sealed.keep_until()).await? {
        return Ok(Err(Code::CeremonySpent.into()));
    }
    let registered = match verified {
        Ok(registered) => registered,
        Err(refused) => {
            let code = if refused == UNFIT { Code::PolicyRefused } else { Code::VerificationFailed };
            return refuse(tx, call, refused.0, code, now).await;
        }
    };
    if credential::find_by_credential_id(tx, &registered.credential_id).await?.is_some() {
        return refuse(tx, call, "credential id is known", Code::VerificationFailed, now).await;
    }
    let pending = finished::lock_request(tx, call, sealed.purpose.request, now).await?;
    let Admitted { user, notice, demanded } = match admit(tx, call, &sealed.purpose.whom, now).await? {
        Ok(admitted) => admitted,
        Err(code) => return refuse(tx, call, "not admitted", code, now).await,
    };
    let passkey = seen(call, &registered);
    let is_fit = Demands::of_user(&call.app, tx, user.id).await?.allow(&passkey);
    if !is_fit || !demanded.iter().all(|policy| policy.allows(&passkey)) {
        return Err(Undone::Refused(UNFIT));
    }
    let (backup_eligible, attested) = (registered.backup_eligible, registered.attestation_trust.as_str());
    let notice = notice(provider::name_of(name.as_deref(), registered.aaguid));
    let credential_id = insert(tx, call, &user, registered, name, now).await?;
    let ceremony = Ceremony { user_id: user.id, credential_id, assurance: Assurance::enrollment() };
    let started = session::start(tx, call, ceremony, now).await?;
    let entry = Entry {
        session: Some(started.session_id),
        details: json!({ "credential": credential_id, "backup_eligible": backup_eligible, "attestation": attested }),
        ..Entry::by(user.id)
    };
    call.record(tx, Event::CredentialRegistered, entry, now);
    call.notify(tx, &user, &notice, now);
    // In a session that goes on, an enrolment is no ceremony that an app could have asked for: what it proved is older.
    if !started.is_new {
        return Ok(Ok(Finished { request: pending.map(|pending| pending.id), started }));
    }
    Ok(Ok(finished::finish(tx, pending, started, (user.id, credential_id), now).await?))
}

async fn insert(
    tx: &Tx,
    call: &Call,
    user: &User,
    registered: Registered,
    name: Option<String>,
    now: Time,
) -> Result<Uuid, Undone> {
    let id = call.app.uuid();
    let new = NewCredential {
        id,
        user_id: user.id,
        credential_id: registered.credential_id,
        cose_key: registered.cose_key,
        sign_count: registered.sign_count,
        backup_eligible: registered.backup_eligible,
        backup_state: registered.backup_state,
        user_verified: true,
        aaguid: registered.aaguid,
        transports: registered.transports,
        attestation_format: registered.format,
        attestation_trust: registered.attestation_trust,
        name,
    };
    match credential::insert(tx, &call.app.data_keys.credentials, &*call.app.rng, new, now).await? {
        true => Ok(id),
        false => Err(Undone::Refused(Refused("credential id is known"))),
    }
}

async fn refuse(
    tx: &Tx,
    call: &Call,
    why: &'static str,
    code: Code,
    now: Time,
) -> Result<Result<Finished, Problem>, Undone> {
    let entry = Entry { failed: true, details: json!({ "reason": why }), ..Entry::default() };
    call.record(tx, Event::CredentialRegistered, entry, now);
    Ok(Err(code.into()))
}

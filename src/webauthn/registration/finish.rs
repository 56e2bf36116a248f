//! Finishes a registration: the challenge is spent first, the passkey and the session come in one transaction.

use poem::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs_core::proto::RegistrationState;

use super::KIND;
use crate::{
    audit::{self, Entry, Event},
    clock::Time,
    config::SignUp,
    http::{Call, Code, Problem},
    protocol::acr_amr::Assurance,
    session::{self, Ceremony, Started},
    store::{
        self, Tx, challenge,
        credential::{self, NewCredential},
        enrollment_link, token_family,
        user::{self, User},
    },
    webauthn::{
        ceremony::{self, Refused, Registered},
        finished,
        sealed::{Registering, Sealed, Whom},
    },
};

#[derive(Deserialize)]
struct Request {
    ceremony: String,
    credential: Value,
    name: Option<String>,
}

type Opened = Sealed<RegistrationState, Registering>;

/// Answers `{"location"}` with a session.
///
/// # Errors
/// A problem document.
pub async fn post(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    let now = call.now();
    let sealed = Opened::open(&call, KIND, now, &body.ceremony)?;
    let expected = (&sealed.state, &sealed.challenge[..], &*sealed.origin);
    let verified = ceremony::finish_registration(&call.app.webauthn, &body.credential, expected);
    let name = body.name.map(|name| name.trim().chars().take(64).collect());
    let done = call.app.store.write(async |tx| store_passkey(tx, &call, &sealed, verified, name, now).await).await??;
    Ok(finished::answer(&call, sealed.purpose.request, done))
}

/// A refusal that must leave its mark is an `Ok` of this transaction; an error undoes all of it.
async fn store_passkey(
    tx: &Tx,
    call: &Call,
    sealed: &Opened,
    verified: Result<Registered, Refused>,
    name: Option<String>,
    now: Time,
) -> Result<Result<Started, Problem>, Problem> {
    if !challenge::spend(tx, sealed.challenge_hash(), now, sealed.keep_until()).await? {
        return Ok(Err(Code::CeremonySpent.into()));
    }
    let registered = match verified {
        Ok(registered) => registered,
        Err(Refused(why)) => return refuse(tx, call, why, Code::VerificationFailed, now).await,
    };
    if credential::find_by_credential_id(tx, &registered.credential_id).await?.is_some() {
        return refuse(tx, call, "credential id is known", Code::VerificationFailed, now).await;
    }
    let user = match admit(tx, call, &sealed.purpose.whom, now).await? {
        Ok(user) => user,
        Err(code) => return refuse(tx, call, "not admitted", code, now).await,
    };
    let backup_eligible = registered.backup_eligible;
    let credential_id = insert(tx, call, &user, registered, name, now).await?;
    let assurance = Assurance::enrollment();
    let ceremony = Ceremony { user_id: user.id, credential_id, assurance };
    let started = session::start(tx, call, ceremony, now).await?;
    finished::record(tx, call, sealed.purpose.request, (started.session_id, user.id, credential_id), now).await?;
    let entry = Entry {
        actor: Some(user.id),
        subject: Some(user.id),
        session: Some(started.session_id),
        details: json!({ "credential": credential_id, "backup_eligible": backup_eligible }),
        ..Entry::default()
    };
    audit::record(tx, (&*call.app.rng, now), &call.caller.origin(), Event::CredentialRegistered, entry).await?;
    Ok(Ok(started))
}

/// The person to be: the link is used, or the account made. A refusal here has written nothing.
async fn admit(tx: &Tx, call: &Call, whom: &Whom, now: Time) -> Result<Result<User, Code>, Problem> {
    let signed_in = session::find_live(tx, call).await?.map(|(subject, _)| subject.user.id);
    match whom {
        Whom::Link { id, user_id } => {
            let Some(user) = user::lock(tx, *user_id).await?.filter(|user| user.enabled) else {
                return Ok(Err(Code::LinkSpent));
            };
            if signed_in.is_some_and(|other| other != user.id) {
                return Ok(Err(Code::OtherSession));
            }
            let Some(is_recovery) = enrollment_link::consume(tx, *id, now).await? else {
                return Ok(Err(Code::LinkSpent));
            };
            if is_recovery {
                store::session::end_all_of_user(tx, user.id, now).await?;
                token_family::revoke_all_of_user(tx, user.id, now).await?;
            }
            Ok(Ok(user))
        }
        Whom::SignUp { .. } => {
            if call.app.config.raw.registration.sign_up != SignUp::Open {
                return Ok(Err(Code::SignUpClosed));
            }
            let Some((ids, new)) = whom.new_user() else { return Ok(Err(Code::InvalidRequest)) };
            if !user::insert(tx, &ids, &new, now).await? {
                return Ok(Err(Code::UsernameTaken));
            }
            let entry = Entry { actor: Some(ids.id), subject: Some(ids.id), ..Entry::default() };
            audit::record(tx, (&*call.app.rng, now), &call.caller.origin(), Event::UserCreated, entry).await?;
            Ok(user::lock(tx, ids.id).await?.ok_or(Code::Internal))
        }
    }
}

async fn insert(
    tx: &Tx,
    call: &Call,
    user: &User,
    registered: Registered,
    name: Option<String>,
    now: Time,
) -> Result<Uuid, Problem> {
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
        name,
    };
    match credential::insert(tx, &call.app.data_keys.credentials, &*call.app.rng, new, now).await? {
        true => Ok(id),
        // Somebody stored the same id since we looked: everything of this transaction goes, the link stays.
        false => Err(Code::VerificationFailed.into()),
    }
}

async fn refuse(
    tx: &Tx,
    call: &Call,
    why: &'static str,
    code: Code,
    now: Time,
) -> Result<Result<Started, Problem>, Problem> {
    let entry = Entry { failed: true, details: json!({ "reason": why }), ..Entry::default() };
    audit::record(tx, (&*call.app.rng, now), &call.caller.origin(), Event::CredentialRegistered, entry).await?;
    Ok(Err(code.into()))
}

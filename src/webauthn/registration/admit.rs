//! For whom a passkey is stored: the holder of a link, whoever is signed in, or somebody new.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    audit::{Entry, Event},
    clock::Time,
    http::{Call, Code},
    mail::Notice,
    protocol::{passkey_policy::PasskeyPolicy, step_up::Action},
    session,
    store::{
        self, Tx,
        enrollment_link::{self, Kind},
        group, recovery_request, sign_up_token, token_family,
        user::{self, User},
    },
    webauthn::{recover::may_recover, sealed::Whom},
};

/// Somebody who may have one more passkey.
pub(super) struct Admitted {
    /// Who.
    pub user: User,
    /// What they are told by mail.
    pub notice: fn(Option<String>) -> Notice,
    /// What groups demand that they have just joined, as of the lock on them.
    pub demanded: Vec<PasskeyPolicy>,
}

impl From<User> for Admitted {
    fn from(user: User) -> Self {
        Self { user, notice: |name| Notice::PasskeyAdded { name }, demanded: Vec::new() }
    }
}

/// Uses the link, or makes the account. A refusal has written nothing but the end of a link that nobody may use. Locks the person before their session.
pub(super) async fn admit(
    tx: &Tx,
    call: &Call,
    whom: &Whom,
    now: Time,
) -> Result<Result<Admitted, Code>, store::Error> {
    match whom {
        Whom::Link { id, user_id } => {
            let Some(user) = user::lock(tx, *user_id).await?.filter(|user| user.is_active(now)) else {
                return Ok(Err(Code::LinkSpent));
            };
            let own = session::lock_own(tx, call).await?;
            if own.is_some_and(|session| session.user_id != user.id && session::is_live(call, &session, now)) {
                return Ok(Err(Code::OtherSession));
            }
            let Some(kind) = enrollment_link::consume(tx, *id, now).await? else {
                return Ok(Err(Code::LinkSpent));
            };
            if kind == Kind::RecoveryEmail && !may_recover(&call.app, &user, now) {
                return Ok(Err(Code::LinkSpent));
            }
            if kind.is_recovery() {
                recovery_request::cancel(tx, user.id, now).await?;
                // Whoever has the lost device may have made one with it, and then added a passkey of their own.
                enrollment_link::revoke(tx, user.id, &[Kind::Device, Kind::RecoveryCode], now).await?;
                // Whoever comes back wants to stay; somebody else may have asked for the end.
                user::update_delete_after(tx, user.id, None).await?;
                let sessions = store::session::end_all_of_user(tx, user.id, now).await?;
                let families = token_family::revoke_all_of_user(tx, user.id, now).await?;
                let details = json!({ "reason": "recovery", "sessions": sessions, "families": families });
                let entry = Entry { details, ..Entry::by(user.id) };
                call.record(tx, Event::SessionsRevoked, entry, now);
                return Ok(Ok(Admitted { notice: |_| Notice::Recovered, ..user.into() }));
            }
            Ok(Ok(user.into()))
        }
        Whom::Own { user_id, session_id, step_up } => {
            let Some(user) = user::lock(tx, *user_id).await?.filter(|user| user.is_active(now)) else {
                return Ok(Err(Code::SessionRequired));
            };
            let own = session::lock_own(tx, call).await?;
            if !own.is_some_and(|own| own.id == *session_id && session::is_live(call, &own, now)) {
                return Ok(Err(Code::SessionRequired));
            }
            let purpose = (*session_id, Action::PasskeyAdd);
            Ok(match session::spend_step_up(tx, call, *step_up, purpose).await? {
                true => Ok(user.into()),
                false => Err(Code::CeremonySpent),
            })
        }
        Whom::Conformance { user_id } => {
            let user = user::lock(tx, *user_id).await?.filter(|user| user.is_active(now));
            Ok(user.filter(|_| call.app.config.has_conformance_api()).map(Admitted::from).ok_or(Code::SignUpClosed))
        }
        Whom::SignUp { token, .. } => sign_up(tx, call, whom, *token, now).await,
    }
}

/// Makes the account, with the groups of the token that lets them. A name that is taken by now costs nobody the token.
async fn sign_up(
    tx: &Tx,
    call: &Call,
    whom: &Whom,
    token: Option<Uuid>,
    now: Time,
) -> Result<Result<Admitted, Code>, store::Error> {
    let config = &call.app.config;
    if !call.app.settings().registration.sign_up.is_open_to(token.is_some()) && !config.has_conformance_api() {
        return Ok(Err(Code::SignUpClosed));
    }
    let Some((ids, new)) = whom.new_user() else { return Ok(Err(Code::InvalidRequest)) };
    let used = match token {
        Some(id) => match sign_up_token::consume(tx, id, now).await? {
            Some(used) => Some(used),
            None => return Ok(Err(Code::LinkSpent)),
        },
        None => None,
    };
    if !user::insert(tx, &ids, &new, now).await? {
        if let Some(used) = used {
            sign_up_token::give_back(tx, used.id).await?;
        }
        return Ok(Err(Code::UsernameTaken));
    }
    let details = used.as_ref().map_or(Value::Null, |used| json!({ "sign_up_token": used.id }));
    call.record(tx, Event::UserCreated, Entry { details, ..Entry::by(ids.id) }, now);
    let mut demanded = Vec::new();
    for id in used.map(|used| used.groups).unwrap_or_default() {
        // One that is gone by now is nobody's any more.
        if let Some(found) = group::lock(tx, id).await?
            && group::put_member(tx, (id, ids.id), None, now).await?
        {
            demanded.push(found.passkey_policy);
            let entry = Entry { subject: Some(ids.id), details: json!({ "group": found.name }), ..Entry::default() };
            call.record(tx, Event::GroupMemberAdded, entry, now);
        }
    }
    let user = user::lock(tx, ids.id).await?;
    Ok(user.map(|user| Admitted { demanded, ..user.into() }).ok_or(Code::Internal))
}

//! `/account/recovery`: what gets one back in.

use askama::Template;
use poem::{IntoResponse, Response, http::StatusCode, web::Json};
use serde_json::json;

use super::portal;
use crate::{
    audit::{Entry, Event},
    crypto::recovery_code::{self as codes, COUNT},
    http::{Call, Code, Frame, House, Moment, PageError, Problem, render},
    mail::Notice,
    protocol::step_up::Action,
    session::{self, Continuation},
    store::{
        credential,
        enrollment_link::{self, Kind},
        recovery_code::{self, RecoveryCode},
        recovery_request,
        user::User,
    },
    urls,
};

#[derive(Template)]
#[template(path = "account/recovery.html")]
struct RecoveryPage {
    frame: Frame,
    portal: House,
    passkeys: String,
    codes: String,
    has_codes: bool,
    is_low: bool,
    create: String,
    /// When the link is sent that somebody asked for by mail.
    requested: Option<Moment>,
    cancel: String,
    by_email: ByEmail,
    profile: String,
    all_passkeys: String,
}

/// Whether mail leads back.
enum ByEmail {
    /// Not here, or not for this person.
    No,
    /// Once an address is confirmed.
    Unconfirmed,
    /// To this address.
    To(String),
}

impl ByEmail {
    fn of(call: &Call, person: User) -> Self {
        match person.email.filter(|_| person.email_verified) {
            _ if !call.app.config.raw.mail.can_recover() || !person.roles.is_empty() => Self::No,
            Some(email) => Self::To(email),
            None => Self::Unconfirmed,
        }
    }
}

/// Fewer than these are few.
const FEW: u64 = 3;

/// Shows the page.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match portal::open(&call, Continuation::Recovery).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let (store, person) = (call.app.store.read(), opened.subject.user);
    let user = person.id;
    let unused = recovery_code::count_unused(&store, user).await?;
    let passkeys = credential::list_by_user(&store, user).await?.len();
    let frame = opened.frame;
    Ok(render(&RecoveryPage {
        passkeys: frame.words.count("account-passkeys", passkeys),
        codes: frame.words.count("recovery-codes-left", usize::try_from(unused).unwrap_or_default()),
        has_codes: unused > 0,
        is_low: unused < FEW,
        create: frame.path(urls::API_RECOVERY_CODES),
        requested: recovery_request::find_at(&store, user, call.now()).await?.map(Moment::from),
        cancel: frame.path(urls::API_RECOVERY_REQUEST),
        by_email: ByEmail::of(&call, person),
        profile: frame.path(urls::ACCOUNT_PROFILE),
        all_passkeys: frame.path(urls::ACCOUNT_PASSKEYS),
        portal: opened.portal,
        frame,
    }))
}

/// Makes ten new codes, in place of all before, once a passkey was shown for that. They are told this once.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let now = call.now();
    if !call.app.can_hash() {
        return Err(Code::Unavailable.into());
    }
    // Spent first: one step-up costs ten hashes, once.
    let shown = call
        .app
        .store
        .write(async |tx| {
            let allowed = session::lock_stepped_up(tx, &call, Action::RecoveryCodes, None).await?;
            Ok::<_, Problem>(allowed.credential_id)
        })
        .await?;
    let salt = codes::salt(&*call.app.rng);
    let fresh: Vec<String> = (0..COUNT).map(|_| codes::generate(&*call.app.rng)).collect();
    let texts = fresh.clone();
    let hash = move || texts.iter().map(|code| codes::hash(code, &salt)).collect::<Option<Vec<_>>>();
    let hashes = call.app.slow_hash(hash).await.flatten().ok_or(Code::Unavailable)?;
    let rows: Vec<_> = hashes.into_iter().map(|code_hash| RecoveryCode { id: call.app.uuid(), code_hash }).collect();
    call.app
        .store
        .write(async |tx| {
            let (subject, session) = session::lock_owner(tx, &call).await?;
            let user = subject.user.id;
            // Hashing takes a while, in which that passkey may have been removed.
            if credential::is_revoked(tx, shown).await? {
                return Err(Problem::step_up(Action::RecoveryCodes.as_str()));
            }
            recovery_code::replace(tx, user, rows, now).await?;
            // A link that an old code made is as old as the code.
            enrollment_link::revoke(tx, user, &[Kind::RecoveryCode], now).await?;
            let entry = Entry { session: Some(session.id), ..Entry::by(user) };
            call.record(tx, Event::RecoveryCodesCreated, entry, now);
            call.notify(tx, &subject.user, &Notice::RecoveryCodesCreated, now);
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(Json(json!({ "codes": fresh })).into_response())
}

/// Calls off the way back that somebody asked for by mail, once a passkey was shown: a session alone may be somebody else's, who
/// wants to keep its owner out.
///
/// # Errors
/// A problem document.
pub async fn cancel(call: Call) -> Result<Response, Problem> {
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let allowed = session::lock_stepped_up(tx, &call, Action::RecoveryCodes, None).await?;
            let user = allowed.subject.user.id;
            // The passkey that was shown has done it already.
            if recovery_request::cancel(tx, user, now).await? {
                let entry = Entry { session: Some(allowed.session.id), ..Entry::by(user) };
                call.record(tx, Event::RecoveryCancelled, entry, now);
            }
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

//! The way back by mail, where `mail.recovery` allows it: asked for, told at once, held back, and then an enrolment link.

use askama::Template;
use chrono::Duration;
use poem::{Response, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    crypto::{
        mac::{base64url, sha256},
        token::{self, Generated, TokenKind},
    },
    http::{Call, Code, Frame, PageError, Problem, render},
    mail::{Facts, Notice},
    protocol::username::Username,
    store::{
        self, Tx, credential,
        email_link::{self, NewLink},
        enrollment_link::{self, Kind},
        task::{self, NewTask},
        user::{self, User},
    },
    urls,
    webauthn::link,
};

/// The `kind` of tasks of somebody who asked.
pub const REQUESTED: &str = "recovery_requested";

/// The `kind` of tasks whose time has come.
pub const GRANTED: &str = "recovery_granted";

/// How long the link is good once it was sent.
const LIFETIME: Duration = Duration::hours(1);

#[derive(Deserialize)]
struct Request {
    username: String,
}

/// Who asked for whom, from where.
#[derive(Serialize, Deserialize)]
struct Asked {
    username: String,
    language: String,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
}

/// What is granted to whom, unless something speaks against it by then.
#[derive(Serialize, Deserialize)]
struct Granted {
    user: Uuid,
    email: String,
    asked_at: Time,
    language: String,
}

/// The one of a person: whoever asks again while one waits changes nothing, and no second letter is sent.
fn key(user: Uuid) -> String {
    format!("{GRANTED} {user}")
}

/// Asks for a link by mail. Always 202: what comes of it is done behind this call, so that nothing about it tells whether there
/// is such a person.
///
/// # Errors
/// A problem document, for what is no request, and for too many.
pub async fn email(call: Call) -> Result<Response, Problem> {
    let body: Request = call.json()?;
    call.limit_recovery()?;
    let username = Username::parse(&body.username).filter(|_| call.app.config.raw.mail.can_recover());
    if let Some(username) = username {
        let now = call.now();
        let Origin { ip, user_agent, request_id } = call.caller.origin();
        let language = call.caller.locale.tag().to_owned();
        let unique_key = format!("{REQUESTED} {}", base64url(&sha256(username.as_str().as_bytes())));
        let asked = Asked { username: username.as_str().to_owned(), language, ip, user_agent, request_id };
        let payload = serde_json::to_value(&asked).map_err(|_| Code::Internal)?;
        let new = NewTask { id: call.app.uuid(), kind: REQUESTED, unique_key: Some(unique_key), payload, run_at: now };
        call.app.store.write(async |tx| task::insert(tx, new.clone(), now).await).await?;
    }
    Ok(StatusCode::ACCEPTED.into())
}

/// Whether somebody may come back by mail: their address was confirmed, and they hold no role that a mailbox must not open.
fn may_recover(app: &App, user: &User, now: Time) -> bool {
    app.config.raw.mail.can_recover()
        && user.is_active(now)
        && user.roles.is_empty()
        && user.email_verified
        && user.email.is_some()
}

/// Looks whom a request is about, tells them, and lets the link wait.
///
/// # Errors
/// When the database fails.
pub async fn request(tx: &Tx, app: &App, payload: &serde_json::Value, now: Time) -> Result<(), store::Error> {
    let Ok(asked) = serde_json::from_value::<Asked>(payload.clone()) else { return Ok(()) };
    let Some(username) = Username::parse(&asked.username) else { return Ok(()) };
    let Some(found) = user::find_by_username(tx, &username).await? else { return Ok(()) };
    let user = user::lock(tx, found.id).await?.filter(|user| may_recover(app, user, now));
    let Some((user, email)) = user.and_then(|user| Some((user.clone(), user.email?))) else {
        tracing::info!(request_id = asked.request_id, "a way back by mail is not open to them");
        return Ok(());
    };
    let at = now + app.config.raw.mail.recovery_delay.get();
    let granted = Granted { user: user.id, email: email.clone(), asked_at: now, language: asked.language.clone() };
    let payload = serde_json::to_value(&granted).map_err(|_| store::Error::Decode("jobs.payload"))?;
    let new = NewTask { id: app.uuid(), kind: GRANTED, unique_key: Some(key(user.id)), payload, run_at: at };
    if !task::insert(tx, new, now).await? {
        return Ok(());
    }
    let Generated { token, hash: token_hash } = token::generate(&*app.rng, TokenKind::RecoveryCancellation);
    let kind = email_link::Kind::RecoveryCancellation;
    let expires_at = at + LIFETIME;
    email_link::insert(tx, NewLink { id: app.uuid(), kind, user_id: user.id, token_hash, email, expires_at }, now);
    let words = app.language_of(&user, &app.words.choose(Some(&asked.language), None));
    let notice = Notice::RecoveryRequested { at, cancel: app.urls.cancel_recovery(token.expose()) };
    let facts = Facts { at: now, username: None, ip: asked.ip.clone(), user_agent: asked.user_agent.clone() };
    app.notify(tx, &user, &words, &notice, facts);
    let origin = Origin { ip: asked.ip, user_agent: asked.user_agent, request_id: asked.request_id };
    // Nobody has shown that they are this person.
    let entry = Entry { subject: Some(user.id), ..Entry::default() };
    audit::record(tx, (&*app.rng, now), &origin, Event::RecoveryRequested, entry);
    Ok(())
}

/// Sends the link, unless somebody used a passkey since it was asked for, or anything else changed.
///
/// # Errors
/// When the database fails.
pub async fn grant(tx: &Tx, app: &App, payload: &serde_json::Value, now: Time) -> Result<(), store::Error> {
    let Ok(granted) = serde_json::from_value::<Granted>(payload.clone()) else { return Ok(()) };
    let user = user::lock(tx, granted.user).await?.filter(|user| may_recover(app, user, now));
    let Some(user) = user.filter(|user| user.email.as_ref() == Some(&granted.email)) else { return Ok(()) };
    let used = |one: &credential::Credential| one.last_used_at().is_some_and(|at| at > granted.asked_at);
    if credential::list_by_user(tx, user.id).await?.iter().any(used) {
        // Whoever can sign in needs no way back; somebody else may have asked.
        let entry = Entry { subject: Some(user.id), details: json!({ "reason": "signed in" }), ..Entry::default() };
        audit::record(tx, (&*app.rng, now), &Origin::default(), Event::RecoveryCancelled, entry);
        return Ok(());
    }
    let about = (user.id, user.username.as_str());
    let link = link::create(tx, app, &Origin::default(), Kind::RecoveryEmail, about, LIFETIME).await?;
    let words = app.language_of(&user, &app.words.choose(Some(&granted.language), None));
    let notice = Notice::RecoveryLink { url: link.url, expires_at: link.expires_at };
    app.notify(tx, &user, &words, &notice, Facts { at: granted.asked_at, username: None, ip: None, user_agent: None });
    Ok(())
}

/// Calls off what was asked for, and the link if it was sent already; false when there is nothing of either.
///
/// # Errors
/// When the database fails.
pub async fn cancel_for(tx: &Tx, user: Uuid, now: Time) -> Result<bool, store::Error> {
    let waited = task::delete(tx, &key(user)).await?;
    let revoked = enrollment_link::revoke(tx, user, &[Kind::RecoveryEmail], now).await?;
    Ok(waited || revoked > 0)
}

/// When the link is sent that somebody asked for; `None` when nobody did.
///
/// # Errors
/// When the database fails.
pub async fn waits_until(call: &Call, user: Uuid) -> Result<Option<Time>, store::Error> {
    if !call.app.config.raw.mail.can_recover() {
        return Ok(None);
    }
    task::find_run_at(&call.app.store.read(), &key(user)).await
}

#[derive(Template)]
#[template(path = "webauthn/cancel_recovery.html")]
struct CancelPage {
    frame: Frame,
    cancel: String,
    link: String,
    account: String,
}

/// The page of the letter's link: opening it does nothing yet, since programs open links too.
///
/// # Errors
/// A page: unknown, expired and used links are alike.
pub async fn get_cancel(call: Call) -> Result<Response, PageError> {
    let spent = || PageError::new(StatusCode::GONE, "error-link-spent");
    let link = call.segments.get("link").cloned().unwrap_or_default();
    let hash = token::hash(TokenKind::RecoveryCancellation, &link).ok_or_else(spent)?;
    let kind = email_link::Kind::RecoveryCancellation;
    email_link::find_usable(&call.app.store.read(), kind, hash, call.now()).await?.ok_or_else(spent)?;
    let frame = Frame::new(&call.app, &call.caller);
    let (cancel, account) = (frame.path(urls::RECOVER_CANCEL), frame.path(urls::ACCOUNT));
    Ok(render(&CancelPage { frame, cancel, link, account }))
}

#[derive(Deserialize)]
struct Cancel {
    link: String,
}

/// Calls it off, by the letter's link.
///
/// # Errors
/// `link_spent`, as a problem document.
pub async fn cancel(call: Call) -> Result<Response, Problem> {
    let body: Cancel = call.json()?;
    let hash = token::hash(TokenKind::RecoveryCancellation, &body.link).ok_or(Code::LinkSpent)?;
    let now = call.now();
    let kind = email_link::Kind::RecoveryCancellation;
    let found = email_link::find_usable(&call.app.store.read(), kind, hash, now).await?.ok_or(Code::LinkSpent)?;
    call.app
        .store
        .write(async |tx| {
            user::lock(tx, found.user_id).await?;
            if !email_link::consume(tx, found.id, now).await? {
                return Err(Problem::new(Code::LinkSpent));
            }
            cancel_for(tx, found.user_id, now).await?;
            let entry =
                Entry { subject: Some(found.user_id), details: json!({ "reason": "link" }), ..Entry::default() };
            call.record(tx, Event::RecoveryCancelled, entry, now);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

//! What comes of a way back that was asked for by mail: a letter at once, the link when its time has come. The time begins when the
//! mail server has taken the letter, so that nobody is sent a link who was not told before.

use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::email::PEACE;
use crate::{
    app::App,
    audit::{self, Entry, Event, Origin},
    clock::Time,
    crypto::token::{self, Generated, TokenKind},
    mail::{Facts, Notice},
    protocol::username::Username,
    store::{
        self, Tx, credential,
        email_link::{self, NewLink},
        enrollment_link::Kind,
        recovery_request::{self, ASKED, Request, WAITING},
        task::{self, NewTask, Task},
        user::{self, User},
    },
    webauthn::{good_enough::Demands, link},
};

/// How long the link is good once it was made.
const LIFETIME: Duration = Duration::hours(1);

/// How long after its time a request is still granted: a server that was away must not answer what is forgotten.
const LATEST: Duration = Duration::days(1);

/// How long one can call it off after its time, however late it was granted.
const CANCELLABLE: Duration = Duration::days(2);

/// Who asked for whom, from where.
#[derive(Serialize, Deserialize)]
pub(super) struct Asked {
    pub username: String,
    pub language: String,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: Option<String>,
    pub at: Time,
}

/// Whether somebody may come back by mail: their address was confirmed, and they hold no role that a mailbox must not open.
pub(in crate::webauthn) fn may_recover(app: &App, user: &User, now: Time) -> bool {
    app.config.raw.mail.can_recover()
        && user.is_active(now)
        && user.roles.is_empty()
        && user.email_verified
        && user.email.is_some()
}

/// Whom a task is about, locked: people come before tasks, here and where requests are called off.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, task: &Task) -> Result<Option<User>, store::Error> {
    let payload = task.payload.get("then").unwrap_or(&task.payload);
    if task.kind == ASKED {
        let name = payload["username"].as_str().and_then(Username::parse);
        return match name {
            Some(name) => match user::find_by_username(tx, &name).await? {
                Some(found) => user::lock(tx, found.id).await,
                None => Ok(None),
            },
            None => Ok(None),
        };
    }
    match serde_json::from_value::<Request>(payload.clone()) {
        Ok(request) => user::lock(tx, request.user).await,
        Err(_) => Ok(None),
    }
}

/// Whether one of their passkeys was used or made since.
async fn is_back(tx: &Tx, app: &App, user: &User, since: Time) -> Result<bool, store::Error> {
    let demands = Demands::of_user(app, tx, user.id).await?;
    let newer = |one: &credential::Credential| {
        // One that will not do any more brings nobody back.
        let is_newer = one.created_at() > since || one.last_used_at().is_some_and(|at| at > since);
        is_newer && demands.allow_stored(one)
    };
    Ok(credential::list_by_user(tx, user.id).await?.iter().any(newer))
}

/// Tells whoever reads mail at their address. The task that sends the letter lets the link wait once it was sent.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &Tx, app: &App, user: Option<User>, payload: &Value, now: Time) -> Result<(), store::Error> {
    let Ok(asked) = serde_json::from_value::<Asked>(payload.clone()) else { return Ok(()) };
    let user = user.filter(|user| may_recover(app, user, now));
    let Some((user, email)) = user.and_then(|user| Some((user.clone(), user.email?))) else {
        tracing::info!(request_id = asked.request_id, "a way back by mail is not open to them");
        return Ok(());
    };
    let kind = email_link::Kind::RecoveryCancellation;
    let in_peace = email_link::is_used_since(tx, kind, user.id, now - PEACE).await?;
    if in_peace || is_back(tx, app, &user, asked.at).await? {
        tracing::info!(request_id = asked.request_id, "a way back by mail was called off a short while ago");
        return Ok(());
    }
    let at = now + app.config.raw.mail.recovery_delay.get();
    let Generated { token, hash: token_hash } = token::generate(&*app.rng, TokenKind::RecoveryCancellation);
    let words = app.language_of(&user, &app.words.choose(Some(&asked.language), None));
    let notice = Notice::RecoveryRequested { at, cancel: app.urls.cancel_recovery(token.expose()) };
    let username = Some(user.username.clone());
    let facts = Facts { at: asked.at, username, ip: asked.ip.clone(), user_agent: asked.user_agent.clone() };
    let Some(mut letter) = app.letter((user.id, &email), &words, &notice, &facts) else { return Ok(()) };
    let request = Request { user: user.id, email: email.clone(), asked_at: asked.at, at, language: asked.language };
    letter.payload["then"] = json!(request);
    letter.unique_key = Some(recovery_request::key(user.id, asked.at));
    if !task::insert(tx, letter, now).await? {
        return Ok(());
    }
    let expires_at = at + CANCELLABLE;
    email_link::insert(tx, NewLink { id: app.uuid(), kind, user_id: user.id, token_hash, email, expires_at }, now);
    let origin = Origin { ip: asked.ip, user_agent: asked.user_agent, request_id: asked.request_id };
    // Nobody has shown that they are this person.
    let entry = Entry { subject: Some(user.id), ..Entry::default() };
    audit::record(tx, (&*app.rng, now), &origin, Event::RecoveryRequested, entry);
    Ok(())
}

/// Lets the link wait, once they were told.
///
/// # Errors
/// When the database fails.
pub async fn hold_back(tx: &Tx, app: &App, then: &Value, now: Time) -> Result<(), store::Error> {
    let Ok(request) = serde_json::from_value::<Request>(then.clone()) else { return Ok(()) };
    let at = now + app.config.raw.mail.recovery_delay.get();
    let unique_key = Some(recovery_request::key(request.user, request.asked_at));
    let payload = json!(Request { at, ..request });
    task::insert(tx, NewTask { id: app.uuid(), kind: WAITING, unique_key, payload, run_at: at }, now).await?;
    Ok(())
}

/// Sends the link, unless something speaks against it.
///
/// # Errors
/// When the database fails.
pub async fn grant(tx: &Tx, app: &App, user: Option<User>, payload: &Value, now: Time) -> Result<(), store::Error> {
    let Ok(request) = serde_json::from_value::<Request>(payload.clone()) else { return Ok(()) };
    let user = user.filter(|user| may_recover(app, user, now) && user.email.as_ref() == Some(&request.email));
    let why = match &user {
        None => Some("it is not open to them any more"),
        Some(_) if now - request.at > LATEST => Some("nobody was there when it was time"),
        Some(user) if is_back(tx, app, user, request.asked_at).await? => Some("they are back"),
        Some(_) => None,
    };
    let (Some(user), None) = (user, why) else {
        let entry = Entry { subject: Some(request.user), details: json!({ "reason": why }), ..Entry::default() };
        audit::record(tx, (&*app.rng, now), &Origin::default(), Event::RecoveryCancelled, entry);
        return Ok(());
    };
    let about = (user.id, user.username.as_str());
    let link =
        link::create(tx, app, link::By::itself(&Origin::default()), Kind::RecoveryEmail, about, LIFETIME).await?;
    let words = app.language_of(&user, &app.words.choose(Some(&request.language), None));
    let notice = Notice::RecoveryLink { url: link.url, expires_at: link.expires_at };
    let facts = Facts { at: request.asked_at, username: None, ip: None, user_agent: None };
    app.notify(tx, &user, &words, &notice, facts);
    Ok(())
}

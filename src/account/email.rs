//! `/account/email/{link}` and the calls about one's e-mail address: given with a step-up, confirmed by a letter.

use askama::Template;
use chrono::Duration;
use poem::{Response, http::StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::portal;
use crate::{
    audit::{Entry, Event},
    clock::Time,
    crypto::token::{self, Generated, TokenKind},
    http::{Call, Code, Frame, House, PageError, Problem, render},
    mail::{Facts, Notice},
    protocol::{email_address, step_up::Action},
    session::{self, Continuation},
    store::{
        self, Tx,
        email_link::{self, EmailLink, Kind, NewLink},
        recovery_request,
        session::Session,
        user::{self, User},
    },
    urls,
};

/// How long the link of a letter is good.
const LIFETIME: Duration = Duration::hours(24);

/// The address may be a stranger's: more letters than these in an hour would be a nuisance.
const LETTERS: u64 = 5;
const LETTERS_OF_ALL: u64 = 20;
const WINDOW: Duration = Duration::hours(1);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    email: Option<String>,
}

/// Gives another address, or none, once a passkey was shown for that. Where mail is sent, the address before stays until somebody
/// has shown that they read mail at the new one: a slip must cost nobody their letters.
///
/// # Errors
/// A problem document.
pub async fn put(call: Call) -> Result<Response, Problem> {
    let body: Change = call.json()?;
    let typed = body.email.filter(|typed| !typed.trim().is_empty());
    let email = match &typed {
        Some(typed) => Some(email_address::parse(typed).ok_or(Code::InvalidEmail)?),
        None => None,
    };
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let allowed = session::lock_stepped_up(tx, &call, Action::Email, None).await?;
            let user = &allowed.subject.user;
            let is_known = user.email == email && (user.email_verified || call.app.mail.is_none());
            match &email {
                Some(email) if !is_known && call.app.mail.is_some() => {
                    check_letters(tx, user, now).await?;
                    email_link::revoke(tx, Kind::Verification, user.id, now).await?;
                    ask(tx, &call, user, email, now).await?;
                }
                email => {
                    email_link::revoke(tx, Kind::Verification, user.id, now).await?;
                    if !is_known {
                        change(tx, &call, (user, &allowed.session), email.as_deref(), false, now).await?;
                    }
                }
            }
            Ok::<_, Problem>(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

/// Puts an address in the place of another, which is told; what was asked for by mail to that one is over.
async fn change(
    tx: &Tx,
    call: &Call,
    (user, session): (&User, &Session),
    email: Option<&str>,
    verified: bool,
    now: Time,
) -> Result<(), store::Error> {
    user::update_email(tx, user.id, email, verified, now).await?;
    let entry = || Entry { session: Some(session.id), ..Entry::by(user.id) };
    if recovery_request::cancel(tx, user.id, now).await? {
        let details = json!({ "reason": "another address" });
        call.record(tx, Event::RecoveryCancelled, Entry { details, ..entry() }, now);
    }
    call.record(tx, Event::EmailChanged, entry(), now);
    call.notify(tx, user, &Notice::EmailChanged, now);
    Ok(())
}

/// Sends the letter once more.
///
/// # Errors
/// A problem document; `not_found` where there is nothing to confirm.
pub async fn verify(call: Call) -> Result<Response, Problem> {
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (subject, _) = session::lock_owner(tx, &call).await?;
            let user = &subject.user;
            let email = email_link::find_unconfirmed(tx, user, now).await?.filter(|_| call.app.mail.is_some());
            let email = email.ok_or(Problem::new(Code::NotFound))?;
            check_letters(tx, user, now).await?;
            ask(tx, &call, user, &email, now).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

async fn check_letters(tx: &Tx, user: &User, now: Time) -> Result<(), Problem> {
    let sent = email_link::count_since(tx, Kind::Verification, user.id, now - WINDOW).await?;
    match sent < LETTERS {
        true => Ok(()),
        false => Err(Code::RateLimited { retry_after: WINDOW.num_seconds().unsigned_abs() }.into()),
    }
}

/// Asks whoever reads mail there; nothing that the person typed is in the letter.
async fn ask(tx: &Tx, call: &Call, user: &User, email: &str, now: Time) -> Result<(), Problem> {
    // It may have been given before anybody looked.
    let email = email_address::parse(email).ok_or(Code::InvalidEmail)?;
    let Generated { token, hash: token_hash } = token::generate(&*call.app.rng, TokenKind::EmailVerification);
    let words = call.app.language_of(user, &call.caller.locale);
    let notice = Notice::EmailVerification { url: call.app.urls.confirm_email(token.expose()) };
    let facts = Facts { at: now, username: None, ip: None, user_agent: None };
    // Many accounts can name one stranger. Who they are is nobody's business, so nothing tells that this letter stays away. The
    // first of an account always goes: others must not keep an address from its owner.
    let own = email_link::count_since(tx, Kind::Verification, user.id, now - WINDOW).await?;
    let before = email_link::count_to_since(tx, Kind::Verification, &email, now - WINDOW).await?;
    if own == 0 || before < LETTERS_OF_ALL {
        call.app.post(tx, (user.id, &email), &words, &notice, &facts);
    }
    let (id, kind, expires_at) = (call.app.uuid(), Kind::Verification, now + LIFETIME);
    email_link::insert(tx, NewLink { id, kind, user_id: user.id, token_hash, email, expires_at }, now);
    Ok(())
}

#[derive(Template)]
#[template(path = "account/email.html")]
struct EmailPage {
    frame: Frame,
    portal: House,
    email: String,
    link: String,
    confirm: String,
    profile: String,
}

async fn find(call: &Call, link: &str) -> Result<Option<EmailLink>, store::Error> {
    match token::hash(TokenKind::EmailVerification, link) {
        Some(hash) => email_link::find_usable(&call.app.store.read(), Kind::Verification, hash, call.now()).await,
        None => Ok(None),
    }
}

/// The page of the letter's link: it asks whoever is signed in. Nobody else's click may confirm an address for them.
///
/// # Errors
/// A page: unknown, expired and used links are alike.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let link = call.segments.get("link").cloned().unwrap_or_default();
    let spent = || PageError::new(StatusCode::GONE, "error-letter-spent");
    let found = find(&call, &link).await?.ok_or_else(spent)?;
    let opened = match portal::open(&call, Continuation::ConfirmEmail(link.clone())).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let frame = opened.frame;
    if opened.subject.user.id != found.user_id {
        let sign_out = Some(frame.path(urls::LOGOUT));
        return Err(PageError::new(StatusCode::CONFLICT, "error-other-session").link(sign_out));
    }
    let (confirm, profile) = (frame.path(urls::API_EMAIL_CONFIRMATION), frame.path(urls::ACCOUNT_PROFILE));
    Ok(render(&EmailPage { email: found.email, link, confirm, profile, portal: opened.portal, frame }))
}

#[derive(Deserialize)]
struct Confirmation {
    link: String,
}

/// Confirms the address of the letter, which takes the place of another.
///
/// # Errors
/// A problem document.
pub async fn confirm(call: Call) -> Result<Response, Problem> {
    let body: Confirmation = call.json()?;
    let found = find(&call, &body.link).await?.ok_or(Code::LinkSpent)?;
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (subject, session) = session::lock_owner(tx, &call).await?;
            let user = &subject.user;
            if user.id != found.user_id {
                return Err(Problem::new(Code::OtherSession));
            }
            if !email_link::consume(tx, found.id, now).await? {
                return Err(Code::LinkSpent.into());
            }
            if user.email.as_ref() == Some(&found.email) {
                user::update_email(tx, user.id, Some(&found.email), true, now).await?;
            } else {
                change(tx, &call, (user, &session), Some(&found.email), true, now).await?;
            }
            let entry = Entry { session: Some(session.id), ..Entry::by(user.id) };
            call.record(tx, Event::EmailVerified, entry, now);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

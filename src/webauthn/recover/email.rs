//! Asking for a way back by mail, and calling it off. What comes of it: `super::request`.

use askama::Template;
use chrono::Duration;
use poem::{Response, http::StatusCode};
use serde::Deserialize;
use serde_json::json;

use super::request::Asked;
use crate::{
    audit::{Entry, Event, Origin},
    crypto::{
        mac::{base64url, sha256},
        token::{self, TokenKind},
    },
    http::{Call, Code, Frame, PageError, Problem, render},
    protocol::username::Username,
    store::{
        email_link::{self, Kind},
        recovery_request,
        task::{self, NewTask},
        user,
    },
    urls,
};

/// Whoever called one off is left in peace for so long.
pub(super) const PEACE: Duration = Duration::days(1);

#[derive(Deserialize)]
struct Request {
    username: String,
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
        let hash = base64url(&sha256(username.as_str().as_bytes()));
        let username = username.as_str().to_owned();
        let payload = serde_json::to_value(Asked { username, language, ip, user_agent, request_id, at: now });
        let new = NewTask {
            id: call.app.uuid(),
            kind: recovery_request::ASKED,
            unique_key: Some(format!("{} {hash}", recovery_request::ASKED)),
            payload: payload.map_err(|_| Code::Internal)?,
            run_at: now,
        };
        call.app.store.write(async |tx| task::insert(tx, new.clone(), now).await).await?;
    }
    Ok(StatusCode::ACCEPTED.into())
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
    let spent = || PageError::new(StatusCode::GONE, "error-letter-spent");
    let link = call.segments.get("link").cloned().unwrap_or_default();
    let hash = token::hash(TokenKind::RecoveryCancellation, &link).ok_or_else(spent)?;
    let kind = Kind::RecoveryCancellation;
    email_link::find_usable(&call.app.store.read(), kind, hash, call.now()).await?.ok_or_else(spent)?;
    let frame = Frame::new(&call.app, &call.caller);
    let (cancel, account) = (frame.path(urls::RECOVER_CANCEL), frame.path(urls::ACCOUNT));
    Ok(render(&CancelPage { frame, cancel, link, account }))
}

#[derive(Deserialize)]
struct Cancel {
    link: String,
}

/// Calls it off, by the letter's link, and leaves its reader in peace for a day.
///
/// # Errors
/// `link_spent`, as a problem document.
pub async fn cancel(call: Call) -> Result<Response, Problem> {
    let body: Cancel = call.json()?;
    let hash = token::hash(TokenKind::RecoveryCancellation, &body.link).ok_or(Code::LinkSpent)?;
    let now = call.now();
    let kind = Kind::RecoveryCancellation;
    let found = email_link::find_usable(&call.app.store.read(), kind, hash, now).await?.ok_or(Code::LinkSpent)?;
    call.app
        .store
        .write(async |tx| {
            user::lock(tx, found.user_id).await?;
            if !email_link::consume(tx, found.id, now).await? {
                return Err(Problem::new(Code::LinkSpent));
            }
            recovery_request::cancel(tx, found.user_id, now).await?;
            let entry =
                Entry { subject: Some(found.user_id), details: json!({ "reason": "link" }), ..Entry::default() };
            call.record(tx, Event::RecoveryCancelled, entry, now);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into())
}

//! The end of an account, which its owner asks for and can take back.

use chrono::Duration;
use poem::{
    IntoResponse, Response,
    http::{StatusCode, header::SET_COOKIE},
    web::Json,
};
use serde_json::json;

use crate::{
    audit::{Entry, Event},
    http::{Call, Code, Problem},
    mail::Notice,
    protocol::step_up::Action,
    session,
    store::{
        self, Tx,
        enrollment_link::{self, Kind},
        token_family,
        user::{self, User},
    },
    webauthn::good_enough,
};

/// How long somebody can think better of it.
const GRACE: Duration = Duration::days(7);

/// Wants the account gone, once a passkey was shown for that. Every session ends at once, this one too, and apps are told; the
/// account itself goes later, and can be kept until then by whoever signs in.
///
/// # Errors
/// A problem document.
pub async fn create(call: Call) -> Result<Response, Problem> {
    let now = call.now();
    let delete_after = now + GRACE;
    // Whoever may not waits for nobody. What decides is asked again below, under lock.
    let (subject, session) = session::current(&call, None).await?.ok_or(Code::SessionRequired)?;
    session::check_step_up(&call, &session, Action::Delete).await?;
    let is_administrator = subject.user.is_administrator();
    call.app
        .store
        .write(async |tx| {
            if is_administrator {
                user::lock_administrators(tx).await?;
            }
            let allowed = session::lock_stepped_up(tx, &call, Action::Delete, None).await?;
            let user = &allowed.subject.user;
            if user.is_administrator() && (!is_administrator || is_last(tx, &call, user).await?) {
                return Err(Problem::new(Code::LastAdministrator));
            }
            user::update_delete_after(tx, user.id, Some(delete_after)).await?;
            enrollment_link::revoke(tx, user.id, &[Kind::Device], now).await?;
            store::session::end_all_of_user(tx, user.id, now).await?;
            token_family::revoke_all_of_user(tx, user.id, now).await?;
            let entry = Entry { session: Some(allowed.session.id), ..Entry::by(user.id) };
            call.record(tx, Event::UserDeletionRequested, entry, now);
            call.notify(tx, user, &Notice::DeletionRequested { at: delete_after }, now);
            Ok(())
        })
        .await?;
    call.app.outbox.notify_one();
    let mut response = Json(json!({ "delete_after": delete_after })).into_response();
    if let Some(cookie) = session::remove_cookie(&call.app) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn is_last(tx: &Tx, call: &Call, user: &User) -> Result<bool, store::Error> {
    user::is_last_administrator(tx, user, good_enough::for_everybody(&call.app, tx).await?).await
}

/// Keeps the account after all.
///
/// # Errors
/// A problem document.
pub async fn cancel(call: Call) -> Result<Response, Problem> {
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            let (subject, session) = session::lock_owner(tx, &call).await?;
            if subject.user.delete_after.is_none() {
                return Err(Problem::new(Code::NotFound));
            }
            user::update_delete_after(tx, subject.user.id, None).await?;
            let entry = Entry { session: Some(session.id), ..Entry::by(subject.user.id) };
            call.record(tx, Event::UserDeletionCancelled, entry, now);
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

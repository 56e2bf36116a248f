//! The page behind an enrolment link: the first passkey, or a new one after a loss.

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    crypto::token::{self, TokenKind},
    http::{Call, Frame, PageError, render},
    session,
    store::{enrollment_link, user},
    urls,
    webauthn::good_enough::Demands,
};

#[derive(Template)]
#[template(path = "webauthn/enrollment.html")]
struct EnrollmentPage {
    frame: Frame,
    begin: String,
    finish: String,
    link: String,
    name: String,
    username: String,
    rp_id: String,
    demands: Vec<&'static str>,
}

/// Shows the page; opening a link does not use it.
///
/// # Errors
/// A page: unknown, expired, used and replaced links are alike.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let spent = || PageError::new(StatusCode::GONE, "error-link-spent");
    let link = call.segments.get("link").cloned().unwrap_or_default();
    let hash = token::hash(TokenKind::EnrollmentLink, &link).ok_or_else(spent)?;
    let store = call.app.store.read();
    let found = enrollment_link::find_usable(&store, hash, call.now()).await?.ok_or_else(spent)?;
    let user =
        user::find_by_id(&store, found.user_id).await?.filter(|user| user.is_active(call.now())).ok_or_else(spent)?;
    let frame = Frame::new(&call.app, &call.caller);
    if session::current(&call, None).await?.is_some_and(|(subject, _)| subject.user.id != user.id) {
        let sign_out = Some(frame.path(urls::LOGOUT));
        return Err(PageError::new(StatusCode::CONFLICT, "error-other-session").link(sign_out));
    }
    Ok(render(&EnrollmentPage {
        demands: Demands::of_user(&call.app, &store, user.id).await?.in_words(),
        begin: frame.path(urls::REGISTRATION_BEGIN),
        finish: frame.path(urls::REGISTRATION_FINISH),
        link,
        name: user.greeting().to_owned(),
        rp_id: call.signals_for().await?,
        username: user.username,
        frame,
    }))
}

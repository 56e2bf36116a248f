//! The page for people whose passkey is gone: every way back ends in an enrolment link.

use askama::Template;
use poem::Response;

use crate::{
    http::{Call, Frame, PageError, render},
    urls,
};

#[derive(Template)]
#[template(path = "webauthn/recover.html")]
struct RecoverPage {
    frame: Frame,
    sign_in: String,
}

/// Shows the page.
///
/// # Errors
/// None so far.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let frame = Frame::new(&call.app, &call.caller);
    Ok(render(&RecoverPage { sign_in: frame.path(urls::SIGN_IN), frame }))
}

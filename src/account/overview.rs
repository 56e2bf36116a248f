//! `/account`: who one is here.

use askama::Template;
use poem::Response;

use crate::{
    http::{Call, Frame, PageError, render, see_other},
    session::{self, Continuation},
    store::credential,
    urls,
};

#[derive(Template)]
#[template(path = "account/overview.html")]
struct OverviewPage {
    frame: Frame,
    name: String,
    username: String,
    passkeys: String,
    sign_out: String,
}

/// Shows the page, or the way to sign in.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let Some((subject, _)) = session::current(&call, None).await? else {
        return Ok(see_other(&Continuation::Account.sign_in(&call)?));
    };
    let count = credential::list_by_user(&call.app.store.read(), subject.user.id).await?.len();
    let frame = Frame::new(&call.app, &call.caller);
    let passkeys = frame.words.count("account-passkeys", count);
    Ok(render(&OverviewPage {
        name: subject.user.greeting().to_owned(),
        username: subject.user.username,
        passkeys,
        sign_out: frame.path(urls::LOGOUT),
        frame,
    }))
}

/// `/` leads to the account.
///
/// # Errors
/// None.
pub async fn root(call: Call) -> Result<Response, PageError> {
    Ok(see_other(&call.app.urls.path(urls::ACCOUNT)))
}

//! `/account`: who one is here, and what would be good to do.

use askama::Template;
use poem::Response;

use super::{
    accepted::{self, Accepted},
    apps, portal,
};
use crate::{
    http::{Call, Frame, House, PageError, render, see_other},
    session::{self, Continuation},
    store::{credential, recovery_code, recovery_request, session::count_live},
    urls,
    webauthn::good_enough::Demands,
};

#[derive(Template)]
#[template(path = "account/overview.html")]
struct OverviewPage {
    frame: Frame,
    portal: House,
    name: String,
    advice: Vec<Advice>,
    accepted: Option<Accepted>,
    lines: Vec<Line>,
}

/// What somebody would be sorry not to have done.
struct Advice {
    text: String,
    action: String,
    url: String,
}

/// What advice depends on.
struct Known {
    passkeys: usize,
    codes: u64,
    asks_for_email: bool,
    is_recovering: bool,
}

/// A page, and how things are there.
struct Line {
    name: String,
    text: String,
    url: String,
}

/// Shows the page, or the way to sign in.
///
/// # Errors
/// A page.
pub async fn get(call: Call) -> Result<Response, PageError> {
    let opened = match portal::open(&call, Continuation::Account).await? {
        Ok(opened) => opened,
        Err(sign_in) => return Ok(sign_in),
    };
    let (frame, user) = (opened.frame, opened.subject.user);
    let store = call.app.store.read();
    let passkeys = credential::list_by_user(&store, user.id).await?;
    let demands = Demands::of_user(&call.app, &store, user.id).await?;
    let codes = recovery_code::count_unused(&store, user.id).await?;
    let apps = apps::count(&call, user.id).await?;
    let sessions = count_live(&store, user.id, session::limits(&call)).await?;
    let sessions = usize::try_from(sessions).unwrap_or_default();
    let line = |name: &str, words: &str, count: usize, path: &str| Line {
        name: frame.t(name),
        text: frame.words.count(words, count),
        url: frame.path(path),
    };
    let known = Known {
        passkeys: passkeys.iter().filter(|one| demands.allow_stored(one)).count(),
        codes,
        asks_for_email: call.app.mail.is_some() && user.email.is_some() && !user.email_verified,
        is_recovering: recovery_request::find_at(&store, user.id, call.now()).await?.is_some(),
    };
    let codes_left = usize::try_from(codes).unwrap_or_default();
    let lines = vec![
        line("account-tab-passkeys", "account-passkeys", passkeys.len(), urls::ACCOUNT_PASSKEYS),
        line("account-tab-sessions", "account-sessions", sessions, urls::ACCOUNT_SESSIONS),
        line("account-tab-apps", "account-apps", apps, urls::ACCOUNT_APPS),
        line("account-tab-recovery", "recovery-codes-left", codes_left, urls::ACCOUNT_RECOVERY),
    ];
    Ok(render(&OverviewPage {
        advice: advice(&frame, &known),
        accepted: accepted::all(&call, &user, &passkeys).await?,
        name: user.greeting().to_owned(),
        portal: opened.portal,
        lines,
        frame,
    }))
}

/// One lost device must lock nobody out.
fn advice(frame: &Frame, known: &Known) -> Vec<Advice> {
    let advice = |text: &str, action: &str, path: &str| Advice {
        text: frame.t(text),
        action: frame.t(action),
        url: frame.path(path),
    };
    let mut all = Vec::new();
    if known.is_recovering {
        all.push(advice("account-advice-recovery", "recovery-requested-cancel", urls::ACCOUNT_RECOVERY));
    }
    if known.passkeys < 2 {
        all.push(advice("account-advice-passkey", "passkeys-add", urls::ACCOUNT_PASSKEYS));
    }
    if known.codes == 0 {
        all.push(advice("account-advice-codes", "recovery-codes-create", urls::ACCOUNT_RECOVERY));
    }
    if known.asks_for_email {
        all.push(advice("account-advice-email", "email-confirm-back", urls::ACCOUNT_PROFILE));
    }
    all
}

/// `/` leads to the account.
///
/// # Errors
/// None.
pub async fn root(call: Call) -> Result<Response, PageError> {
    Ok(see_other(&call.app.urls.path(urls::ACCOUNT)))
}

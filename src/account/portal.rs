//! What all pages of the portal share: who one is, where one can go, what a step-up needs.

use poem::Response;

use crate::{
    clock::Time,
    http::{Call, Frame, PageError, see_other},
    session::{self, Continuation},
    store::{session::Session, subject::Subject},
    urls,
};

/// The pages, in the order of their tabs, with the ids of their words.
const PAGES: [(Continuation, &str); 7] = [
    (Continuation::Account, "account-tab-overview"),
    (Continuation::Passkeys, "account-tab-passkeys"),
    (Continuation::Sessions, "account-tab-sessions"),
    (Continuation::Apps, "account-tab-apps"),
    (Continuation::Activity, "account-tab-activity"),
    (Continuation::Recovery, "account-tab-recovery"),
    (Continuation::Profile, "account-tab-profile"),
];

/// A way to another page.
pub(super) struct Tab {
    pub url: String,
    pub name: String,
    pub is_current: bool,
}

/// The house around a page.
pub(super) struct Portal {
    pub tabs: Vec<Tab>,
    pub username: String,
    pub sign_out: String,
    /// When the account goes, where its owner wants it gone; and the way to keep it.
    pub delete_after: Option<Moment>,
    pub keep: String,
    pub authentication_begin: String,
    pub authentication_finish: String,
}

/// A page of somebody who is signed in.
pub(super) struct Opened {
    pub frame: Frame,
    pub portal: Portal,
    pub subject: Subject,
    pub session: Session,
}

/// Whoever is signed in, with their house; or the way to sign in.
pub(super) async fn open(call: &Call, page: Continuation) -> Result<Result<Opened, Response>, PageError> {
    let Some((subject, session)) = session::current(call, None).await? else {
        return Ok(Err(see_other(&page.sign_in(call)?)));
    };
    let frame = Frame::new(&call.app, &call.caller);
    let tab = |(of, name): (Continuation, &str)| Tab {
        url: frame.path(&of.path()),
        name: frame.t(name),
        is_current: of == page,
    };
    let portal = Portal {
        tabs: PAGES.into_iter().map(tab).collect(),
        username: subject.user.username.clone(),
        sign_out: frame.path(urls::LOGOUT),
        delete_after: subject.user.delete_after.map(Moment::from),
        keep: frame.path(urls::API_DELETION),
        authentication_begin: frame.path(urls::AUTHENTICATION_BEGIN),
        authentication_finish: frame.path(urls::AUTHENTICATION_FINISH),
    };
    Ok(Ok(Opened { frame, portal, subject, session }))
}

/// A time, for the script to tell in the person's own zone and words.
pub(super) struct Moment {
    /// RFC 3339.
    pub exact: String,
    /// Where there is no script.
    pub plain: String,
}

impl From<Time> for Moment {
    fn from(at: Time) -> Self {
        let exact = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        Self { exact, plain: at.format("%Y-%m-%d %H:%M UTC").to_string() }
    }
}

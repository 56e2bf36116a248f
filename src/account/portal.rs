//! What all pages of the portal share: who one is, where one can go, what a step-up needs.

use poem::Response;

use crate::{
    http::{Call, Frame, House, PageError, Tab, see_other},
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

/// A page of somebody who is signed in.
pub(super) struct Opened {
    pub frame: Frame,
    pub portal: House,
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
    let mut portal = House::new(&frame, &subject.user, PAGES.into_iter().map(tab).collect());
    if !subject.user.roles.is_empty() {
        portal.other = Some((frame.path(urls::ADMIN), frame.t("admin-house")));
    }
    Ok(Ok(Opened { frame, portal, subject, session }))
}

//! What all house pages share: tabs, who one is, the way out, what a step-up needs.

use super::Frame;
use crate::{clock::Time, store::user::User, urls};

/// A way to another page.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Where.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// Whether one is there.
    pub is_current: bool,
}

/// The house around a page.
#[derive(Clone, Debug)]
pub struct House {
    /// Ways to the other pages.
    pub tabs: Vec<Tab>,
    /// Who one is.
    pub username: String,
    /// Where one signs out.
    pub sign_out: String,
    /// The other house that one may enter, and what it is called.
    pub other: Option<(String, String)>,
    /// When the account goes, where its owner wants it gone.
    pub delete_after: Option<Moment>,
    /// The way to keep it.
    pub keep: String,
    /// Begins a step-up.
    pub authentication_begin: String,
    /// Ends it.
    pub authentication_finish: String,
}

impl House {
    /// The house of somebody who is signed in, with these tabs.
    #[must_use]
    pub fn new(frame: &Frame, user: &User, tabs: Vec<Tab>) -> Self {
        Self {
            tabs,
            username: user.username.clone(),
            sign_out: frame.path(urls::LOGOUT),
            other: None,
            delete_after: user.delete_after.map(Moment::from),
            keep: frame.path(urls::API_DELETION),
            authentication_begin: frame.path(urls::AUTHENTICATION_BEGIN),
            authentication_finish: frame.path(urls::AUTHENTICATION_FINISH),
        }
    }
}

/// A time, for the script to tell in the person's own zone and words.
#[derive(Clone, Debug)]
pub struct Moment {
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

//! Where to go after signing in: a page of ours, sealed to the browser, never a free URL.

use std::borrow::Cow;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use crate::{
    http::{Call, PageError},
    urls,
};

const KIND: &str = "continuation";

/// Long enough to find one's device.
const LIFETIME: Duration = Duration::hours(1);

/// Pages that need a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Continuation {
    /// The account portal.
    Account,
    /// One's passkeys.
    Passkeys,
    /// One's sessions.
    Sessions,
    /// The apps one has allowed.
    Apps,
    /// What happened to one's account.
    Activity,
    /// Ways back in.
    Recovery,
    /// What one says of oneself.
    Profile,
    /// The page behind the link of a letter, with its token.
    ConfirmEmail(String),
    /// A page of administration, by its path below the issuer.
    Administration(String),
}

impl Continuation {
    /// Its path below the issuer.
    #[must_use]
    pub fn path(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Account => urls::ACCOUNT,
            Self::Passkeys => urls::ACCOUNT_PASSKEYS,
            Self::Sessions => urls::ACCOUNT_SESSIONS,
            Self::Apps => urls::ACCOUNT_APPS,
            Self::Activity => urls::ACCOUNT_ACTIVITY,
            Self::Recovery => urls::ACCOUNT_RECOVERY,
            Self::Profile => urls::ACCOUNT_PROFILE,
            Self::Administration(path) => return path.clone().into(),
            Self::ConfirmEmail(token) => return urls::ACCOUNT_EMAIL.replace(":link", token).into(),
        })
    }

    /// The sign-in page that comes back here.
    ///
    /// # Errors
    /// A page, for a browser without a flow.
    pub fn sign_in(&self, call: &Call) -> Result<String, PageError> {
        let app = &call.app;
        let flow = call.caller.flow.map(|flow| flow.hash).unwrap_or_default();
        let sealed = app.data_keys.sealer.seal(&*app.rng, KIND, &flow, call.now() + LIFETIME, self);
        let sealed = sealed.map_err(|_| PageError::internal())?;
        Ok(format!("{}?continue={sealed}", app.urls.path(urls::SIGN_IN)))
    }

    /// Opens what this browser was given; anything else is as if nothing had been asked.
    #[must_use]
    pub fn open(call: &Call, sealed: &str) -> Option<Self> {
        call.app.data_keys.sealer.open(KIND, &call.caller.flow?.hash, call.now(), sealed)
    }
}

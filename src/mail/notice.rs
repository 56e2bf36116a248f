//! What people are told by mail.

use super::outgoing::LIFETIME;
use crate::clock::Time;

/// One thing to tell.
#[derive(Clone, PartialEq, Eq)]
pub enum Notice {
    /// A passkey was added.
    PasskeyAdded {
        /// How its owner or its provider calls it.
        name: Option<String>,
    },
    /// A passkey was removed.
    PasskeyRemoved {
        /// How its owner or its provider calls it.
        name: Option<String>,
    },
    /// Somebody signed in with a browser or on a system that was not seen before.
    NewDevice,
    /// Ten new recovery codes were made.
    RecoveryCodesCreated,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A way back in was used: there is a new passkey, and every session ended.
    Recovered,
    /// Somebody asked for a way back in by mail.
    RecoveryRequested {
        /// When the link comes.
        at: Time,
        /// Calls it off.
        cancel: String,
    },
    /// The way back in that was asked for.
    RecoveryLink {
        /// The enrolment link.
        url: String,
        /// When it ends.
        expires_at: Time,
    },
    /// The address was replaced by another one; told to the old one.
    EmailChanged,
    /// Confirms an address. It may be a stranger's, so nothing that somebody typed is in it.
    EmailVerification {
        /// The link.
        url: String,
    },
    /// The account goes.
    DeletionRequested {
        /// When.
        at: Time,
    },
}

impl Notice {
    /// Until when it is of use.
    #[must_use]
    pub fn until(&self, now: Time) -> Time {
        match self {
            Self::RecoveryLink { expires_at, .. } => *expires_at,
            _ => now + LIFETIME,
        }
    }

    /// What the ids of its words begin with, after `mail-`.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::PasskeyAdded { .. } => "passkey-added",
            Self::PasskeyRemoved { .. } => "passkey-removed",
            Self::NewDevice => "new-device",
            Self::RecoveryCodesCreated => "recovery-codes-created",
            Self::RecoveryCodeUsed => "recovery-code-used",
            Self::Recovered => "recovered",
            Self::RecoveryRequested { .. } => "recovery-requested",
            Self::RecoveryLink { .. } => "recovery-link",
            Self::EmailChanged => "email-changed",
            Self::EmailVerification { .. } => "email-verification",
            Self::DeletionRequested { .. } => "deletion-requested",
        }
    }
}

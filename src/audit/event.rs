//! Names of events. They are never changed, only added to.

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Event {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Event {
            /// All events.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Stable dotted name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

events! {
    /// An account was made.
    UserCreated = "user.created",
    /// An enrolment link was made.
    EnrollmentLinkCreated = "enrollment_link.created",
    /// A passkey was registered, or refused.
    CredentialRegistered = "credential.registered",
    /// Somebody signed in, or was refused.
    Authenticated = "session.authenticated",
    /// A counter did not rise: the passkey may have been copied.
    CounterRegressed = "credential.counter_regressed",
    /// A passkey became able to be synced.
    BackupEligibleUpgraded = "credential.backup_eligible_upgraded",
    /// A session ended.
    SessionEnded = "session.ended",
    /// A signing key was made and published.
    SigningKeyCreated = "signing_key.created",
    /// A signing key began to sign.
    SigningKeyActivated = "signing_key.activated",
    /// A signing key ceased to sign.
    SigningKeyRetired = "signing_key.retired",
    /// A signing key did not open: it was altered, and signs no more.
    SigningKeyUnreadable = "signing_key.unreadable",
    /// A signing key was taken away.
    SigningKeyRevoked = "signing_key.revoked",
    /// A retired signing key was too old to be of use.
    SigningKeyForgotten = "signing_key.forgotten",
    /// The data keys were wrapped by another key-encryption key.
    DataKeysRewrapped = "data_keys.rewrapped",
    /// A passkey's stored key did not open: it was altered, and signs nobody in.
    CredentialUnreadable = "credential.unreadable",
    /// A client was registered.
    ClientCreated = "client.created",
    /// Somebody allowed or denied a client.
    ConsentDecided = "consent.decided",
    /// An authorization code was issued.
    AuthorizationCodeIssued = "authorization_code.issued",
    /// An authorization code was redeemed, or refused.
    AuthorizationCodeRedeemed = "authorization_code.redeemed",
    /// A spent code came again: its family was revoked.
    AuthorizationCodeReplayed = "authorization_code.replayed",
}

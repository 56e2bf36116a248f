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

            /// What it tells.
            #[must_use]
            pub fn doc(self) -> String {
                let lines: &[&str] = match self { $(Self::$variant => &[$($doc),+],)+ };
                lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
            }

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
    /// An account was switched off: its sessions and tokens are dead.
    UserDisabled = "user.disabled",
    /// An account was switched on again.
    UserEnabled = "user.enabled",
    /// An administrator changed what is said of a person.
    UserUpdated = "user.updated",
    /// A person may administer more, or less.
    UserRolesChanged = "user.roles_changed",
    /// A person changed what they say of themselves.
    ProfileUpdated = "user.profile_updated",
    /// A person was given everything that is held about them.
    AccountExported = "user.exported",
    /// A person wants their account gone: its tokens are dead, and the account goes later.
    UserDeletionRequested = "user.deletion_requested",
    /// A person keeps their account after all.
    UserDeletionCancelled = "user.deletion_cancelled",
    /// An account is gone, with everything that was its owner's.
    UserDeleted = "user.deleted",
    /// An enrolment link was made.
    EnrollmentLinkCreated = "enrollment_link.created",
    /// An enrolment link was called back: it leads nowhere any more.
    EnrollmentLinkRevoked = "enrollment_link.revoked",
    /// A passkey was registered, or refused.
    CredentialRegistered = "credential.registered",
    /// A passkey was given another name.
    CredentialRenamed = "credential.renamed",
    /// A passkey was removed: it opens nothing any more.
    CredentialRevoked = "credential.revoked",
    /// A passkey was shown once more, for one thing to be done.
    SteppedUp = "session.stepped_up",
    /// Ten recovery codes were made; those before are good no more.
    RecoveryCodesCreated = "recovery_codes.created",
    /// A recovery code was used for an enrolment link, or refused.
    RecoveryCodeUsed = "recovery_code.used",
    /// Somebody asked by mail for a way back in: the link comes later.
    RecoveryRequested = "recovery.requested",
    /// A way back in that was asked for by mail was called off.
    RecoveryCancelled = "recovery.cancelled",
    /// A person gave another e-mail address, or none.
    EmailChanged = "user.email_changed",
    /// A person was shown to read mail at their address.
    EmailVerified = "user.email_verified",
    /// A letter went out, or was given up.
    MailSent = "mail.sent",
    /// Somebody signed in, or was refused.
    Authenticated = "session.authenticated",
    /// A counter did not rise: the passkey may have been copied.
    CounterRegressed = "credential.counter_regressed",
    /// A passkey became able to be synced.
    BackupEligibleUpgraded = "credential.backup_eligible_upgraded",
    /// A session ended.
    SessionEnded = "session.ended",
    /// An administrator asked for new signing keys, or took one away.
    SigningKeysTurned = "signing_key.turned",
    /// A signing key was made and published.
    SigningKeyCreated = "signing_key.created",
    /// A signing key began to sign.
    SigningKeyActivated = "signing_key.activated",
    /// A signing key ceased to sign.
    SigningKeyRetired = "signing_key.retired",
    /// A signing key did not open: it was altered, and is taken away.
    SigningKeyUnreadable = "signing_key.unreadable",
    /// A signing key was taken away.
    SigningKeyRevoked = "signing_key.revoked",
    /// A retired signing key was too old to be of use.
    SigningKeyForgotten = "signing_key.forgotten",
    /// The data keys were wrapped by another key-encryption key.
    DataKeysRewrapped = "data_keys.rewrapped",
    /// The server was started under another issuer or relying party identifier, or demands other passkeys.
    IdentityChanged = "server.identity_changed",
    /// The database may be an older one than before: authenticators are told nothing for thirty days.
    EpochChanged = "server.epoch_changed",
    /// A passkey's stored key did not open: it was altered, and signs nobody in.
    CredentialUnreadable = "credential.unreadable",
    /// A client was told that a session ended, or could not be told for a day.
    BackchannelLogoutSent = "backchannel_logout.sent",
    /// Sessions and tokens of a person were ended: all by a recovery link, all others by the person, those of a passkey with it.
    SessionsRevoked = "session.all_revoked",
    /// A client was registered.
    ClientCreated = "client.created",
    /// A client changed its registration.
    ClientUpdated = "client.updated",
    /// A client was removed, with all that was issued to it.
    ClientDeleted = "client.deleted",
    /// A client was given another secret.
    ClientSecretCreated = "client.secret_created",
    /// A secret of a client is good no more.
    ClientSecretRevoked = "client.secret_revoked",
    /// So many people may make an account for themselves.
    SignUpTokenCreated = "sign_up_token.created",
    /// They may not any more.
    SignUpTokenDeleted = "sign_up_token.deleted",
    /// An administrator said something else of what can be said while the server runs.
    SettingsUpdated = "settings.updated",
    /// Somebody is to be told of events.
    WebhookCreated = "webhook.created",
    /// Somebody is told of other events, elsewhere, or not any more.
    WebhookUpdated = "webhook.updated",
    /// Somebody is told of events no more.
    WebhookDeleted = "webhook.deleted",
    /// A group was made.
    GroupCreated = "group.created",
    /// A group demands other passkeys of its members.
    GroupUpdated = "group.updated",
    /// A group was removed.
    GroupDeleted = "group.deleted",
    /// Somebody became a member of a group, or for another time.
    GroupMemberAdded = "group.member_added",
    /// Somebody is no member of a group any more.
    GroupMemberRemoved = "group.member_removed",
    /// A resource server was registered.
    ResourceCreated = "resource.created",
    /// A resource server was removed: nothing is issued for it any more.
    ResourceDeleted = "resource.deleted",
    /// A token was made that lets one client register itself.
    RegistrationTokenCreated = "registration_token.created",
    /// A client that is known did not prove who it is. Successes are told by what they led to.
    ClientAuthenticated = "client.authenticated",
    /// Somebody allowed or denied a client.
    ConsentDecided = "consent.decided",
    /// A person took back what they had allowed a client; its tokens are dead.
    ConsentWithdrawn = "consent.withdrawn",
    /// A refresh token was used, or refused.
    TokenRefreshed = "token.refreshed",
    /// A refresh token came after its successor: its family was revoked.
    RefreshTokenReplayed = "refresh_token.replayed",
    /// A client was given a token for itself.
    ClientCredentialsGranted = "client_credentials.granted",
    /// A client gave a token back.
    TokenRevoked = "token.revoked",
    /// An authorization request was granted: a code was issued, or tokens where an old response type asked.
    AuthorizationCodeIssued = "authorization_code.issued",
    /// An authorization code was redeemed, or refused.
    AuthorizationCodeRedeemed = "authorization_code.redeemed",
    /// A spent code came again: its family was revoked.
    AuthorizationCodeReplayed = "authorization_code.replayed",
}

/// Where the table of events is kept.
pub const TABLE: &str = "docs/audit-events.md";

/// The table of all events.
#[must_use]
pub fn table() -> String {
    let head = "# Events of the audit log\n\
        <!-- Written by `claviger config reference --write`; a test holds it equal. -->\n\n\
        Names are never changed, only added to. Every line has an outcome, `success` or `failure`.\n\n\
        | event | tells |\n|---|---|\n";
    let line = |event: &Event| format!("| `{}` | {} |\n", event.as_str(), event.doc());
    Event::ALL.iter().map(line).fold(head.to_owned(), |all, line| all + &line)
}

//! Who may: one policy, asked by every grant, resumed session and use of a token.

use chrono::Duration;
use uuid::Uuid;

use crate::{
    clock::Time,
    protocol::{client::Client, scope::ScopeSet},
    store::{
        bearer::{Bearer, Person, Refreshing},
        session::Session,
        subject::Subject,
    },
};

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person is disabled, or their account is at its end.
    UserDisabled,
    /// The client is disabled.
    ClientDisabled,
    /// The session ended: what hangs on it is dead.
    SessionEnded,
    /// The session is past its idle or absolute limit.
    SessionExpired,
    /// What was allowed does not cover what is asked.
    ConsentMissing,
    /// A resource that was asked for is gone, or no longer for this client.
    ResourceGone,
    /// The token is past its time.
    TokenExpired,
    /// The family was revoked.
    Revoked,
    /// The passkey of the session will not do for this client.
    PasskeyUnfit,
    /// The client is for members of groups that the person does not belong to.
    GroupMissing,
}

impl Refusal {
    /// For logs and the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserDisabled => "user_disabled",
            Self::ClientDisabled => "client_disabled",
            Self::SessionEnded => "session_ended",
            Self::SessionExpired => "session_expired",
            Self::ConsentMissing => "consent_missing",
            Self::ResourceGone => "resource_gone",
            Self::TokenExpired => "token_expired",
            Self::Revoked => "revoked",
            Self::PasskeyUnfit => "passkey_unfit",
            Self::GroupMissing => "group_missing",
        }
    }
}

/// The policy, with the limits it applies.
#[derive(Clone, Copy, Debug)]
pub struct SubjectPolicy {
    /// Now.
    pub now: Time,
    /// `session.idle`.
    pub idle: Duration,
    /// `oidc.refresh_absolute`.
    pub refresh_absolute: Duration,
}

impl SubjectPolicy {
    /// Whether this person may use their browser session.
    ///
    /// # Errors
    /// Why not.
    pub fn allow_session<'a>(&self, subject: &'a Subject) -> Result<&'a Session, Refusal> {
        if !subject.user.is_active(self.now) {
            return Err(Refusal::UserDisabled);
        }
        let session = subject.session.as_ref().ok_or(Refusal::SessionEnded)?;
        if session.ended_at.is_some() {
            return Err(Refusal::SessionEnded);
        }
        if self.now >= session.expires_at || self.now >= session.last_seen_at + self.idle {
            return Err(Refusal::SessionExpired);
        }
        Ok(session)
    }

    /// Whether a grant may be made or honoured. `session` is where it came from: it may have expired, not ended.
    ///
    /// # Errors
    /// Why not.
    pub fn allow_grant(
        &self,
        subject: &Subject,
        (client, client_enabled): (&Client, bool),
        scopes: &ScopeSet,
        session: Option<Uuid>,
    ) -> Result<(), Refusal> {
        if !subject.user.is_active(self.now) {
            return Err(Refusal::UserDisabled);
        }
        if !client_enabled {
            return Err(Refusal::ClientDisabled);
        }
        self.allow_groups(subject, client)?;
        let ended = subject.session.as_ref().is_none_or(|s| s.ended_at.is_some() || Some(s.id) != session);
        if session.is_some() && ended {
            return Err(Refusal::SessionEnded);
        }
        let covered = subject.consent.as_ref().is_some_and(|consent| consent.granted.is_superset(scopes));
        if client.require_consent && !covered {
            return Err(Refusal::ConsentMissing);
        }
        Ok(())
    }

    /// Whether the client is for this person: for everybody, or for a group that they belong to.
    ///
    /// # Errors
    /// `GroupMissing`.
    pub fn allow_groups(&self, subject: &Subject, client: &Client) -> Result<(), Refusal> {
        let is_member = subject.member_until.is_some_and(|end| self.now < end);
        if client.details.group_restricted && !is_member { Err(Refusal::GroupMissing) } else { Ok(()) }
    }

    /// Whether an access token opens anything.
    ///
    /// # Errors
    /// Why not.
    pub fn allow_bearer(&self, token: &Bearer) -> Result<(), Refusal> {
        if self.now >= token.expires_at {
            return Err(Refusal::TokenExpired);
        }
        match &token.person {
            Some(person) => self.allow_family(person, &token.client, &token.scopes),
            None if token.client.enabled => Ok(()),
            None => Err(Refusal::ClientDisabled),
        }
    }

    /// Whether a refresh token may be used.
    ///
    /// # Errors
    /// Why not.
    pub fn allow_refresh(&self, token: &Refreshing) -> Result<(), Refusal> {
        // The setting may have become shorter since the token was made.
        if self.now >= token.expires_at || self.now >= token.person.family.created_at + self.refresh_absolute {
            return Err(Refusal::TokenExpired);
        }
        self.allow_family(&token.person, &token.client, &token.person.family.scopes)
    }

    fn allow_family(&self, person: &Person, client: &Client, scopes: &ScopeSet) -> Result<(), Refusal> {
        let Person { subject, family } = person;
        if family.revoked_at.is_some() {
            return Err(Refusal::Revoked);
        }
        let session = match (&subject.session, family.offline) {
            (_, true) => None,
            (Some(session), false) => Some(session.id),
            (None, false) => return Err(Refusal::SessionEnded),
        };
        self.allow_grant(subject, (client, client.enabled), scopes, session)
    }
}

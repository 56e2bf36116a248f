//! What administration shows, in the one form that the API and the commands have.

mod client;
mod sign_up_token;
mod webhook;

pub use client::{ClientObject, SecretObject};
use serde::Serialize;
pub use sign_up_token::SignUpTokenObject;
use uuid::Uuid;
pub use webhook::WebhookObject;

use crate::{
    clock::Time,
    protocol::{
        claims::StandardClaims,
        passkey_policy::{PasskeyPolicy, Trust},
        role::Role,
        signing_algorithm::SigningAlgorithm,
    },
    store::{
        audit_log::Stored,
        consent::Allowed,
        credential::Credential,
        group::{Group, Member},
        session::Session,
        signing_key::SigningKey,
        user::User,
    },
    webauthn::provider,
};

/// A person.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct UserObject {
    id: Uuid,
    /// As mapped.
    pub username: String,
    sub: String,
    display_name: Option<String>,
    email: Option<String>,
    email_verified: bool,
    claims: StandardClaims,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Whether they get anything at all.
    pub enabled: bool,
    delete_after: Option<Time>,
    created_at: Time,
    updated_at: Time,
}

impl From<&User> for UserObject {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            username: user.username.clone(),
            sub: user.sub.clone(),
            display_name: user.display_name.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            claims: user.claims.clone(),
            roles: user.roles.clone(),
            enabled: user.enabled,
            delete_after: user.delete_after,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A group.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct GroupObject {
    id: Uuid,
    /// As operators call it.
    pub name: String,
    passkey_policy: PasskeyPolicy,
    created_at: Time,
    updated_at: Time,
}

impl From<&Group> for GroupObject {
    fn from(group: &Group) -> Self {
        Self {
            id: group.id,
            name: group.name.clone(),
            passkey_policy: group.passkey_policy.clone(),
            created_at: group.created_at,
            updated_at: group.updated_at,
        }
    }
}

/// Somebody's membership of a group.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct MemberObject {
    /// Who.
    pub user_id: Uuid,
    /// Who.
    pub username: String,
    /// Until when; without it, until somebody says so.
    pub expires_at: Option<Time>,
}

impl From<Member> for MemberObject {
    fn from(Member { user_id, username, expires_at }: Member) -> Self {
        Self { user_id, username, expires_at }
    }
}

/// A group that somebody belongs to.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct MembershipObject {
    /// Which.
    pub group_id: Uuid,
    /// As operators call it.
    pub name: String,
    /// Until when; without it, until somebody says so.
    pub expires_at: Option<Time>,
}

/// A passkey.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct CredentialObject {
    id: Uuid,
    name: Option<String>,
    provider: Option<String>,
    aaguid: Uuid,
    backup_eligible: bool,
    backup_state: bool,
    transports: Vec<String>,
    attestation_trust: Trust,
    /// Whether it opens anything, as far as service and groups demand.
    fits: bool,
    created_at: Time,
    last_used_at: Option<Time>,
}

impl CredentialObject {
    /// A passkey, and whether it will do.
    #[must_use]
    pub fn new(one: &Credential, fits: bool) -> Self {
        Self {
            id: one.id(),
            name: one.name().map(str::to_owned),
            provider: provider::find(one.aaguid()).map(|provider| provider.name.clone()),
            aaguid: one.aaguid(),
            backup_eligible: one.backup_eligible(),
            backup_state: one.backup_state(),
            transports: one.transports(),
            attestation_trust: one.attestation_trust(),
            fits,
            created_at: one.created_at(),
            last_used_at: one.last_used_at(),
        }
    }
}

/// A session.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct SessionObject {
    id: Uuid,
    user_id: Uuid,
    credential_id: Option<Uuid>,
    acr: Option<String>,
    amr: Vec<String>,
    auth_time: Time,
    created_at: Time,
    last_seen_at: Time,
    expires_at: Time,
    ended_at: Option<Time>,
    ip: Option<String>,
    user_agent: Option<String>,
}

impl From<Session> for SessionObject {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            user_id: session.user_id,
            credential_id: session.credential_id,
            acr: session.assurance.acr,
            amr: session.assurance.amr,
            auth_time: session.auth_time,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            ip: session.ip,
            user_agent: session.user_agent,
        }
    }
}

/// What somebody allowed an app.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct ConsentObject {
    client_id: String,
    client_name: String,
    scope: String,
    declined_scope: String,
    created_at: Time,
}

impl ConsentObject {
    /// `None` for apps that ask nobody.
    #[must_use]
    pub fn new(allowed: Allowed) -> Option<Self> {
        let (consent, created_at) = allowed.consent?;
        Some(Self {
            client_id: allowed.client_id,
            client_name: allowed.client_name,
            scope: consent.granted.to_string(),
            declined_scope: consent.declined.to_string(),
            created_at,
        })
    }
}

/// A signing key.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct KeyObject {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// Its ring.
    pub algorithm: SigningAlgorithm,
    /// `next`, `active` or `retired`.
    pub state: &'static str,
    /// When it was made.
    pub created_at: Time,
    /// When it began to sign.
    pub activated_at: Option<Time>,
    /// When it ceased to.
    pub retired_at: Option<Time>,
}

impl From<&SigningKey> for KeyObject {
    fn from(key: &SigningKey) -> Self {
        Self {
            kid: key.kid.clone(),
            algorithm: key.algorithm,
            state: key.state.as_str(),
            created_at: key.created_at,
            activated_at: key.activated_at,
            retired_at: key.retired_at,
        }
    }
}

/// A line of the audit log.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct AuditObject {
    id: Uuid,
    #[serde(flatten)]
    line: Stored,
}

impl From<(Uuid, Stored)> for AuditObject {
    fn from((id, line): (Uuid, Stored)) -> Self {
        Self { id, line }
    }
}

//! Issuing: codes from sessions, tokens from codes. Everything else asks here.

use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    audit::{Entry, Event},
    clock::Time,
    crypto::{
        mac::{base64url, hmac_sha256},
        secret::Secret,
        token::{self, Generated, TokenKind},
    },
    http::Call,
    policy::Refusal,
    protocol::{
        authorization_request::AuthorizationRequest,
        client::Client,
        scope::ScopeSet,
        subject::{SubjectType, pairwise},
    },
    store::{
        self, Tx, access_token,
        authorization_code::{self, AuthorizationCode},
        session,
        subject::{self, By, Lock},
        token_family::{self, NewFamily},
    },
};

/// A session seen so recently is not written again.
const FRESH: chrono::Duration = chrono::Duration::minutes(1);

/// What a code is issued for.
#[derive(Debug)]
pub struct Grant<'a> {
    /// To whom.
    pub client: &'a Client,
    /// What was asked.
    pub request: &'a AuthorizationRequest,
    /// From which session.
    pub session_id: Uuid,
    /// What is granted.
    pub scopes: ScopeSet,
}

/// Issues a code, after asking once more, under lock, whether it may be.
///
/// # Errors
/// When the database fails; a refusal of the policy is inside.
pub async fn code(
    tx: &Tx,
    call: &Call,
    grant: Grant<'_>,
    now: Time,
) -> Result<Result<Secret<String>, Refusal>, store::Error> {
    let app = &call.app;
    app.check_fresh()?;
    let Some(subject) = subject::lock(tx, By::Id(grant.session_id), Some(grant.client.id), Lock::WriteSession).await?
    else {
        return Ok(Err(Refusal::SessionEnded));
    };
    let allowed = app.policy().allow_session(&subject).and_then(|session| {
        let granted = (grant.client, subject.client_enabled);
        app.policy().allow_grant(&subject, granted, &grant.scopes, Some(session.id)).map(|()| session.clone())
    });
    let session = match allowed {
        Ok(session) => session,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (user_id, session_id) = (subject.user.id, session.id);
    let family =
        NewFamily { id: app.uuid(), client_id: grant.client.id, user_id, session_id, scopes: grant.scopes.clone() };
    token_family::insert(tx, &family, now)?;
    let Generated { token, hash } = token::generate(&*app.rng, TokenKind::AuthorizationCode);
    let code = AuthorizationCode {
        id: app.uuid(),
        family_id: family.id,
        client_id: grant.client.id,
        user_id,
        session_id,
        redirect_uri: grant.request.redirect_uri_sent.then(|| grant.request.redirect_uri.clone()),
        code_challenge: grant.request.code_challenge.clone(),
        scopes: grant.scopes,
        nonce: grant.request.nonce.clone(),
        auth_time: session.auth_time,
        assurance: session.assurance.clone(),
        expires_at: now + app.config.raw.oidc.code_lifetime.get(),
        spent_at: None,
    };
    authorization_code::insert(tx, hash, &code, now)?;
    // A minute more or less of twelve hours is nobody's loss, and bursts write nothing.
    let fresh = FRESH.min(app.config.raw.session.idle.get() / 10);
    session::update_last_seen(tx, &session, (grant.client.id, subject.last_at), (now, fresh)).await?;
    let entry = Entry {
        actor: Some(user_id),
        subject: Some(user_id),
        client: Some(grant.client.client_id.clone()),
        session: Some(session_id),
        details: json!({ "scope": code.scopes.to_string() }),
        ..Entry::default()
    };
    call.record(tx, Event::AuthorizationCodeIssued, entry, now);
    Ok(Ok(token))
}

/// Mints an opaque access token of a family.
///
/// # Errors
/// When the database fails.
pub fn access_token(
    tx: &Tx,
    app: &App,
    family_id: Uuid,
    scopes: &ScopeSet,
    now: Time,
) -> Result<Secret<String>, store::Error> {
    app.check_fresh()?;
    let Generated { token, hash } = token::generate(&*app.rng, TokenKind::AccessToken);
    let expires_at = now + app.config.raw.oidc.access_token_lifetime.get();
    access_token::insert(tx, app.uuid(), hash, (family_id, scopes), (now, expires_at))?;
    Ok(token)
}

/// The `sub` that this client sees (OIDC Core 8).
#[must_use]
pub fn subject(app: &App, client: &Client, sub: &str) -> String {
    match client.subject_type {
        SubjectType::Public => sub.to_owned(),
        SubjectType::Pairwise => pairwise(&*app.data_keys.pairwise, client.sector(), sub),
    }
}

/// The `sid` that this client sees: constant for a session and a client.
#[must_use]
pub fn sid(app: &App, client: &Client, session_id: Uuid) -> String {
    let tag = hmac_sha256(&*app.data_keys.sid, &[session_id.as_bytes(), client.client_id.as_bytes()]);
    base64url(&tag[..16])
}

//! What a session gives a client: codes, and tokens where old response types ask for them.

use serde_json::json;
use uuid::Uuid;

use super::{
    access_token::{self, AccessToken, Terms},
    id_token::SignIn,
};
use crate::{
    app::App,
    audit::{Entry, Event},
    claims::{self, Released},
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
        claim_rule::Target,
        client::Client,
        resource::{Resource, scopes_at},
        response_type::ResponseType,
        scope::{OFFLINE_ACCESS, ScopeSet},
    },
    store::{
        self, Tx,
        access_token::Holder,
        authorization_code::{self, AuthorizationCode},
        credential,
        session::{self, Session},
        subject::{self, By, Lock, Subject},
        token_family::{self, Family},
    },
    webauthn::good_enough::{self, Demands},
};

/// A session seen so recently is not written again.
const FRESH: chrono::Duration = chrono::Duration::minutes(1);

/// What is issued for what.
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

/// What the authorization endpoint gives.
#[derive(Debug)]
pub struct Granted {
    /// A code, if the response type has one.
    pub code: Option<Secret<String>>,
    /// An access token, if the response type has one, and what it opens.
    pub access_token: Option<(AccessToken, ScopeSet)>,
    /// Told in an ID token, if the response type has one.
    pub sign_in: Option<SignIn>,
}

/// Issues what the response type has, after asking once more, under lock, whether it may be.
///
/// # Errors
/// When the database fails; a refusal of the policy is inside.
pub async fn grant(
    tx: &Tx,
    call: &Call,
    grant: Grant<'_>,
    now: Time,
) -> Result<Result<Granted, Refusal>, store::Error> {
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
    if good_enough::is_asked(app, Some(grant.client)) {
        let stored = match session.credential_id {
            Some(id) => credential::find_by_id(tx, id).await?,
            None => None,
        };
        let demands = Demands::of_user(app, tx, subject.user.id).await?.and(Some(grant.client));
        if !stored.as_ref().is_some_and(|stored| demands.allow_stored(stored)) {
            return Ok(Err(Refusal::PasskeyUnfit));
        }
    }
    // One that went while the person decided must not turn into a token for the issuer.
    let find = |name: &String| app.clients.resource(name).filter(|it| it.is_open_to(grant.client));
    let Some(resources) = grant.request.resources.iter().map(find).collect::<Option<Vec<_>>>() else {
        return Ok(Err(Refusal::ResourceGone));
    };
    let family = family(app, &grant, &session, now);
    token_family::insert(tx, &family)?;
    let kind = grant.request.response_type;
    let sign_in = match kind.has_id_token() {
        true => Some(sign_in(tx, app, &grant, (&family, &subject)).await?),
        false => None,
    };
    let granted = Granted {
        code: if grant.request.response_type.has_code() { Some(code(tx, app, &grant, &family, now)?) } else { None },
        access_token: match kind.has_token() {
            true => Some(access_token(tx, app, &grant, (&family, &subject, &resources), now).await?),
            false => None,
        },
        sign_in,
    };
    // A minute more or less of twelve hours is nobody's loss, and bursts write nothing.
    let fresh = FRESH.min(app.config.raw.session.idle.get() / 10);
    session::update_last_seen(tx, &session, (grant.client.id, subject.last_at), (now, fresh)).await?;
    let entry = Entry {
        client: Some(grant.client.client_id.clone()),
        session: Some(session.id),
        details: json!({ "scope": family.scopes.to_string(), "response_type": grant.request.response_type }),
        ..Entry::by(family.user_id)
    };
    call.record(tx, Event::AuthorizationCodeIssued, entry, now);
    Ok(Ok(granted))
}

fn family(app: &App, grant: &Grant<'_>, session: &Session, now: Time) -> Family {
    let id = app.uuid();
    Family {
        id,
        head: id,
        client_id: grant.client.id,
        user_id: session.user_id,
        session_id: Some(session.id),
        scopes: grant.scopes.clone(),
        offline: grant.scopes.contains(OFFLINE_ACCESS),
        auth_time: session.auth_time,
        assurance: session.assurance.clone(),
        claims: grant.request.claims.clone(),
        resources: grant.request.resources.clone(),
        created_at: now,
        revoked_at: None,
    }
}

fn code(tx: &Tx, app: &App, grant: &Grant<'_>, family: &Family, now: Time) -> Result<Secret<String>, store::Error> {
    let Generated { token, hash } = token::generate(&*app.rng, TokenKind::AuthorizationCode);
    let code = AuthorizationCode {
        id: app.uuid(),
        family_id: family.id,
        client_id: family.client_id,
        user_id: family.user_id,
        session_id: grant.session_id,
        redirect_uri: grant.request.redirect_uri_sent.then(|| grant.request.redirect_uri.clone()),
        code_challenge: grant.request.code_challenge.clone(),
        scopes: family.scopes.clone(),
        nonce: grant.request.nonce.clone(),
        auth_time: family.auth_time,
        assurance: family.assurance.clone(),
        expires_at: now + app.config.raw.oidc.code_lifetime.get(),
        spent_at: None,
    };
    authorization_code::insert(tx, hash, &code, now)?;
    Ok(token)
}

async fn access_token(
    tx: &Tx,
    app: &App,
    grant: &Grant<'_>,
    (family, of, resources): (&Family, &Subject, &[Resource]),
    now: Time,
) -> Result<(AccessToken, ScopeSet), store::Error> {
    let scopes = scopes_at(&family.scopes, resources);
    let terms = Terms {
        client: grant.client,
        claims: access_token::told(tx, app, (grant.client, &of.user), (&scopes, resources)).await?,
        scopes,
        resources,
        sub: claims::subject(app, grant.client, &of.user.sub),
        ceremony: Some((family.auth_time, &family.assurance)),
    };
    let scopes = terms.scopes.clone();
    let token = access_token::mint(Some(tx), app, terms, Holder::Family(family.id), now)?;
    Ok((token, scopes))
}

async fn sign_in(
    tx: &Tx,
    app: &App,
    grant: &Grant<'_>,
    (family, of): (&Family, &Subject),
) -> Result<SignIn, store::Error> {
    let asked = (&family.scopes, family.claims.as_ref());
    let released = Released::read(tx, app, (grant.client, &of.user), asked, &[Target::IdToken]).await?;
    Ok(SignIn {
        sub: of.user.sub.clone(),
        nonce: grant.request.nonce.clone(),
        auth_time: family.auth_time,
        assurance: family.assurance.clone(),
        session_id: family.session_id,
        claims: released.id_token(grant.request.response_type != ResponseType::IdToken),
    })
}

/// The `sid` that this client sees: constant for a session and a client.
#[must_use]
pub fn sid(app: &App, client: &Client, session_id: Uuid) -> String {
    let tag = hmac_sha256(&*app.data_keys.sid, &[session_id.as_bytes(), client.client_id.as_bytes()]);
    base64url(&tag[..16])
}

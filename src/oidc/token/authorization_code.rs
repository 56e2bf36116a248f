//! The authorization code grant (RFC 6749 4.1.3, OIDC Core 3.1.3, RFC 7636 4.6).

use poem::Response;
use serde_json::json;
use uuid::Uuid;

use super::{
    refresh_token, resource,
    response::{self, Issued},
};
use crate::{
    app::App,
    audit::{Entry, Event},
    claims::{self, Released},
    clock::Time,
    crypto::token::{self, TokenKind},
    http::{Call, OAuthFailure},
    oidc::{
        access_token::{self, Terms},
        id_token::SignIn,
    },
    policy::Refusal,
    protocol::{
        claim_rule::Target,
        client::Client,
        error_code::{ErrorCode, OAuthError},
        parameters::Parameters,
        pkce,
        resource::{Resource, scopes_at},
        scope::{OFFLINE_ACCESS, OPENID},
    },
    store::{
        self, Tx,
        access_token::Holder,
        authorization_code::{self, AuthorizationCode, Redemption},
        bearer::Person,
        subject, token_family,
    },
};

/// Why a code gives nothing. Clients hear `invalid_grant` for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Unknown,
    Replayed,
    OtherClient,
    Expired,
    RedirectUri,
    CodeVerifier,
    Target,
    Policy(Refusal),
}

impl Failure {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Replayed => "replayed",
            Self::OtherClient => "other_client",
            Self::Expired => "expired",
            Self::RedirectUri => "redirect_uri",
            Self::CodeVerifier => "code_verifier",
            Self::Target => "resource",
            Self::Policy(refusal) => refusal.as_str(),
        }
    }
}

/// Redeems a code. The spend comes first, and any later refusal commits it.
pub(super) async fn exchange(call: &Call, client: &Client, form: &Parameters) -> Result<Response, OAuthFailure> {
    let code = form.find("code").ok_or_else(|| refuse(OAuthError::invalid_request("code is missing")))?;
    let Some(hash) = token::hash(TokenKind::AuthorizationCode, code) else { return Err(invalid_grant()) };
    let now = call.now();
    let outcome = call
        .app
        .store
        .write(async |tx| {
            let result = match authorization_code::consume(tx, hash, now).await? {
                None => return Ok(Err(Failure::Unknown)),
                Some(Redemption::Replay(code)) => replay(tx, call, client, form, &code, now).await?,
                Some(Redemption::First(code)) => first(tx, call, client, form, code, now).await?,
            };
            Ok::<_, store::Error>(result)
        })
        .await?;
    match outcome {
        Ok(issued) => response::render(&call.app, client, issued, now),
        Err(failure) => {
            tracing::info!(reason = failure.as_str(), client_id = client.client_id, "a code was refused");
            call.because(failure.as_str());
            Err(if failure == Failure::Target { invalid_target() } else { invalid_grant() })
        }
    }
}

async fn first(
    tx: &Tx,
    call: &Call,
    client: &Client,
    form: &Parameters,
    code: AuthorizationCode,
    now: Time,
) -> Result<Result<Issued, Failure>, store::Error> {
    let checked = check(client, form, &code, now);
    let admitted = match checked {
        Ok(()) => admit(tx, call, client, &code).await?,
        Err(failure) => Err(failure),
    };
    let person = match admitted {
        Ok(person) => person,
        Err(failure) => {
            record(tx, call, client, &code, Some(failure), now);
            return Ok(Err(failure));
        }
    };
    let Some(resources) = resource::asked(&call.app, client, form, Some(&person.family.resources)) else {
        record(tx, call, client, &code, Some(Failure::Target), now);
        return Ok(Err(Failure::Target));
    };
    record(tx, call, client, &code, None, now);
    issue(tx, &call.app, client, &code, (&person, &resources), now).await.map(Ok)
}

async fn issue(
    tx: &Tx,
    app: &App,
    client: &Client,
    code: &AuthorizationCode,
    (person, resources): (&Person, &[Resource]),
    now: Time,
) -> Result<Issued, store::Error> {
    let (user, family) = (&person.subject.user, &person.family);
    // What the client may have no more is not given any more.
    let granted = client.narrow(&code.scopes);
    let scopes = scopes_at(&granted, resources);
    let asked = (&granted, family.claims.as_ref());
    let released = Released::read(tx, app, (client, user), asked, &[Target::IdToken]).await?;
    let terms = Terms {
        client,
        claims: access_token::told(tx, app, (client, user), (&scopes, resources)).await?,
        scopes,
        resources,
        sub: claims::subject(app, client, &user.sub),
        ceremony: Some((code.auth_time, &code.assurance)),
    };
    let scopes = terms.scopes.clone();
    let access_token = access_token::mint(Some(tx), app, terms, Holder::Family(family.id), now)?;
    let sign_in = granted.contains(OPENID).then(|| SignIn {
        sub: user.sub.clone(),
        nonce: code.nonce.clone(),
        auth_time: code.auth_time,
        assurance: code.assurance.clone(),
        session_id: Some(code.session_id),
        claims: released.id_token(true),
    });
    let is_offline = family.offline && granted.contains(OFFLINE_ACCESS);
    let refresh_token = is_offline.then(|| refresh_token::successor(tx, app, family, family.id, now));
    Ok(Issued { access_token, refresh_token, sign_in, scopes })
}

/// What the request must repeat or prove.
fn check(client: &Client, form: &Parameters, code: &AuthorizationCode, now: Time) -> Result<(), Failure> {
    if code.client_id != client.id {
        return Err(Failure::OtherClient);
    }
    if now >= code.expires_at {
        return Err(Failure::Expired);
    }
    check_redirect_uri(client, form, code)?;
    check_code_verifier(form, code)
}

/// RFC 6749 4.1.3 wants it repeated; with PKCE it may stay away (OAuth 2.1), never differ.
fn check_redirect_uri(client: &Client, form: &Parameters, code: &AuthorizationCode) -> Result<(), Failure> {
    let matches = match (form.find("redirect_uri"), &code.redirect_uri) {
        (Some(given), Some(sent)) => given == sent,
        (Some(given), None) => client.has_redirect_uri(given),
        (None, Some(_)) => code.code_challenge.is_some(),
        (None, None) => true,
    };
    if matches { Ok(()) } else { Err(Failure::RedirectUri) }
}

/// RFC 7636 4.6; a verifier without a challenge is a downgrade (RFC 9700 4.8.2).
fn check_code_verifier(form: &Parameters, code: &AuthorizationCode) -> Result<(), Failure> {
    let proven = match (form.find("code_verifier"), &code.code_challenge) {
        (Some(verifier), Some(challenge)) => pkce::verify(verifier, challenge),
        (None, None) => true,
        _ => false,
    };
    if proven { Ok(()) } else { Err(Failure::CodeVerifier) }
}

/// The person, the client and the consent as they are now, locked.
async fn admit(
    tx: &Tx,
    call: &Call,
    client: &Client,
    code: &AuthorizationCode,
) -> Result<Result<Person, Failure>, store::Error> {
    let Some((subject, family)) = subject::lock_family(tx, code.family_id, client.id).await? else {
        return Ok(Err(Failure::Policy(Refusal::SessionEnded)));
    };
    if family.revoked_at.is_some() {
        return Ok(Err(Failure::Policy(Refusal::Revoked)));
    }
    let granted = (client, subject.client_enabled);
    let allowed = call.app.policy().allow_grant(&subject, granted, &code.scopes, Some(code.session_id));
    Ok(allowed.map(|()| Person { subject, family }).map_err(Failure::Policy))
}

/// A spent code came again. From its own client, with its verifier, it is theft or a fault: the family dies.
async fn replay(
    tx: &Tx,
    call: &Call,
    client: &Client,
    form: &Parameters,
    code: &AuthorizationCode,
    now: Time,
) -> Result<Result<Issued, Failure>, store::Error> {
    if code.client_id != client.id {
        record(tx, call, client, code, Some(Failure::OtherClient), now);
        return Ok(Err(Failure::OtherClient));
    }
    if check_code_verifier(form, code).is_ok() && token_family::revoke(tx, code.family_id, now).await? {
        let entry = entry(client, code, Some(Failure::Replayed));
        call.record(tx, Event::AuthorizationCodeReplayed, entry, now);
    }
    Ok(Err(Failure::Replayed))
}

fn record(tx: &Tx, call: &Call, client: &Client, code: &AuthorizationCode, failure: Option<Failure>, now: Time) {
    let entry = entry(client, code, failure);
    call.record(tx, Event::AuthorizationCodeRedeemed, entry, now);
}

fn entry(client: &Client, code: &AuthorizationCode, failure: Option<Failure>) -> Entry {
    let reason = failure.map(Failure::as_str);
    let family: Uuid = code.family_id;
    Entry {
        failed: failure.is_some(),
        subject: Some(code.user_id),
        client: Some(client.client_id.clone()),
        session: Some(code.session_id),
        details: json!({ "family": family, "reason": reason }),
        ..Entry::default()
    }
}

fn refuse(error: OAuthError) -> OAuthFailure {
    OAuthFailure::token(error, false)
}

fn invalid_target() -> OAuthFailure {
    refuse(OAuthError::new(ErrorCode::InvalidTarget, "the resource is unknown or was not granted"))
}

fn invalid_grant() -> OAuthFailure {
    refuse(OAuthError::new(ErrorCode::InvalidGrant, "the code is unknown, used, expired or not for this request"))
}

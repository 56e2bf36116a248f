//! The refresh token grant (RFC 6749 6, OIDC Core 12): rotated, and forgiving about answers that were lost.

use poem::Response;
use serde_json::json;

use super::{
    resource,
    response::{self, Issued},
};
use crate::{
    app::App,
    audit::{Entry, Event},
    claims::{self, Released},
    clock::Time,
    crypto::{
        mac::Tag,
        secret::Secret,
        token::{self, Generated, TokenKind},
    },
    http::{Call, OAuthFailure},
    oidc::{
        access_token::{self, Terms},
        id_token::SignIn,
    },
    policy::Refusal,
    protocol::{
        claim_rule::Target,
        claims_request,
        client::Client,
        error_code::{ErrorCode, OAuthError},
        parameters::Parameters,
        resource::{Resource, scopes_at},
        scope::{OFFLINE_ACCESS, OPENID, ScopeSet},
    },
    store::{
        self, Tx,
        access_token::Holder,
        bearer::{self, Refreshing},
        refresh_token::{self as tokens, NewRefreshToken, Turn},
        token_family::{self, Family},
    },
};

/// Why a refresh token gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    Unknown,
    OtherClient,
    Scope,
    Target,
    OutOfTurn,
    Policy(Refusal),
}

impl Failure {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::OtherClient => "other_client",
            Self::Scope => "scope",
            Self::Target => "resource",
            Self::OutOfTurn => "out_of_turn",
            Self::Policy(refusal) => refusal.as_str(),
        }
    }

    fn error(self) -> OAuthError {
        match self {
            Self::Scope => OAuthError::new(ErrorCode::InvalidScope, "scope is more than was granted"),
            Self::Target => OAuthError::new(ErrorCode::InvalidTarget, "the resource is unknown or was not granted"),
            _ => OAuthError::new(ErrorCode::InvalidGrant, "the refresh token is unknown, used, expired or revoked"),
        }
    }
}

/// Exchanges a refresh token for an access token and its own successor.
pub(super) async fn exchange(call: &Call, client: &Client, form: &Parameters) -> Result<Response, OAuthFailure> {
    let refuse = |error| OAuthFailure::token(error, false);
    let missing = || refuse(OAuthError::invalid_request("refresh_token is missing"));
    let token = form.find("refresh_token").ok_or_else(missing)?;
    let now = call.now();
    let outcome = match token::hash(TokenKind::RefreshToken, token) {
        Some(hash) => call.app.store.write(async |tx| turn(tx, call, (client, form), hash, now).await).await?,
        None => Err(Failure::Unknown),
    };
    match outcome {
        Ok(issued) => response::render(&call.app, client, issued, now),
        Err(failure) => {
            tracing::info!(reason = failure.as_str(), client_id = client.client_id, "a refresh token was refused");
            call.because(failure.as_str());
            Err(refuse(failure.error()))
        }
    }
}

async fn turn(
    tx: &Tx,
    call: &Call,
    (client, form): (&Client, &Parameters),
    hash: Tag,
    now: Time,
) -> Result<Result<Issued, Failure>, store::Error> {
    let Some(found) = bearer::lock_refresh(tx, hash).await? else { return Ok(Err(Failure::Unknown)) };
    let checked = check(&call.app, client, form, &found);
    let family = &found.person.family;
    let turned = match checked {
        Ok(terms) => match tokens::advance(tx, family.id, found.id, found.parent).await? {
            Turn::Granted => Ok(terms),
            Turn::OutOfTurn => Err(Failure::OutOfTurn),
        },
        Err(failure) => Err(failure),
    };
    let reason = turned.as_ref().err().map(|failure| failure.as_str());
    let entry = Entry {
        failed: turned.is_err(),
        subject: Some(family.user_id),
        client: Some(client.client_id.clone()),
        session: family.session_id,
        details: json!({ "family": family.id, "reason": reason }),
        ..Entry::default()
    };
    if matches!(turned, Err(Failure::OutOfTurn)) && token_family::revoke(tx, family.id, now).await? {
        call.record(tx, Event::RefreshTokenReplayed, entry, now);
    } else {
        call.record(tx, Event::TokenRefreshed, entry, now);
    }
    match turned {
        Ok((scopes, resources)) => issue(tx, &call.app, &found, (scopes, &resources), now).await.map(Ok),
        Err(failure) => Ok(Err(failure)),
    }
}

/// What may be refused without anybody else's token changing.
fn check(
    app: &App,
    client: &Client,
    form: &Parameters,
    found: &Refreshing,
) -> Result<(ScopeSet, Vec<Resource>), Failure> {
    if found.client.id != client.id {
        return Err(Failure::OtherClient);
    }
    app.policy().allow_refresh(found).map_err(Failure::Policy)?;
    let family = &found.person.family;
    // What the client may have no more is not given any more.
    let allowed = found.client.narrow(&family.scopes);
    if !allowed.contains(OFFLINE_ACCESS) && family.scopes.contains(OFFLINE_ACCESS) {
        return Err(Failure::Policy(Refusal::ConsentMissing));
    }
    let resources = resource::asked(app, client, form, Some(&family.resources)).ok_or(Failure::Target)?;
    let scopes = match form.find("scope") {
        None => allowed,
        Some(text) => {
            let asked = ScopeSet::parse(text)
                .map(|asked| claims_request::public(&asked))
                .filter(|asked| !asked.is_empty())
                .ok_or(Failure::Scope)?;
            let asked = Some(asked).filter(|asked| allowed.is_superset(asked)).ok_or(Failure::Scope)?;
            // Claims that were allowed by name are no scopes, so nobody could name them here.
            asked.union(&claims_request::by_name(&allowed))
        }
    };
    Ok((scopes_at(&scopes, &resources), resources))
}

async fn issue(
    tx: &Tx,
    app: &App,
    found: &Refreshing,
    (scopes, resources): (ScopeSet, &[Resource]),
    now: Time,
) -> Result<Issued, store::Error> {
    let (client, family, user) = (&found.client, &found.person.family, &found.person.subject.user);
    let granted = client.narrow(&family.scopes);
    let asked = (&granted, family.claims.as_ref());
    let released = Released::read(tx, app, (client, user), asked, &[Target::IdToken]).await?;
    let terms = Terms {
        client,
        scopes: scopes.clone(),
        resources,
        sub: claims::subject(app, client, &user.sub),
        ceremony: Some((family.auth_time, &family.assurance)),
        claims: access_token::told(tx, app, (client, user), (&scopes, resources)).await?,
    };
    let access_token = access_token::mint(Some(tx), app, terms, Holder::Family(family.id), now)?;
    let sign_in = granted.contains(OPENID).then(|| SignIn {
        sub: user.sub.clone(),
        // OIDC Core 12.2: a nonce belongs to the answer it was made for.
        nonce: None,
        auth_time: family.auth_time,
        assurance: family.assurance.clone(),
        session_id: family.session_id,
        claims: released.id_token(true),
    });
    let refresh_token = Some(successor(tx, app, family, found.id, now));
    Ok(Issued { access_token, refresh_token, sign_in, scopes })
}

/// A refresh token that follows `parent`: the family itself, for the first.
pub(super) fn successor(tx: &Tx, app: &App, family: &Family, parent: uuid::Uuid, now: Time) -> Secret<String> {
    let Generated { token, hash } = token::generate(&*app.rng, TokenKind::RefreshToken);
    let lifetimes = &app.config.raw.oidc;
    let expires_at = (now + lifetimes.refresh_idle.get()).min(family.created_at + lifetimes.refresh_absolute.get());
    let new = NewRefreshToken { id: app.uuid(), token_hash: hash, family_id: family.id, parent, expires_at };
    tokens::insert(tx, &new, now);
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_too_much_is_told_apart() {
        let codes = [Failure::Unknown, Failure::OtherClient, Failure::OutOfTurn, Failure::Policy(Refusal::Revoked)];
        assert!(codes.iter().all(|failure| failure.error().code == ErrorCode::InvalidGrant));
        assert_eq!(Failure::Scope.error().code, ErrorCode::InvalidScope);
    }
}

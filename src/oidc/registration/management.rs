//! `/oauth2/register/{client_id}`: a client reads, changes or removes its own registration (RFC 7592 2).

use std::sync::Arc;

use poem::{Response, http::StatusCode};
use serde_json::Value;

use super::{
    answer,
    endpoint::{metadata, secret},
};
use crate::{
    audit::{Entry, Event},
    crypto::{
        mac::{Tag, equal},
        token::{self, TokenKind},
    },
    http::{Call, OAuthFailure},
    protocol::{client::Client, client_metadata::InvalidMetadata, scope},
    registration::{check_offer, check_subjects, insert_secret, lacks_secret, remote},
    store::{self, client, client_logo},
};

/// Tells a client what is registered.
///
/// # Errors
/// OAuth JSON.
pub async fn get(call: Call) -> Result<Response, OAuthFailure> {
    let (client, token) = find(&call).await?;
    Ok(answer::information(&call.app, StatusCode::OK, &client, (token, None), None))
}

/// Replaces everything that is registered.
///
/// # Errors
/// OAuth JSON.
pub async fn put(call: Call) -> Result<Response, OAuthFailure> {
    let (before, token) = find(&call).await?;
    check_identity(&call, &before)?;
    let refuse = |invalid: InvalidMetadata| answer::refuse(&invalid);
    let mut after = metadata(&call)?.into_client(before.id, before.client_id.clone()).map_err(refuse)?;
    check_subjects(&before, &after).map_err(refuse)?;
    check_offer(&call.app, &after).map_err(refuse)?;
    let logo = remote::look(&call.app, &after).await.map_err(refuse)?;
    after.details.logo = logo.as_deref().map(remote::tag);
    let new_secret = if lacks_secret(&before, &after) { secret(&call, &after) } else { None };
    let now = call.now();
    let changed = call
        .app
        .store
        .write(async |tx| {
            // What operators decided meanwhile stands: the network may have taken its time.
            let current = client::lock(tx, before.id).await?.filter(|current| is_same(current, &before));
            let Some(current) = current else { return Ok::<_, store::Error>(None) };
            let after = keep(after, &current);
            client::update(tx, call.app.uuid(), &after, now).await?;
            if let Some(secret) = &new_secret {
                insert_secret(tx, &call.app, &after, secret, now).await?;
            }
            match &logo {
                Some(png) => client_logo::put(tx, after.id, png, now).await?,
                None => client_logo::delete(tx, after.id).await?,
            }
            let entry = Entry { client: Some(after.client_id.clone()), ..Entry::default() };
            call.record(tx, Event::ClientUpdated, entry, now);
            Ok(Some(after))
        })
        .await?;
    let after = changed.ok_or_else(not_its_own)?;
    follow(&call).await;
    let new_secret = new_secret.as_ref().map(|secret| secret.token.expose().as_str());
    Ok(answer::information(&call.app, StatusCode::OK, &after, (token, new_secret), None))
}

/// Removes the client with all that was issued to it.
///
/// # Errors
/// OAuth JSON.
pub async fn delete(call: Call) -> Result<Response, OAuthFailure> {
    let (client, _) = find(&call).await?;
    let now = call.now();
    let deleted = call
        .app
        .store
        .write(async |tx| {
            // An operator who disabled it meanwhile wants to look at it.
            let current = client::lock(tx, client.id).await?.filter(|current| is_same(current, &client));
            if current.is_none() || !client::delete(tx, call.app.uuid(), client.id, now).await? {
                return Ok(false);
            }
            let entry = Entry { client: Some(client.client_id.clone()), ..Entry::default() };
            call.record(tx, Event::ClientDeleted, entry, now);
            Ok::<_, store::Error>(true)
        })
        .await?;
    if !deleted {
        return Err(not_its_own());
    }
    follow(&call).await;
    Ok(Response::builder().status(StatusCode::NO_CONTENT).finish())
}

/// What is committed is told, whether this instance could follow at once or does so in a second.
async fn follow(call: &Call) {
    if let Err(error) = call.app.refresh().await {
        tracing::warn!(%error, "a change of a client is followed later");
    }
}

fn not_its_own() -> OAuthFailure {
    answer::unauthorized("the registration access token is not this client's")
}

/// Whether a client is enabled and managed by the token of this hash.
fn is_managed_with(client: &Client, hash: &Tag) -> bool {
    client.enabled && client.registration_access_token_hash.is_some_and(|known| equal(&known, hash))
}

/// Whether a client is still managed as it was when its token was looked at.
fn is_same(current: &Client, before: &Client) -> bool {
    before.registration_access_token_hash.is_some_and(|hash| is_managed_with(current, &hash))
}

/// What is not the client's to change.
fn keep(after: Client, current: &Client) -> Client {
    let mut details = after.details;
    details.strict_assertion_audience = current.details.strict_assertion_audience;
    details.passkey_policy = current.details.passkey_policy.clone();
    details.group_restricted = current.details.group_restricted;
    details.claims.clone_from(&current.details.claims);
    details.dynamic = current.details.dynamic;
    // Groups are an administrator's to give, and to take.
    let given = current.scopes.intersection(&[scope::GROUPS].into_iter().collect());
    Client {
        details,
        scopes: after.scopes.union(&given),
        require_pkce: current.require_pkce,
        require_consent: current.require_consent,
        release_unverified_email: current.release_unverified_email,
        enabled: current.enabled,
        registration_access_token_hash: current.registration_access_token_hash,
        ..after
    }
}

/// The client of the path, if the token is its own. An unknown client and a wrong token answer alike (RFC 7592 2).
async fn find(call: &Call) -> Result<(Arc<Client>, &str), OAuthFailure> {
    let refuse = not_its_own;
    let token = call.bearer().ok_or_else(|| OAuthFailure::bearer(None))?;
    let hash = token::hash(TokenKind::RegistrationAccessToken, token).ok_or_else(refuse)?;
    let client_id = call.segment::<String>("client_id").ok_or_else(refuse)?;
    let client = call.app.clients.find(&client_id).await?.filter(|client| is_managed_with(client, &hash));
    Ok((client.ok_or_else(refuse)?, token))
}

/// The body names the client, and its secret only if it has it right (RFC 7592 2.2).
fn check_identity(call: &Call, client: &Client) -> Result<(), OAuthFailure> {
    let refuse = |detail: &str| answer::refuse(&InvalidMetadata::new(detail));
    let body: Value = serde_json::from_slice(&call.body).map_err(|_| refuse("the body is no JSON"))?;
    if body["client_id"] != client.client_id.as_str() {
        return Err(refuse("client_id is missing or another"));
    }
    match body.get("client_secret").filter(|value| !value.is_null()) {
        Some(Value::String(secret)) if client.has_secret(secret) => Ok(()),
        Some(_) => Err(refuse("client_secret is not this client's")),
        None => Ok(()),
    }
}

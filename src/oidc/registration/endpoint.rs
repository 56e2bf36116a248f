//! `/oauth2/register`: a client registers itself.

use poem::{Response, http::StatusCode};

use super::answer;
use crate::{
    audit::{Entry, Event},
    clock::Time,
    config::DynamicRegistration,
    crypto::{
        mac::{Tag, base64url},
        random::bytes,
        token::{self, Generated, TokenKind},
    },
    http::{Call, OAuthFailure},
    protocol::{
        client::Client,
        client_metadata::{ClientMetadata, InvalidMetadata},
        error_code::ErrorCode,
    },
    registration::{check_offer, insert_secret, remote},
    store::{self, Tx, client, client_logo, registration_token},
};

/// Registers. Strangers may where `oidc.dynamic_registration` is open, holders of a token where it says so.
///
/// # Errors
/// OAuth JSON.
pub async fn post(call: Call) -> Result<Response, OAuthFailure> {
    let initial = initial_access(&call)?;
    let spent = || answer::unauthorized("the registration token is unknown, used or expired");
    // Whoever may not register sends us nowhere.
    if let Some(hash) = initial
        && !registration_token::is_live(&call.app.store.read(), hash, call.now()).await?
    {
        return Err(spent());
    }
    let metadata = metadata(&call)?;
    let client_id = base64url(&bytes::<12>(&*call.app.rng)).replace(['-', '_'], "x");
    let mut client = metadata.into_client(call.app.uuid(), client_id).map_err(|invalid| answer::refuse(&invalid))?;
    // Certified clients without PKCE must be able to register; those that need it need it whatever this says.
    client.require_pkce = false;
    client.details.dynamic = true;
    check_offer(&call.app, &client).map_err(|invalid| answer::refuse(&invalid))?;
    let logo = remote::look(&call.app, &client).await.map_err(|invalid| answer::refuse(&invalid))?;
    client.details.logo = logo.as_deref().map(remote::tag);
    let management = token::generate(&*call.app.rng, TokenKind::RegistrationAccessToken);
    client.registration_access_token_hash = Some(management.hash);
    let secret = secret(&call, &client);
    let now = call.now();
    let stored = call
        .app
        .store
        .write(async |tx| {
            if let Some(hash) = initial
                && !registration_token::consume(tx, hash, now).await?
            {
                return Ok(false);
            }
            insert(tx, &call, &client, (secret.as_ref(), logo.as_deref()), now).await.map(|()| true)
        })
        .await?;
    if !stored {
        return Err(spent());
    }
    // Nobody has it in a cache yet; allowed origins follow within a second.
    let secret = secret.as_ref().map(|secret| secret.token.expose().as_str());
    let told = (management.token.expose().as_str(), secret);
    Ok(answer::information(&call.app, StatusCode::CREATED, &client, told, Some(now)))
}

/// Who may: the hash of the token that must be spent, where one is needed.
fn initial_access(call: &Call) -> Result<Option<Tag>, OAuthFailure> {
    match call.app.config.raw.oidc.dynamic_registration {
        DynamicRegistration::Open => Ok(None),
        DynamicRegistration::Token => {
            let token = call.bearer().ok_or_else(|| OAuthFailure::bearer(None))?;
            let hash = token::hash(TokenKind::RegistrationToken, token);
            hash.map(Some).ok_or_else(|| answer::unauthorized("the registration token is unknown, used or expired"))
        }
        DynamicRegistration::Off => {
            let text = "clients are registered by the operator here";
            Err(OAuthFailure::status(StatusCode::FORBIDDEN, ErrorCode::AccessDenied, text))
        }
    }
}

/// The body, which must be a JSON object.
pub(super) fn metadata(call: &Call) -> Result<ClientMetadata, OAuthFailure> {
    let refuse = |detail: String| answer::refuse(&InvalidMetadata::new(detail));
    let value: serde_json::Value =
        serde_json::from_slice(&call.body).map_err(|error| refuse(format!("the body is no JSON: {error}")))?;
    if !value.is_object() {
        return Err(refuse("the body is no JSON object".to_owned()));
    }
    let metadata: ClientMetadata = serde_json::from_value(value).map_err(|error| refuse(error.to_string()))?;
    // What only operators decide.
    Ok(ClientMetadata { strict_assertion_audience: None, passkey_policy: None, ..metadata })
}

/// A secret for a client that shows one or signs with one.
pub(super) fn secret(call: &Call, client: &Client) -> Option<Generated> {
    let needs = client.token_endpoint_auth_method.has_secret();
    needs.then(|| token::generate(&*call.app.rng, TokenKind::ClientSecret))
}

async fn insert(
    tx: &Tx,
    call: &Call,
    client: &Client,
    (secret, logo): (Option<&Generated>, Option<&[u8]>),
    now: Time,
) -> Result<(), store::Error> {
    client::insert(tx, call.app.uuid(), client, now).await?;
    if let Some(secret) = secret {
        insert_secret(tx, &call.app, client, secret, now).await?;
    }
    if let Some(png) = logo {
        client_logo::put(tx, client.id, png, now).await?;
    }
    let entry = Entry { client: Some(client.client_id.clone()), ..Entry::default() };
    call.record(tx, Event::ClientCreated, entry, now);
    Ok(())
}

//! Apps: registered, changed, given secrets, switched off and removed.

mod prepared;

use prepared::{Logo, invalid};
pub use prepared::{Prepared, PutClient, claims};
use serde_json::json;
use uuid::Uuid;

use crate::{
    admin::acting::Acting,
    audit::Event,
    crypto::token::{self, Generated, TokenKind},
    http::{Code, Problem},
    protocol::client::{Client, TokenEndpointAuthMethod},
    registration,
    store::{Tx, client, client_group, client_logo},
};

/// Secrets that work at once, so that one can be rotated away.
const SECRETS: usize = 2;

/// Registers a client, for members of its groups alone where nobody says otherwise. Its secret is told once.
///
/// # Errors
/// `forbidden`, `invalid_request`; or when the database fails.
pub async fn create(tx: &Tx, acting: &Acting<'_>, prepared: Prepared) -> Result<(Client, Option<Generated>), Problem> {
    let (app, now) = (acting.app, acting.now);
    let mut client = *prepared.client;
    client.details.group_restricted = prepared.group_restricted.unwrap_or(true);
    client.details.claims = prepared.claims.unwrap_or_default();
    allow_touching(acting, &client)?;
    if !client::insert(tx, app.uuid(), &client, now).await? {
        return Err(Code::Internal.into());
    }
    put_groups(tx, client.id, prepared.groups.as_deref().unwrap_or_default()).await?;
    let needs_secret = client.token_endpoint_auth_method.has_secret();
    let secret = needs_secret.then(|| token::generate(&*app.rng, TokenKind::ClientSecret));
    if let Some(secret) = &secret {
        registration::insert_secret(tx, app, &client, secret, now).await?;
    }
    if let Logo::Is(Some(png)) = &prepared.logo {
        client_logo::put(tx, client.id, png, now).await?;
    }
    acting.record_client(tx, Event::ClientCreated, &client.client_id, json!({ "client_name": client.client_name }));
    Ok((client, secret))
}

/// Replaces everything that is registered but secrets; a client that shows a secret and has none gets one, told once.
///
/// # Errors
/// `forbidden`, `invalid_client_metadata`, `invalid_request`; or when the database fails.
pub async fn update(
    tx: &Tx,
    acting: &Acting<'_>,
    before: &Client,
    prepared: Prepared,
) -> Result<(Client, Option<Generated>), Problem> {
    let (app, now) = (acting.app, acting.now);
    let after = prepared.after(before);
    allow_touching(acting, before)?;
    allow_touching(acting, &after)?;
    registration::check_subjects(before, &after).map_err(invalid)?;
    client::update(tx, app.uuid(), &after, now).await?;
    if let Some(groups) = &prepared.groups {
        put_groups(tx, after.id, groups).await?;
    }
    // Whoever knows a secret of before must not reach further by it.
    let reaches_further = after.is_mighty() && !before.is_mighty();
    if reaches_further {
        refuse_known_keys(acting, before, &after)?;
        for (id, _) in client::list_secrets(tx, before.id).await? {
            client::revoke_secret(tx, before.id, id, now).await?;
        }
    }
    let needs_secret = reaches_further && after.token_endpoint_auth_method.has_secret();
    let secret = if needs_secret || registration::lacks_secret(before, &after) {
        Some(token::generate(&*app.rng, TokenKind::ClientSecret))
    } else {
        None
    };
    if let Some(secret) = &secret {
        registration::insert_secret(tx, app, &after, secret, now).await?;
    }
    match &prepared.logo {
        Logo::Stays => {}
        Logo::Is(Some(png)) => client_logo::put(tx, after.id, png, now).await?,
        Logo::Is(None) => client_logo::delete(tx, after.id).await?,
    }
    acting.record_client(tx, Event::ClientUpdated, &after.client_id, json!({ "enabled": after.enabled }));
    Ok((after, secret))
}

/// The same of keys, which nobody here can make anew. Whoever has the machine says them in a file.
fn refuse_known_keys(acting: &Acting<'_>, before: &Client, after: &Client) -> Result<(), Problem> {
    let shows_key = after.token_endpoint_auth_method == TokenEndpointAuthMethod::PrivateKeyJwt;
    let (was, is) = (&before.details, &after.details);
    let stays = is.jwks.as_ref().zip(was.jwks.as_ref()).is_some_and(|(is, was)| is.shares_a_key_with(was))
        || (is.jwks_uri.is_some() && is.jwks_uri == was.jwks_uri);
    if acting.is_operator() || !shows_key || !stays {
        return Ok(());
    }
    let detail = "jwks: whoever knows its key would reach further by it; give the app another key with the scope, or register it anew";
    Err(Problem::detailed(Code::InvalidClientMetadata, detail.to_owned()))
}

/// Another secret, told once; of more than two the oldest is good no more.
///
/// # Errors
/// `forbidden`, `invalid_request` for a client that shows none; or when the database fails.
pub async fn create_secret(tx: &Tx, acting: &Acting<'_>, client: &Client) -> Result<Generated, Problem> {
    allow_touching(acting, client)?;
    if !client.token_endpoint_auth_method.has_secret() {
        let method = client.token_endpoint_auth_method.as_str();
        return Err(Problem::detailed(Code::InvalidRequest, format!("a client of method {method} has no secrets")));
    }
    let live = client::list_secrets(tx, client.id).await?;
    for (id, _) in live.iter().rev().skip(SECRETS - 1) {
        client::revoke_secret(tx, client.id, *id, acting.now).await?;
    }
    let secret = token::generate(&*acting.app.rng, TokenKind::ClientSecret);
    registration::insert_secret(tx, acting.app, client, &secret, acting.now).await?;
    client::touch_version(tx, acting.app.uuid(), acting.now).await?;
    acting.record_client(tx, Event::ClientSecretCreated, &client.client_id, json!({}));
    Ok(secret)
}

/// Takes a secret away: it is good no more.
///
/// # Errors
/// `forbidden`, `not_found`; or when the database fails.
pub async fn revoke_secret(tx: &Tx, acting: &Acting<'_>, client: &Client, id: Uuid) -> Result<(), Problem> {
    allow_touching(acting, client)?;
    if !client::revoke_secret(tx, client.id, id, acting.now).await? {
        return Err(Code::NotFound.into());
    }
    client::touch_version(tx, acting.app.uuid(), acting.now).await?;
    acting.record_client(tx, Event::ClientSecretRevoked, &client.client_id, json!({ "secret": id }));
    Ok(())
}

/// Removes a client with all that was issued to it.
///
/// # Errors
/// `forbidden`, or when the database fails.
pub async fn delete(tx: &Tx, acting: &Acting<'_>, client: &Client) -> Result<(), Problem> {
    allow_touching(acting, client)?;
    client::delete(tx, acting.app.uuid(), client.id, acting.now).await?;
    acting.record_client(tx, Event::ClientDeleted, &client.client_id, json!({ "client_name": client.client_name }));
    Ok(())
}

/// What reaches administration or accounts, or tells APIs something, is given, and touched, by whoever may everything: a client is
/// as mighty as its scopes, and an API takes what is in a token for the word of the server, whichever client shows it.
fn allow_touching(acting: &Acting<'_>, client: &Client) -> Result<(), Problem> {
    if client.is_mighty() { acting.allow_everything() } else { Ok(()) }
}

async fn put_groups(tx: &Tx, client: Uuid, names: &[String]) -> Result<(), Problem> {
    let ids: Vec<_> = super::groups::named(tx, names).await?.into_iter().map(|group| group.id).collect();
    Ok(client_group::put(tx, client, &ids).await?)
}

/// The client of that name, locked, with its live secrets.
///
/// # Errors
/// `not_found`, or when the database fails.
pub async fn lock(tx: &Tx, client_id: &str) -> Result<Client, Problem> {
    let found = client::find_by_client_id(tx, client_id).await?;
    let unknown = || Problem::detailed(Code::NotFound, format!("no client has the client_id {client_id}"));
    let found = found.ok_or_else(unknown)?;
    // Then its secrets, as of the lock.
    client::lock(tx, found.id).await?.ok_or_else(unknown)?;
    client::find_by_id(tx, found.id).await?.ok_or_else(unknown)
}

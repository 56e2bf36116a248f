//! Apps: registered, changed, given secrets, switched off and removed.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    admin::acting::Acting,
    app::App,
    audit::Event,
    crypto::{
        mac::base64url,
        random::bytes,
        token::{self, Generated, TokenKind},
    },
    http::{Code, Problem},
    protocol::{
        administration,
        claim_rule::{self, ClaimRule},
        client::Client,
        client_metadata::{ClientMetadata, InvalidMetadata},
        error_code::ErrorCode,
        grant_type::GrantType,
        scope::ACCOUNT_READ,
    },
    registration::{self, remote},
    store::{self, Tx, client, client_group, client_logo, resource},
};

/// Secrets that work at once, so that one can be rotated away.
const SECRETS: usize = 2;

/// Longest `client_id` that an operator chooses.
const MAX_CLIENT_ID: usize = 64;

/// A client, as it shall be: its metadata (RFC 7591), and what an administrator alone decides.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PutClient {
    /// What clients register.
    #[serde(flatten)]
    pub metadata: ClientMetadata,
    /// False for apps of the house: people are not asked.
    pub require_consent: Option<bool>,
    /// False for old apps that can't do PKCE; public ones always must.
    pub require_pkce: Option<bool>,
    /// Whether it is for members of its groups alone.
    pub group_restricted: Option<bool>,
    /// Names of those groups.
    pub groups: Option<Vec<String>>,
    /// Gives unverified addresses too.
    pub release_unverified_email: Option<bool>,
    /// What it is told beyond the standard claims: a list of [`ClaimRule`].
    pub claims: Option<Value>,
    /// Whether it gets anything at all.
    pub enabled: Option<bool>,
}

/// A client that was looked at, also over the network, and not stored yet.
pub struct Prepared {
    client: Box<Client>,
    groups: Option<Vec<String>>,
    group_restricted: Option<bool>,
    claims: Option<Vec<ClaimRule>>,
    logo: Logo,
}

/// What becomes of the picture of an app.
enum Logo {
    /// It stays: nobody named another, or that could not be had.
    Stays,
    Is(Option<Vec<u8>>),
}

impl Prepared {
    /// Looks at what is asked. `of` is the client as it is; without it, one with a new name.
    ///
    /// # Errors
    /// `invalid_client_metadata`, `invalid_redirect_uri`; or when the database fails.
    pub async fn look(app: &App, asked: PutClient, of: Option<&Client>) -> Result<Self, Problem> {
        let name = || base64url(&bytes::<12>(&*app.rng)).replace(['-', '_'], "x");
        let (id, client_id) = of.map_or_else(|| (app.uuid(), name()), |client| (client.id, client.client_id.clone()));
        Self::look_at(app, asked, of, (id, client_id)).await
    }

    /// The same for a new client whose `client_id` an operator chose.
    ///
    /// # Errors
    /// As [`Self::look`].
    pub async fn look_named(app: &App, asked: PutClient, client_id: &str) -> Result<Self, Problem> {
        let is_plain = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
        if client_id.is_empty() || client_id.len() > MAX_CLIENT_ID || !client_id.bytes().all(is_plain) {
            let detail = format!("client_id: from 1 to {MAX_CLIENT_ID} of A-Z, a-z, 0-9, -, _ and .");
            return Err(invalid(InvalidMetadata::new(detail)));
        }
        Self::look_at(app, asked, None, (app.uuid(), client_id.to_owned())).await
    }

    /// What becomes of a client by it.
    #[must_use]
    pub fn after(&self, before: &Client) -> Client {
        let mut after = (*self.client).clone();
        after.details.group_restricted = self.group_restricted.unwrap_or(before.details.group_restricted);
        after.details.claims = self.claims.clone().unwrap_or_else(|| before.details.claims.clone());
        after.details.dynamic = before.details.dynamic;
        after.registration_access_token_hash = before.registration_access_token_hash;
        after
    }

    async fn look_at(
        app: &App,
        asked: PutClient,
        of: Option<&Client>,
        (id, client_id): (Uuid, String),
    ) -> Result<Self, Problem> {
        let mut metadata = asked.metadata;
        // What was good once stays here, too.
        let stays = |asked: &Value| of.is_some_and(|before| *asked == json!(before.details.claims));
        let claims = match asked.claims {
            Some(asked) if stays(&asked) => None,
            asked => asked.map(claims).transpose()?,
        };
        // An empty list says as much as none.
        metadata.post_logout_redirect_uris = metadata.post_logout_redirect_uris.filter(|uris| !uris.is_empty());
        if metadata.client_name.is_none() {
            return Err(invalid(InvalidMetadata::new(
                "client_name: a name is needed, since people are asked about it",
            )));
        }
        if metadata.passkey_policy.as_ref().is_some_and(|policy| policy.attested)
            && !app.config.raw.webauthn.can_attest()
        {
            let detail = "passkey_policy.attested: nobody could sign in without webauthn.attestation, and webauthn.metadata or \
                          webauthn.attestation_ca";
            return Err(invalid(InvalidMetadata::new(detail)));
        }
        if metadata.grant_types.is_none() {
            let usual = [GrantType::AuthorizationCode, GrantType::RefreshToken];
            metadata.grant_types = Some(usual.map(|grant| grant.as_str().to_owned()).to_vec());
        }
        let resources = resource::list(&app.store.read()).await?;
        let own = administration::scopes().union(&[ACCOUNT_READ].into_iter().collect());
        let scopes = resources.iter().fold(own, |all, resource| all.union(&resource.scopes));
        let keeps = of.filter(|client| ClientMetadata::from(*client) == metadata);
        // What was good once stays, so that whatever else is wrong with it, an app can be switched off.
        let mut client = match keeps {
            Some(client) => client.clone(),
            None => metadata.into_client_with(id, client_id, &scopes).map_err(invalid)?,
        };
        client.require_consent = asked.require_consent.unwrap_or(true);
        client.require_pkce = asked.require_pkce.unwrap_or(true);
        client.release_unverified_email = asked.release_unverified_email.unwrap_or(false);
        client.enabled = asked.enabled.unwrap_or(true);
        if keeps.is_some() {
            let client = Box::new(client);
            return Ok(Self {
                client,
                groups: asked.groups,
                group_restricted: asked.group_restricted,
                claims,
                logo: Logo::Stays,
            });
        }
        registration::check_offer(app, &client).map_err(invalid)?;
        let fetched = remote::look(app, &client).await.map_err(invalid)?;
        let same = of.filter(|before| before.details.logo_uri == client.details.logo_uri);
        let logo = match (fetched, same) {
            (None, Some(before)) => {
                client.details.logo.clone_from(&before.details.logo);
                Logo::Stays
            }
            (fetched, _) => {
                client.details.logo = fetched.as_deref().map(remote::tag);
                Logo::Is(fetched)
            }
        };
        let (groups, group_restricted) = (asked.groups, asked.group_restricted);
        Ok(Self { client: Box::new(client), groups, group_restricted, claims, logo })
    }
}

/// Rules, if they can be a client's.
///
/// # Errors
/// `invalid_client_metadata`.
pub fn claims(asked: Value) -> Result<Vec<ClaimRule>, Problem> {
    let refuse = |why: String| invalid(InvalidMetadata::new(format!("claims: {why}")));
    let rules: Vec<ClaimRule> = serde_json::from_value(asked).map_err(|error| refuse(error.to_string()))?;
    claim_rule::check(&rules).map_err(refuse)?;
    Ok(rules)
}

fn invalid(error: InvalidMetadata) -> Problem {
    let code = match error.code {
        ErrorCode::InvalidRedirectUri => Code::InvalidRedirectUri,
        _ => Code::InvalidClientMetadata,
    };
    Problem::detailed(code, error.detail)
}

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

/// What is committed is told, whether this instance could follow at once or does so in a second.
pub async fn follow(app: &App) {
    let followed: Result<(), store::Error> = app.refresh().await;
    if let Err(error) = followed {
        tracing::warn!(%error, "a change of a client is followed later");
    }
}

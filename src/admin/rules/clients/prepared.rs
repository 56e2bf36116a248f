//! What an app shall be, looked at before anything is written, also over the network.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    crypto::{mac::base64url, random::bytes},
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
    store::resource,
};

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
    pub(super) client: Box<Client>,
    pub(super) groups: Option<Vec<String>>,
    pub(super) group_restricted: Option<bool>,
    pub(super) claims: Option<Vec<ClaimRule>>,
    pub(super) logo: Logo,
}

/// What becomes of the picture of an app.
pub(super) enum Logo {
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

pub(super) fn invalid(error: InvalidMetadata) -> Problem {
    let code = match error.code {
        ErrorCode::InvalidRedirectUri => Code::InvalidRedirectUri,
        _ => Code::InvalidClientMetadata,
    };
    Problem::detailed(code, error.detail)
}

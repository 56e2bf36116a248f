//! An app as administration shows it.

use serde::Serialize;
use uuid::Uuid;

use crate::{
    clock::Time,
    protocol::{claim_rule::ClaimRule, client::Client, client_metadata::ClientMetadata},
    store::{self, Connection, client, client_group},
};

/// A secret of a client, of which nobody is told more.
#[derive(Clone, Debug, Serialize)]
pub struct SecretObject {
    id: Uuid,
    created_at: Time,
}

/// A client: its metadata (RFC 7591), and what an administrator alone decides.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Serialize)]
pub struct ClientObject {
    client_id: String,
    #[serde(flatten)]
    metadata: ClientMetadata,
    require_consent: bool,
    require_pkce: bool,
    group_restricted: bool,
    groups: Option<Vec<String>>,
    release_unverified_email: bool,
    claims: Vec<ClaimRule>,
    enabled: bool,
    dynamic: bool,
    secrets: Option<Vec<SecretObject>>,
}

impl ClientObject {
    /// What is known without asking the database.
    #[must_use]
    pub fn brief(client: &Client) -> Self {
        Self {
            client_id: client.client_id.clone(),
            metadata: ClientMetadata::from(client),
            require_consent: client.require_consent,
            require_pkce: client.needs_pkce(),
            group_restricted: client.details.group_restricted,
            groups: None,
            release_unverified_email: client.release_unverified_email,
            claims: client.details.claims.clone(),
            enabled: client.enabled,
            dynamic: client.details.dynamic,
            secrets: None,
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read<C: Connection>(connection: &C, client: &Client) -> Result<Self, store::Error> {
        let secrets = client::list_secrets(connection, client.id).await?;
        let secret = |(id, created_at)| SecretObject { id, created_at };
        Ok(Self {
            groups: Some(client_group::list_names(connection, client.id).await?),
            secrets: Some(secrets.into_iter().map(secret).collect()),
            ..Self::brief(client)
        })
    }

    /// In a line.
    #[must_use]
    pub fn line(&self) -> String {
        let state = if self.enabled { "" } else { " (disabled)" };
        format!("{} {}{state}", self.client_id, self.metadata.client_name.as_deref().unwrap_or_default())
    }

    /// Where answers may go, and what it may ask for.
    #[must_use]
    pub fn lines(&self) -> String {
        let uris = self.metadata.redirect_uris.join("\n  ");
        format!("{}\n  {uris}\n  scope: {}", self.line(), self.metadata.scope.as_deref().unwrap_or_default())
    }
}

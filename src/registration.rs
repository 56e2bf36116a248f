//! What registering a client takes along, whoever registers it: itself, an administrator, or an operator.

pub mod remote;

use crate::{
    app::App,
    clock::Time,
    crypto::token::Generated,
    protocol::{
        client::{Client, TokenEndpointAuthMethod},
        client_metadata::InvalidMetadata,
        subject::SubjectType,
    },
    store::{self, Tx, client},
};

/// Stores a secret by its hash, and sealed where the client signs with it.
///
/// # Errors
/// When the database fails.
pub async fn insert_secret(
    tx: &Tx,
    app: &App,
    client: &Client,
    secret: &Generated,
    now: Time,
) -> Result<(), store::Error> {
    let id = app.uuid();
    if client.token_endpoint_auth_method == TokenEndpointAuthMethod::ClientSecretJwt {
        let sealing = (&app.data_keys.credentials, &*app.rng);
        return client::insert_signing_secret(tx, (id, client.id), sealing, secret, now).await;
    }
    client::insert_secret(tx, id, client.id, secret.hash, now).await
}

/// People must stay who they are for a client, and no client may become somebody else's sector: who moves registers anew, or
/// had a `sector_identifier_uri` from the start.
///
/// # Errors
/// `invalid_client_metadata`.
pub fn check_subjects(before: &Client, after: &Client) -> Result<(), InvalidMetadata> {
    let is_other = before.subject_type != after.subject_type
        || (after.subject_type == SubjectType::Pairwise && before.sector() != after.sector());
    match is_other {
        true => Err(InvalidMetadata::new("subject_type and the sector of pairwise subjects can't change")),
        false => Ok(()),
    }
}

/// What is valid, but not offered here.
///
/// # Errors
/// `invalid_client_metadata`.
pub fn check_offer(app: &App, client: &Client) -> Result<(), InvalidMetadata> {
    let legacy = client.details.response_types.iter().find(|kind| kind.is_legacy());
    match legacy.filter(|_| !app.config.raw.oidc.legacy_response_types) {
        Some(kind) => Err(InvalidMetadata::new(format!("response_types: {} is not supported", kind.as_str()))),
        None => Ok(()),
    }
}

/// Whether a client that shows or signs with a secret has none of the kind.
#[must_use]
pub fn lacks_secret(before: &Client, after: &Client) -> bool {
    match after.token_endpoint_auth_method {
        TokenEndpointAuthMethod::ClientSecretJwt => before.sealed_secrets.is_empty(),
        method => method.has_secret() && before.secret_hashes.is_empty(),
    }
}

//! Dynamic client registration (RFC 7591, OpenID Connect Dynamic Client Registration) and its management (RFC 7592).

mod answer;
pub mod endpoint;
pub mod logo;
pub mod management;
pub mod remote;

use crate::{
    app::App,
    clock::Time,
    crypto::token::Generated,
    protocol::client::{Client, TokenEndpointAuthMethod},
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

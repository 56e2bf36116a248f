//! Client authentication (RFC 6749 2.3, OIDC Core 9): `none`, `client_secret_basic`, `client_secret_post`.

pub mod basic;

use std::sync::Arc;

use serde_json::json;

use crate::{
    audit::{Entry, Event},
    crypto::{
        mac::{equal, sha256},
        token::{self, TokenKind},
    },
    http::{Call, OAuthFailure},
    limits::Prefix,
    metrics::Limit,
    protocol::{
        client::Client,
        error_code::{ErrorCode, OAuthError},
        parameters::Parameters,
    },
};

/// A client that showed who it is, or a public one that said so.
///
/// Basic and form differ in transport, not in proof, so a client with a secret may use either.
///
/// # Errors
/// `invalid_client`; `invalid_request` for two methods at once.
pub async fn authenticate(call: &Call, form: &Parameters) -> Result<Arc<Client>, OAuthFailure> {
    let header = call.header("authorization");
    let by_header = header.is_some();
    let refuse = |text| OAuthFailure::token(OAuthError::new(ErrorCode::InvalidClient, text), by_header);
    let (client_id, secret) = match header {
        Some(header) => {
            if form.find("client_secret").is_some() {
                let error = OAuthError::invalid_request("two ways of client authentication in one request");
                return Err(OAuthFailure::token(error, false));
            }
            let (id, secret) = basic::parse(header).ok_or_else(|| refuse("the Authorization header is malformed"))?;
            if form.find("client_id").is_some_and(|other| other != id) {
                return Err(refuse("client_id differs from the Authorization header"));
            }
            (id, Some(secret))
        }
        None => {
            let id = form.find("client_id").ok_or_else(|| refuse("client authentication is missing"))?;
            (id.to_owned(), form.find("client_secret").map(str::to_owned))
        }
    };
    limit(call, &client_id)?;
    let client = call.app.clients.find(&client_id).await?.filter(|client| client.enabled);
    let client = client.ok_or_else(|| refuse("client authentication failed"))?;
    let proven = match &secret {
        Some(secret) => !client.is_public() && has_secret(&client, secret),
        None => client.is_public(),
    };
    if proven {
        return Ok(client);
    }
    record_failure(call, &client, secret.is_some()).await?;
    Err(refuse("client authentication failed"))
}

/// Somebody tried to be a client that is known: it is audited, and counts as a row that a stranger makes us write.
async fn record_failure(call: &Call, client: &Client, with_secret: bool) -> Result<(), OAuthFailure> {
    let address = call.caller.ip.map(Prefix::from);
    call.app.limits.check_ceremony(address, None).map_err(OAuthFailure::too_many)?;
    let details = json!({ "reason": if with_secret { "wrong_secret" } else { "no_secret" } });
    let entry = Entry { failed: true, client: Some(client.client_id.clone()), details, ..Entry::default() };
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            call.record(tx, Event::ClientAuthenticated, entry, now);
            Ok::<_, crate::store::Error>(())
        })
        .await?;
    Ok(())
}

fn has_secret(client: &Client, secret: &str) -> bool {
    let hash = token::hash(TokenKind::ClientSecret, secret);
    hash.is_some_and(|hash| client.secret_hashes.iter().any(|known| equal(known, &hash)))
}

/// Counted by client and address together: nobody can use up what another has.
fn limit(call: &Call, client_id: &str) -> Result<(), OAuthFailure> {
    let address = call.caller.ip.map(Prefix::from);
    let key = sha256(format!("{client_id} {address:?}").as_bytes());
    call.app.limits.check_client(&key).map_err(|too_many| {
        call.app.metrics.limited.get_or_create(&Limit { bucket: "client" }).inc();
        OAuthFailure::too_many(too_many)
    })
}

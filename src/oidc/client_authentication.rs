//! Client authentication (RFC 6749 2.3, OIDC Core 9): nothing, a secret, or a signed assertion.

mod assertion;
pub mod basic;

use std::sync::Arc;

use serde_json::json;

use self::assertion::Assertion;
use crate::{
    audit::{Entry, Event},
    crypto::mac::sha256,
    http::{Call, OAuthFailure},
    limits::Prefix,
    metrics::Limit,
    protocol::{
        client::{Client, TokenEndpointAuthMethod},
        error_code::{ErrorCode, OAuthError},
        parameters::Parameters,
    },
    store,
};

/// What a request shows.
enum Proof<'a> {
    None,
    Secret(String),
    Assertion(Assertion<'a>),
}

/// Why a client that is known was refused: for the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    NoSecret,
    WrongSecret,
    WrongMethod,
    WrongAssertion,
    ReplayedAssertion,
}

impl Failure {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NoSecret => "no_secret",
            Self::WrongSecret => "wrong_secret",
            Self::WrongMethod => "wrong_method",
            Self::WrongAssertion => "wrong_assertion",
            Self::ReplayedAssertion => "replayed_assertion",
        }
    }
}

/// A client that showed who it is, or a public one that said so.
///
/// Basic and form differ in transport, not in proof, so a client with a secret may use either.
///
/// # Errors
/// `invalid_client`; `invalid_request` for two methods at once.
pub async fn authenticate(call: &Call, form: &Parameters) -> Result<Arc<Client>, OAuthFailure> {
    let by_header = call.header("authorization").is_some();
    let refuse = |text| OAuthFailure::token(OAuthError::new(ErrorCode::InvalidClient, text), by_header);
    let (client_id, proof) = read(call, form)?;
    limit(call, &client_id)?;
    let client = call.app.clients.find(&client_id).await?;
    if let Some(client) = &client {
        call.asks_as(client);
    }
    let client = client.filter(|client| client.enabled).ok_or_else(|| {
        call.because("disabled");
        refuse("client authentication failed")
    })?;
    match prove(call, &client, proof).await? {
        Ok(()) => Ok(client),
        Err(failure) => {
            call.because(failure.as_str());
            record_failure(call, &client, failure).await?;
            Err(refuse("client authentication failed"))
        }
    }
}

/// Who it says it is, and with what: one way only.
fn read<'a>(call: &Call, form: &'a Parameters) -> Result<(String, Proof<'a>), OAuthFailure> {
    let header = call.header("authorization");
    let refuse = |text| OAuthFailure::token(OAuthError::new(ErrorCode::InvalidClient, text), header.is_some());
    let (secret, assertion) = (form.find("client_secret"), form.find("client_assertion"));
    if [header.is_some(), secret.is_some(), assertion.is_some()].iter().filter(|is_there| **is_there).count() > 1 {
        let error = OAuthError::invalid_request("two ways of client authentication in one request");
        return Err(OAuthFailure::token(error, false));
    }
    let named = form.find("client_id");
    let (id, proof) = match (header, secret, assertion) {
        (Some(header), ..) => {
            let (id, secret) = basic::parse(header).ok_or_else(|| refuse("the Authorization header is malformed"))?;
            (id, Proof::Secret(secret))
        }
        (_, _, Some(token)) => {
            let read = Assertion::read(token, form.find("client_assertion_type"));
            let read = read.ok_or_else(|| refuse("client_assertion is malformed or of another type"))?;
            (read.client_id().to_owned(), Proof::Assertion(read))
        }
        (_, secret, _) => {
            let id = named.ok_or_else(|| refuse("client authentication is missing"))?;
            (id.to_owned(), secret.map_or(Proof::None, |secret| Proof::Secret(secret.to_owned())))
        }
    };
    if named.is_some_and(|named| named != id) {
        return Err(refuse("client_id differs from who authenticates"));
    }
    Ok((id, proof))
}

async fn prove(call: &Call, client: &Client, proof: Proof<'_>) -> Result<Result<(), Failure>, store::Error> {
    use TokenEndpointAuthMethod::{ClientSecretBasic, ClientSecretPost, None};
    let ok = |is_ok, failure| if is_ok { Ok(()) } else { Err(failure) };
    Ok(match (client.token_endpoint_auth_method, proof) {
        (None, Proof::None) => Ok(()),
        (None, _) => Err(Failure::WrongMethod),
        (_, Proof::None) => Err(Failure::NoSecret),
        (ClientSecretBasic | ClientSecretPost, Proof::Secret(secret)) => {
            ok(client.has_secret(&secret), Failure::WrongSecret)
        }
        (method, Proof::Assertion(assertion)) if method.is_assertion() => {
            return assertion.verify(call, client).await;
        }
        _ => Err(Failure::WrongMethod),
    })
}

/// Somebody tried to be a client that is known: it is audited, and counts as a row that a stranger makes us write.
async fn record_failure(call: &Call, client: &Client, failure: Failure) -> Result<(), OAuthFailure> {
    call.limit_write()?;
    let details = json!({ "reason": failure.as_str() });
    let entry = Entry { failed: true, client: Some(client.client_id.clone()), details, ..Entry::default() };
    let now = call.now();
    call.app
        .store
        .write(async |tx| {
            call.record(tx, Event::ClientAuthenticated, entry, now);
            Ok::<_, store::Error>(())
        })
        .await?;
    Ok(())
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

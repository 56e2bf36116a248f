//! ID tokens, signed after the commit, outside every lock.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::issue;
use crate::{
    app::App,
    claims,
    clock::Time,
    keys::SigningFailed,
    protocol::{
        acr_amr::Assurance,
        client::Client,
        id_token::{IdToken, half_hash},
    },
};

/// A sign-in, as an ID token tells it.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The person's own `sub`.
    pub sub: String,
    /// From the request.
    pub nonce: Option<String>,
    /// Time of the ceremony.
    pub auth_time: Time,
    /// What it proved.
    pub assurance: Assurance,
    /// The session.
    pub session_id: Option<Uuid>,
    /// What it tells of the person.
    pub claims: Map<String, Value>,
}

/// Signs. `access_token` and `code` are what travels beside it.
///
/// # Errors
/// When there is no key for it.
pub fn sign(
    app: &App,
    client: &Client,
    sign_in: &SignIn,
    (access_token, code): (Option<&str>, Option<&str>),
    now: Time,
) -> Result<String, SigningFailed> {
    let algorithm = client.id_token_signed_response_alg;
    let keys = app.keys();
    let signer = keys.signer(algorithm).ok_or(SigningFailed)?;
    let sid = sign_in.session_id.map(|session| issue::sid(app, client, session));
    let token = IdToken {
        iss: app.config.issuer.as_str(),
        sub: &claims::subject(app, client, &sign_in.sub),
        aud: &client.client_id,
        exp: (now + app.config.raw.oidc.id_token_lifetime.get()).timestamp(),
        iat: now.timestamp(),
        auth_time: sign_in.auth_time.timestamp(),
        nonce: sign_in.nonce.as_deref(),
        acr: sign_in.assurance.acr.as_deref(),
        amr: &sign_in.assurance.amr,
        sid: sid.as_deref().unwrap_or_default(),
        at_hash: access_token.map(|token| half_hash(algorithm, token)),
        c_hash: code.map(|code| half_hash(algorithm, code)),
        claims: &sign_in.claims,
    };
    signer.sign("JWT", &token)
}

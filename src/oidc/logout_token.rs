//! Logout tokens (OIDC Back-Channel Logout 2.4): signed anew at each try, under the same `jti`.

use serde::Serialize;
use serde_json::{Value, json};

use super::issue;
use crate::{app::App, claims, clock::Time, keys::SigningFailed, protocol::client::Client, store::outbox::Delivery};

/// How long it can be accepted, in seconds.
const LIFETIME: i64 = 120;

#[derive(Serialize)]
struct LogoutToken<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
    events: Value,
    sid: String,
}

/// Signs.
///
/// # Errors
/// When there is no key for it.
pub fn sign(app: &App, client: &Client, delivery: &Delivery, now: Time) -> Result<String, SigningFailed> {
    let keys = app.keys();
    let signer = keys.signer(client.id_token_signed_response_alg).ok_or(SigningFailed)?;
    let token = LogoutToken {
        iss: app.config.issuer.as_str(),
        sub: claims::subject(app, client, &delivery.logout.sub),
        aud: &client.client_id,
        iat: now.timestamp(),
        exp: now.timestamp() + LIFETIME,
        jti: delivery.id.to_string(),
        events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
        sid: issue::sid(app, client, delivery.logout.session),
    };
    signer.sign("logout+jwt", &token)
}

//! `client_secret_jwt` and `private_key_jwt` (OIDC Core 9, RFC 7523 3).

use chrono::{DateTime, Duration};

use super::Failure;
use crate::{
    clock::Time,
    http::Call,
    oidc::replay,
    protocol::{
        client::{Client, TokenEndpointAuthMethod},
        jws::{self, Claims, Unverified},
    },
    store::{self, client, replayed_jti},
    urls,
};

/// RFC 7523 2.2.
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion is made for one request; what lives longer was not.
const LONGEST: Duration = Duration::minutes(5);

/// Longer than any random value.
const MAX_JTI: usize = 256;

/// An assertion whose signature nobody has looked at yet.
pub(super) struct Assertion<'a> {
    token: Unverified<'a>,
    client_id: String,
}

impl<'a> Assertion<'a> {
    /// `None` for what is no JWT that names a client in `iss` and `sub`.
    pub(super) fn read(token: &'a str, kind: Option<&str>) -> Option<Self> {
        let token = Unverified::parse(token).filter(|_| kind == Some(TYPE))?;
        token.has_typ(&["JWT", "client-authentication+jwt"]).then_some(())?;
        let claims = token.claims_unverified()?;
        let client_id = jws::text(&claims, "sub")?.to_owned();
        (jws::text(&claims, "iss") == Some(&client_id)).then_some(Self { token, client_id })
    }

    /// Whom it names.
    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Signature, audience and times first; then, once, it is spent.
    pub(super) async fn verify(&self, call: &Call, client: &Client) -> Result<Result<(), Failure>, store::Error> {
        let Some(claims) = self.claims(call, client).await else { return Ok(Err(Failure::WrongAssertion)) };
        let now = call.now();
        let Some((jti, until)) = timely(&claims, now).filter(|_| is_for_us(call, client, &claims)) else {
            return Ok(Err(Failure::WrongAssertion));
        };
        let key = replay::assertion(&client.client_id, jti);
        let kept = until + Duration::seconds(jws::LEEWAY) + Duration::minutes(10);
        let is_new = call.app.store.write(async |tx| replayed_jti::insert(tx, key, kept).await).await?;
        Ok(if is_new { Ok(()) } else { Err(Failure::ReplayedAssertion) })
    }

    /// What the signature vouches for, under the algorithm and the keys that are the client's.
    async fn claims(&self, call: &Call, client: &Client) -> Option<Claims> {
        let header = &self.token.header;
        if client.details.token_endpoint_auth_signing_alg.as_ref().is_some_and(|algorithm| *algorithm != header.alg) {
            return None;
        }
        if client.token_endpoint_auth_method == TokenEndpointAuthMethod::ClientSecretJwt {
            let key = &call.app.data_keys.credentials;
            let secrets: Vec<_> =
                client.sealed_secrets.iter().filter_map(|sealed| client::open_secret(key, sealed)).collect();
            return self.token.verify_secret(secrets.iter().map(Vec::as_slice));
        }
        call.app.verify_of_client(client, &self.token).await
    }
}

/// `jti`, and until when it could come again; `None` for what has expired, is not valid yet, or is good for too long.
fn timely(claims: &Claims, now: Time) -> Option<(&str, Time)> {
    let until = jws::seconds(claims, "exp")?;
    let is_short = until <= (now + LONGEST).timestamp() + jws::LEEWAY;
    let jti = jws::text(claims, "jti").filter(|jti| !jti.is_empty() && jti.len() <= MAX_JTI)?;
    let until = DateTime::from_timestamp(until, 0)?;
    (is_short && jws::is_timely(claims, now.timestamp())).then_some((jti, until))
}

/// Two rules, by the client's profile: the issuer as a single string, or anything of ours that a client could mean.
fn is_for_us(call: &Call, client: &Client, claims: &Claims) -> bool {
    let app = &call.app;
    let issuer = app.config.issuer.as_str();
    if client.details.strict_assertion_audience {
        return jws::text(claims, "aud") == Some(issuer);
    }
    let ours = [urls::TOKEN, urls::INTROSPECT, urls::REVOKE].map(|path| app.urls.absolute(path));
    jws::audience(claims).iter().any(|audience| *audience == issuer || ours.iter().any(|url| url == audience))
}

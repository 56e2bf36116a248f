//! `client_secret_jwt` and `private_key_jwt` (OIDC Core 9, RFC 7523).

use aws_lc_rs::hmac;
use claviger::{
    crypto::mac::base64url,
    keys::{GeneratedKey, Signer},
    protocol::{client_metadata::ClientMetadata, signing_algorithm::SigningAlgorithm},
};
use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Answer, Registered, TestApp};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(crate) fn key(algorithm: SigningAlgorithm) -> Signer {
    Signer::parse(algorithm, &GeneratedKey::generate(algorithm).unwrap().pkcs8).unwrap()
}

pub(crate) fn jwks(keys: &[&Signer]) -> Value {
    json!({ "keys": keys.iter().map(|key| key.jwk()).collect::<Vec<_>>() })
}

async fn with_key(app: &TestApp, name: &str, key: &Signer, more: impl FnOnce(&mut ClientMetadata)) -> Registered {
    let jwks = jwks(&[key]);
    let metadata = |metadata: &mut ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("private_key_jwt".into());
        metadata.jwks = Some(jwks);
        more(metadata);
    };
    app.client(name, metadata, |_| ()).await
}

/// Claims that are good for a request at this moment, with changes; `null` takes one away.
pub(super) fn token_claims(app: &TestApp, client: &Registered, changes: &Value) -> Value {
    let now = app.app.now().timestamp();
    let audience = format!("{}/oauth2/token", app.issuer());
    let mut claims = json!({
        "iss": client.client_id, "sub": client.client_id, "aud": audience, "iat": now, "exp": now + 60,
        "jti": app.app.uuid().to_string(),
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// A revocation of nothing: 200 for whoever authenticates.
pub(super) async fn present(app: &TestApp, assertion: &str) -> Answer {
    let fields = [("client_assertion_type", TYPE), ("client_assertion", assertion), ("token", "x")];
    app.browser().form("/oauth2/revoke", &fields, &[]).await
}

fn hs256(secret: &str, claims: &Value) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let input = format!("{}.{}", part(&json!({"alg": "HS256"})), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    format!("{input}.{}", base64url(hmac::sign(&key, input.as_bytes()).as_ref()))
}

#[tokio::test]
async fn every_algorithm_is_taken_and_every_assertion_once() {
    let app = TestApp::new().await;
    for algorithm in SigningAlgorithm::ALL {
        let key = key(algorithm);
        let client = with_key(&app, algorithm.as_str(), &key, |_| ()).await;
        let assertion = key.sign("JWT", &token_claims(&app, &client, &json!({}))).unwrap();
        assert_eq!(present(&app, &assertion).await.status, StatusCode::OK, "{algorithm:?}");
        let again = present(&app, &assertion).await;
        assert_eq!((again.status, again.code()), (StatusCode::UNAUTHORIZED, "invalid_client".into()));
    }
    assert!(app.audit().await.contains(&"!client.authenticated".to_owned()));
}

#[tokio::test]
async fn a_secret_signs_for_those_who_registered_it() {
    let app = TestApp::new().await;
    let method = |metadata: &mut ClientMetadata| metadata.token_endpoint_auth_method = Some("client_secret_jwt".into());
    let client = app.client("hs", method, |_| ()).await;
    let secret = client.secret.clone().unwrap();
    let good = hs256(&secret, &token_claims(&app, &client, &json!({})));
    assert_eq!(present(&app, &good).await.status, StatusCode::OK);
    assert_eq!(present(&app, &hs256("guess", &token_claims(&app, &client, &json!({})))).await.code(), "invalid_client");
    // The secret itself is not shown any more by whoever registered to sign with it.
    assert_eq!(client.post(&app, "/oauth2/revoke", &[("token", "x")]).await.code(), "invalid_client");
    let plain = app.confidential_client("plain").await;
    let assertion = hs256(plain.secret.as_ref().unwrap(), &token_claims(&app, &plain, &json!({})));
    assert_eq!(present(&app, &assertion).await.code(), "invalid_client", "registered for Basic");
}

#[tokio::test]
async fn what_is_wrong_with_an_assertion_refuses_it() {
    let app = TestApp::new().await;
    let key = key(SigningAlgorithm::ES256);
    let client = with_key(&app, "a", &key, |_| ()).await;
    let other = with_key(&app, "b", &self::key(SigningAlgorithm::ES256), |_| ()).await;
    let now = app.app.now().timestamp();
    for changes in [
        json!({ "exp": null }),
        json!({ "exp": now - 31 }),
        json!({ "exp": now + 331 }),
        json!({ "iat": now + 60 }),
        json!({ "nbf": now + 60 }),
        json!({ "exp": 8_210_266_876_799_i64 }),
        json!({ "exp": i64::MAX }),
        json!({ "nbf": i64::MIN, "exp": i64::MIN }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "aud": null }),
        json!({ "aud": "https://other.example/oauth2/token" }),
        json!({ "aud": format!("{}/oauth2/userinfo", app.issuer()) }),
        json!({ "iss": "other" }),
        json!({ "iss": null }),
        json!({ "sub": null }),
        json!({ "sub": other.client_id, "iss": other.client_id }),
    ] {
        let assertion = key.sign("JWT", &token_claims(&app, &client, &changes)).unwrap();
        let answer = present(&app, &assertion).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "invalid_client".into()), "{changes}");
    }
    for changes in [json!({ "nbf": now + 8 }), json!({ "exp": now + 300 }), json!({ "iat": null })] {
        let assertion = key.sign("JWT", &token_claims(&app, &client, &changes)).unwrap();
        assert_eq!(present(&app, &assertion).await.status, StatusCode::OK, "{changes}");
    }
    for made_up in ["", "x", "a.b.c"] {
        assert_ne!(present(&app, made_up).await.status, StatusCode::OK, "{made_up}");
    }
    for typ in ["oauth-authz-req+jwt", "at+jwt", "logout+jwt", "dpop+jwt"] {
        let assertion = key.sign(typ, &token_claims(&app, &client, &json!({}))).unwrap();
        assert_eq!(present(&app, &assertion).await.code(), "invalid_client", "{typ}");
    }
    let typeless = [("client_assertion", "x"), ("token", "x")];
    assert_eq!(app.browser().form("/oauth2/revoke", &typeless, &[]).await.code(), "invalid_client");
}

/// A good assertion that is refused for its audience is not spent.
#[tokio::test]
async fn the_audience_rule_is_the_clients_own() {
    let app = TestApp::new().await;
    let key = key(SigningAlgorithm::ES256);
    let strict = with_key(&app, "strict", &key, |metadata| metadata.strict_assertion_audience = Some(true)).await;
    let lenient = with_key(&app, "lenient", &key, |_| ()).await;
    let (issuer, token) = (app.issuer().to_owned(), format!("{}/oauth2/token", app.issuer()));
    for (audience, by_strict) in [
        (json!(issuer), true),
        (json!([issuer]), false),
        (json!(token), false),
        (json!([token, "https://other.example"]), false),
    ] {
        for (client, expected) in [(&strict, by_strict), (&lenient, true)] {
            let assertion = key.sign("JWT", &token_claims(&app, client, &json!({ "aud": audience }))).unwrap();
            assert_eq!(present(&app, &assertion).await.status == StatusCode::OK, expected, "{audience}");
        }
    }
}

#[tokio::test]
async fn the_registered_algorithm_is_the_only_one() {
    let app = TestApp::new().await;
    let (es256, rs256) = (key(SigningAlgorithm::ES256), key(SigningAlgorithm::RS256));
    let keys = jwks(&[&es256, &rs256]);
    let more = |metadata: &mut ClientMetadata| {
        metadata.jwks = Some(keys);
        metadata.token_endpoint_auth_signing_alg = Some("ES256".into());
    };
    let client = with_key(&app, "a", &es256, more).await;
    let sign = |key: &Signer| key.sign("JWT", &token_claims(&app, &client, &json!({}))).unwrap();
    assert_eq!(present(&app, &sign(&es256)).await.status, StatusCode::OK);
    assert_eq!(present(&app, &sign(&rs256)).await.code(), "invalid_client");
}

#[tokio::test]
async fn two_ways_at_once_are_refused() {
    let app = TestApp::new().await;
    let key = key(SigningAlgorithm::ES256);
    let client = with_key(&app, "a", &key, |_| ()).await;
    let assertion = key.sign("JWT", &token_claims(&app, &client, &json!({}))).unwrap();
    let fields =
        [("client_assertion_type", TYPE), ("client_assertion", &*assertion), ("client_secret", "x"), ("token", "x")];
    assert_eq!(app.browser().form("/oauth2/revoke", &fields, &[]).await.code(), "invalid_request");
    let named =
        [("client_assertion_type", TYPE), ("client_assertion", &*assertion), ("client_id", "other"), ("token", "x")];
    assert_eq!(app.browser().form("/oauth2/revoke", &named, &[]).await.code(), "invalid_client");
}

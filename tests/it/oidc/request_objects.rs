//! Request objects (OIDC Core 6): signed, by value or by a registered URI.

use claviger::{
    keys::Signer,
    protocol::{client_metadata::ClientMetadata, signing_algorithm::SigningAlgorithm},
};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::assertions::{jwks, key};
use crate::harness::{
    Answer, Browser, Registered, SoftPasskey, TestApp,
    client::{S256, tokens},
    site::Site,
};

struct Scene {
    app: TestApp,
    browser: Browser,
    client: Registered,
    key: Signer,
}

async fn scene_in(app: TestApp, more: impl FnOnce(&mut ClientMetadata)) -> Scene {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let key = key(SigningAlgorithm::RS256);
    let keys = jwks(&[&key]);
    let metadata = |metadata: &mut ClientMetadata| {
        metadata.jwks = Some(keys);
        metadata.redirect_uris.push("https://a.example/second".to_owned());
        more(metadata);
    };
    let client = app.client("a", metadata, |client| client.require_consent = false).await;
    Scene { app, browser, client, key }
}

async fn scene() -> Scene {
    scene_in(TestApp::new().await, |_| ()).await
}

impl Scene {
    /// What is good inside, with changes; `null` takes a claim away.
    fn claims(&self, changes: &Value) -> Value {
        let mut claims = json!({
            "iss": self.client.client_id, "aud": self.app.issuer(), "client_id": self.client.client_id,
            "response_type": "code", "redirect_uri": self.client.redirect_uri, "scope": "openid", "state": "inside",
            "nonce": "inside", "code_challenge": S256.1, "code_challenge_method": "S256", "max_age": 1000,
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        claims
    }

    async fn send(&mut self, name: &str, value: &str, more: &[(&str, &str)]) -> Answer {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.client.client_id).append_pair(name, value).extend_pairs(more);
        self.browser.authorize(&query.finish()).await
    }

    fn sign(&self, changes: &Value) -> String {
        self.key.sign("JWT", &self.claims(changes)).unwrap()
    }
}

#[tokio::test]
async fn what_is_inside_is_the_request() {
    let mut scene = scene().await;
    let object = scene.sign(&json!({}));
    let beside = [
        ("response_type", "code"),
        ("state", "beside"),
        ("nonce", "beside"),
        ("redirect_uri", "https://a.example/second"),
    ];
    let answer = scene.send("request", &object, &beside).await;
    let location = answer.location();
    assert!(location.starts_with(&scene.client.redirect_uri), "the redirect URI inside wins: {location}");
    assert_eq!(answer.redirected("state").as_deref(), Some("inside"));
    let (_, claims) = tokens(&scene.client.redeem(&scene.browser, &answer.redirected("code").unwrap()).await);
    assert_eq!(claims["nonce"], "inside");
}

#[tokio::test]
async fn what_is_not_inside_may_be_beside() {
    let mut scene = scene().await;
    let object =
        scene.sign(&json!({ "state": null, "iss": null, "aud": null, "exp": scene.app.app.now().timestamp() + 5 }));
    let answer = scene.send("request", &object, &[("state", "beside")]).await;
    assert_eq!(answer.redirected("state").as_deref(), Some("beside"));
    assert!(answer.redirected("code").is_some());
}

#[tokio::test]
async fn what_is_not_the_clients_is_refused() {
    let mut scene = scene().await;
    let now = scene.app.app.now().timestamp();
    let beside =
        [("redirect_uri", &*scene.client.redirect_uri.clone()), ("state", "beside")].map(|(n, v)| (n, v.to_owned()));
    let beside: Vec<_> = beside.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut objects: Vec<String> = [
        json!({ "iss": "other" }),
        json!({ "aud": "https://other.example" }),
        json!({ "exp": now - 60 }),
        json!({ "nbf": now + 60 }),
        json!({ "client_id": "other" }),
        json!({ "request": "x" }),
        json!({ "request_uri": "https://a.example/x" }),
        json!({ "sub": scene.client.client_id }),
    ]
    .iter()
    .map(|changes| scene.sign(changes))
    .collect();
    objects.push(key(SigningAlgorithm::RS256).sign("JWT", &scene.claims(&json!({}))).unwrap());
    objects.push(scene.key.sign("at+jwt", &scene.claims(&json!({}))).unwrap());
    let body = objects[0].split('.').nth(1).unwrap();
    objects.push(format!("{}.{body}.", claviger::crypto::mac::base64url(br#"{"alg":"none"}"#)));
    objects.push("x".to_owned());
    for object in objects {
        let answer = scene.send("request", &object, &beside).await;
        assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request_object"), "{object:.60}");
        assert_eq!(answer.redirected("state").as_deref(), Some("beside"));
    }
    let other_type = [&beside[..], &[("response_type", "id_token")]].concat();
    let good = scene.sign(&json!({}));
    let answer = scene.send("request", &good, &other_type).await;
    assert!(answer.location().contains("error=invalid_request_object"), "{}", answer.location());
    let both = [&beside[..], &[("request_uri", "https://a.example/x")]].concat();
    assert_eq!(scene.send("request", &good, &both).await.redirected("error").as_deref(), Some("invalid_request"));
}

/// Neither the object nor what is beside it says where a refusal could go: a page.
#[tokio::test]
async fn without_a_trusted_redirect_uri_it_is_a_page() {
    let mut scene = scene().await;
    assert_eq!(scene.send("request", "x", &[]).await.status, StatusCode::BAD_REQUEST);
    let object = scene.sign(&json!({ "redirect_uri": "https://evil.example/cb" }));
    let answer = scene.send("request", &object, &[]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.header("location").is_none());
}

#[tokio::test]
async fn the_registered_algorithm_is_the_only_one() {
    let metadata = |metadata: &mut ClientMetadata| metadata.request_object_signing_alg = Some("ES256".into());
    let mut scene = scene_in(TestApp::new().await, metadata).await;
    let (object, uri) = (scene.sign(&json!({})), scene.client.redirect_uri.clone());
    let answer = scene.send("request", &object, &[("redirect_uri", &uri)]).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request_object"));
}

#[tokio::test]
async fn a_registered_uri_is_fetched_and_no_other() {
    let site = Site::new().await;
    let uri = site.url("/request#a-mark-of-its-own");
    let registered = uri.clone();
    let app = TestApp::beside(&site, &[]).await;
    let mut scene = scene_in(app, |metadata| metadata.request_uris = Some(vec![registered])).await;
    site.publish("/request", "application/oauth-authz-req+jwt", scene.sign(&json!({})));
    let answer = scene.send("request_uri", &uri, &[]).await;
    assert!(answer.redirected("code").is_some(), "{}", answer.location());
    let beside = scene.client.redirect_uri.clone();
    for other in [site.url("/request"), site.url("/other"), "https://169.254.169.254/".to_owned()] {
        let answer = scene.send("request_uri", &other, &[("redirect_uri", &beside)]).await;
        assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request_uri"), "{other}");
    }
    assert_eq!(site.asked("/request").len(), 1);
    site.answer("/request", 404, "text/plain", "");
    let answer = scene.send("request_uri", &uri, &[("redirect_uri", &beside)]).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request_uri"), "nothing there");
}

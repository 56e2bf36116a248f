//! The token endpoint: who may redeem what, how often, and what an error looks like.

use claviger::crypto::mac::{base64url, sha256};
use poem::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Browser, Registered, SoftPasskey, TestApp, client::tokens};

struct Scene {
    app: TestApp,
    browser: Browser,
    passkey: SoftPasskey,
}

impl Scene {
    async fn new() -> Self {
        let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
        let mut browser = app.browser();
        browser.sign_up("alice", &mut passkey).await;
        Self { app, browser, passkey }
    }

    async fn code(&mut self, client: &Registered) -> String {
        self.browser.code(client, "", &mut self.passkey).await.redirected("code").unwrap()
    }
}

#[tokio::test]
async fn each_method_of_client_authentication_works() {
    let mut scene = Scene::new().await;
    let public = scene.app.public_client("spa").await;
    let code = scene.code(&public).await;
    assert_eq!(public.redeem(&scene.browser, &code).await.status, StatusCode::OK);
    let client = scene.app.confidential_client("a").await;
    let code = scene.code(&client).await;
    assert_eq!(client.redeem(&scene.browser, &code).await.status, StatusCode::OK, "basic");
    let code = scene.code(&client).await;
    let post = Registered { secret: None, ..client.clone() };
    let secret = [("client_secret", client.secret.as_deref().unwrap())];
    assert_eq!(post.redeem_with(&scene.browser, &code, &secret).await.status, StatusCode::OK, "post");
}

#[tokio::test]
async fn bad_client_authentication_is_invalid_client() {
    let mut scene = Scene::new().await;
    let client = scene.app.confidential_client("a").await;
    let public = scene.app.public_client("spa").await;
    let code = scene.code(&client).await;
    let bare = Registered { secret: None, ..client.clone() };
    let wrong =
        Registered { secret: Some("clv_cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into()), ..client.clone() };
    let basic = wrong.redeem(&scene.browser, &code).await;
    assert_eq!((basic.status, basic.code().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
    assert!(basic.header("www-authenticate").unwrap().starts_with("Basic "));
    let none = bare.redeem(&scene.browser, &code).await;
    assert_eq!((none.status, none.code().as_str()), (StatusCode::UNAUTHORIZED, "invalid_client"));
    let secret = [("client_secret", client.secret.as_deref().unwrap())];
    assert_eq!(public.redeem_with(&scene.browser, &code, &secret).await.code(), "invalid_client", "public with secret");
    assert_eq!(client.redeem_with(&scene.browser, &code, &secret).await.code(), "invalid_request", "two methods");
    let other = [("client_id", "client-spa")];
    assert_eq!(client.redeem_with(&scene.browser, &code, &other).await.code(), "invalid_client", "two clients");
    assert_eq!(public.redeem_with(&scene.browser, &code, &[("client_id", "")]).await.code(), "invalid_client");
    scene.app.update_client(&client, |client| client.enabled = false).await;
    assert_eq!(client.redeem(&scene.browser, &code).await.code(), "invalid_client", "disabled");
    // None of these was the client, so the code is still whole.
    scene.app.update_client(&client, |client| client.enabled = true).await;
    assert_eq!(client.redeem(&scene.browser, &code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn malformed_requests_have_their_codes() {
    let scene = Scene::new().await;
    let client = scene.app.public_client("spa").await;
    let post = async |fields: &[(&str, &str)]| scene.browser.form("/oauth2/token", fields, &[]).await;
    let id = ("client_id", client.client_id.as_str());
    assert_eq!(post(&[id]).await.code(), "invalid_request");
    assert_eq!(post(&[id, ("grant_type", "password")]).await.code(), "unsupported_grant_type");
    assert_eq!(post(&[id, ("grant_type", "authorization_code")]).await.code(), "invalid_request");
    let nul = post(&[id, ("grant_type", "authorization_code"), ("code", "a\0b")]).await;
    assert_eq!(nul.code(), "invalid_request");
    let empty = post(&[id, ("grant_type", "authorization_code"), ("code", ""), ("code", "x")]).await;
    assert_eq!(empty.code(), "invalid_request", "twice, once without a value");
    let twice = [id, ("grant_type", "authorization_code"), ("code", "x"), ("code", "x")];
    assert_eq!(post(&twice).await.code(), "invalid_request");
    for junk in ["x", "clv_ac_x", "clv_ac_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let answer = post(&[id, ("grant_type", "authorization_code"), ("code", junk)]).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_grant"), "{junk}");
        assert_eq!(answer.header("cache-control").unwrap(), "no-store");
    }
    let headers = [("content-type", "application/json")];
    let answer = scene.app.browser().send(Method::POST, "/oauth2/token", &headers, b"{}".to_vec()).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
}

#[tokio::test]
async fn every_later_refusal_burns_the_code() {
    let mut scene = Scene::new().await;
    let (a, b) = (scene.app.public_client("a").await, scene.app.public_client("b").await);
    let verifier = "x".repeat(43);
    let wrong: [&[(&str, &str)]; 4] = [
        &[("redirect_uri", "https://a.example/other")],
        &[("code_verifier", "")],
        &[("code_verifier", &verifier)],
        &[("code_verifier", crate::harness::S256.1)],
    ];
    for changes in wrong {
        let code = scene.code(&a).await;
        assert_eq!(a.redeem_with(&scene.browser, &code, changes).await.code(), "invalid_grant", "{changes:?}");
        assert_eq!(a.redeem(&scene.browser, &code).await.code(), "invalid_grant", "burned by {changes:?}");
    }
    let code = scene.code(&a).await;
    assert_eq!(b.redeem(&scene.browser, &code).await.code(), "invalid_grant", "another client");
    assert_eq!(a.redeem(&scene.browser, &code).await.code(), "invalid_grant");
    let code = scene.code(&a).await;
    scene.app.advance(60);
    assert_eq!(a.redeem(&scene.browser, &code).await.code(), "invalid_grant", "expired");
    let failures = scene.app.audit().await.iter().filter(|e| *e == "!authorization_code.redeemed").count();
    assert_eq!(failures, 6, "each refusal is audited");
}

/// RFC 7636 4.1: 43 to 128 characters, even where the hash would agree.
#[tokio::test]
async fn a_verifier_is_neither_short_nor_long() {
    let mut scene = Scene::new().await;
    let client = scene.app.client("a", |_| (), |client| client.require_consent = false).await;
    for (length, status) in [(42, 400), (43, 200), (128, 200), (129, 400)] {
        let verifier = "v".repeat(length);
        let challenge = base64url(&sha256(verifier.as_bytes()));
        let query = client.query("").replace(crate::harness::S256.1, &challenge);
        let code = scene.browser.authorize(&query).await.redirected("code").unwrap();
        let answer = client.redeem_with(&scene.browser, &code, &[("code_verifier", &verifier)]).await;
        assert_eq!(answer.status, status, "{length}");
    }
}

#[tokio::test]
async fn redirect_uri_may_stay_away_with_pkce_and_a_verifier_never_comes_alone() {
    let mut scene = Scene::new().await;
    let client = scene.app.public_client("a").await;
    let code = scene.code(&client).await;
    let answer = client.redeem_with(&scene.browser, &code, &[("redirect_uri", "")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    let old = scene.app.client("old", |_| (), |client| client.require_pkce = false).await;
    let query = old.query("").split("&code_challenge").next().unwrap().to_owned();
    let plain = async |scene: &mut Scene, changes: &[(&str, &str)]| {
        let location = scene.browser.authorize(&query).await.location();
        let location = if location.contains("/consent") {
            scene.browser.get(&location).await;
            let next = scene.browser.call(&location, &json!({ "decision": "allow" })).await.json();
            scene.browser.get(next["location"].as_str().unwrap()).await
        } else {
            scene.browser.authorize(&query).await
        };
        let code = location.redirected("code").unwrap();
        old.redeem_with(&scene.browser, &code, changes).await
    };
    assert_eq!(plain(&mut scene, &[("code_verifier", "")]).await.status, StatusCode::OK);
    assert_eq!(plain(&mut scene, &[]).await.code(), "invalid_grant", "a verifier without a challenge");
    let neither = [("code_verifier", ""), ("redirect_uri", "")];
    assert_eq!(plain(&mut scene, &neither).await.code(), "invalid_grant", "redirect_uri is missing");
}

#[tokio::test]
async fn a_replayed_code_kills_what_it_gave() {
    let mut scene = Scene::new().await;
    let (a, b) = (scene.app.public_client("a").await, scene.app.public_client("b").await);
    let code = scene.code(&a).await;
    let (token, _) = tokens(&a.redeem(&scene.browser, &code).await);
    assert_eq!(scene.app.userinfo(&token).await.status, StatusCode::OK);
    assert_eq!(b.redeem(&scene.browser, &code).await.code(), "invalid_grant");
    assert_eq!(scene.app.userinfo(&token).await.status, StatusCode::OK, "a stranger kills nothing");
    assert_eq!(a.redeem_with(&scene.browser, &code, &[("code_verifier", "")]).await.code(), "invalid_grant");
    assert_eq!(scene.app.userinfo(&token).await.status, StatusCode::OK, "nor does who lacks the verifier");
    scene.app.advance(30);
    assert_eq!(a.redeem(&scene.browser, &code).await.code(), "invalid_grant");
    assert_eq!(scene.app.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
    assert!(scene.app.audit().await.contains(&"!authorization_code.replayed".to_owned()));
}

#[tokio::test]
async fn a_code_dies_with_its_person_session_and_client() {
    let mut scene = Scene::new().await;
    let client = scene.app.public_client("a").await;
    let user = scene.app.find_user("alice").await;
    let code = scene.code(&client).await;
    scene.app.set_enabled(&user, false).await;
    assert_eq!(client.redeem(&scene.browser, &code).await.code(), "invalid_grant");
    scene.app.set_enabled(&user, true).await;
    let code = scene.code(&client).await;
    let now = scene.app.app.now();
    let store = &scene.app.app.store;
    store.write(async |tx| claviger::store::session::end_all_of_user(tx, user.id, now).await).await.unwrap();
    assert_eq!(client.redeem(&scene.browser, &code).await.code(), "invalid_grant");
    // Another instance switches the client off; this one still has it in its cache, and finds out under lock.
    scene.browser = scene.app.browser();
    scene.browser.sign_in(&mut scene.passkey).await;
    let code = scene.code(&client).await;
    scene.app.second_instance().await.update_client(&client, |client| client.enabled = false).await;
    assert_eq!(client.redeem(&scene.browser, &code).await.code(), "invalid_grant", "disabled elsewhere");
}

#[tokio::test]
async fn es256_and_pairwise_are_the_clients_choice() {
    let mut scene = Scene::new().await;
    let make = |name: &'static str| {
        move |m: &mut claviger::protocol::client_metadata::ClientMetadata| {
            m.token_endpoint_auth_method = Some("none".into());
            m.subject_type = Some("pairwise".into());
            m.id_token_signed_response_alg = Some("ES256".into());
            m.redirect_uris = vec![format!("https://{name}.example/cb")];
        }
    };
    let (a, b) = (scene.app.client("a", make("a"), |_| ()).await, scene.app.client("b", make("b"), |_| ()).await);
    let mut subs = Vec::new();
    for client in [&a, &a, &b] {
        let code = scene.code(client).await;
        let answer = client.redeem(&scene.browser, &code).await;
        let header = answer.json()["id_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
        let header = claviger::crypto::mac::from_base64url(&header).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], "ES256");
        let (token, claims) = tokens(&answer);
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", &*bearer)];
        let info = scene.app.browser().send(Method::GET, "/oauth2/userinfo", &headers, vec![]).await.json();
        assert_eq!(info["sub"], claims["sub"]);
        subs.push((claims["sub"].clone(), claims["sid"].clone()));
    }
    assert_eq!(subs[0], subs[1]);
    assert_ne!(subs[0].0, subs[2].0);
    assert_ne!(subs[0].1, subs[2].1);
}

//! Parameters of an authorization request that change who is asked for what.

use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::harness::{
    Answer, Browser, Registered, SoftPasskey, TestApp,
    client::{payload, text, tokens},
};

struct Scene {
    app: TestApp,
    browser: Browser,
    passkey: SoftPasskey,
    client: Registered,
}

async fn scene() -> Scene {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let mut browser = app.browser();
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    let client = app.confidential_client("a").await;
    Scene { app, browser, passkey, client }
}

fn encoded(value: &Value) -> String {
    url::form_urlencoded::byte_serialize(value.to_string().as_bytes()).collect()
}

impl Scene {
    /// Through all pages; the answer of the token endpoint.
    async fn tokens(&mut self, extra: &str) -> Answer {
        let code = self.browser.code(&self.client, extra, &mut self.passkey).await.redirected("code").unwrap();
        self.client.redeem(&self.browser, &code).await
    }
}

#[tokio::test]
async fn claims_by_name_are_allowed_by_name_and_given_where_they_were_asked() {
    let mut scene = scene().await;
    let asked = json!({
        "userinfo": { "preferred_username": { "essential": true }, "email": null, "unknown": null },
        "id_token": { "name": null, "auth_time": { "essential": true } },
    });
    let answer = scene.tokens(&format!("claims={}", encoded(&asked))).await;
    let (access_token, id_token) = tokens(&answer);
    assert_eq!(text(&answer, "scope"), "openid", "claims are no scopes");
    assert!(id_token["name"].is_string() && id_token["preferred_username"].is_null());
    let claims = scene.app.userinfo(&access_token).await.json();
    assert!(claims["preferred_username"].is_string() && claims["name"].is_null(), "{claims}");
    let silent = scene.browser.authorize(&scene.client.query("prompt=none")).await;
    assert!(silent.redirected("code").is_some());
    let more = json!({ "userinfo": { "phone_number": null } });
    let silent = scene.browser.authorize(&scene.client.query(&format!("prompt=none&claims={}", encoded(&more)))).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("consent_required"), "nobody allowed that");
}

/// What the person sees is what is asked: each claim in a line of its own.
#[tokio::test]
async fn the_consent_page_names_claims_and_offline_access() {
    let mut scene = scene().await;
    let asked = json!({ "userinfo": { "website": null } });
    let extra = format!("scope=openid+offline_access&claims={}", encoded(&asked));
    let location = scene.browser.authorize(&scene.client.query(&extra)).await.location();
    let page = scene.browser.get(&location).await;
    for words in ["Read this about you: website", "Know this while you are away"] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}

#[tokio::test]
async fn a_claim_that_the_client_may_not_have_is_not_asked_for() {
    let mut scene = scene().await;
    let narrow = |client: &mut claviger::protocol::client::Client| {
        client.scopes = claviger::protocol::scope::ScopeSet::parse("openid").unwrap();
    };
    scene.client = scene.app.client("narrow", |_| (), narrow).await;
    let asked = json!({ "userinfo": { "name": { "essential": true } } });
    let (access_token, _) = tokens(&scene.tokens(&format!("claims={}", encoded(&asked))).await);
    assert!(scene.app.userinfo(&access_token).await.json()["name"].is_null());
}

#[tokio::test]
async fn the_hint_decides_who_may_be_answered_for() {
    let mut scene = scene().await;
    let hint = text(&scene.tokens("").await, "id_token");
    let query = |extra: &str| scene.client.query(&format!("id_token_hint={hint}{extra}"));
    let mut alice = scene.browser.clone();
    assert!(alice.authorize(&query("&prompt=none")).await.redirected("code").is_some());
    scene.app.advance(86_400 / 4);
    assert!(alice.authorize(&query("&prompt=none")).await.redirected("code").is_some(), "expired hints are good");
    let (mut bob, mut bobs) = (scene.app.browser(), SoftPasskey::new());
    bob.sign_up("bob", &mut bobs).await;
    let silent = bob.authorize(&query("&prompt=none")).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("login_required"));
    let asked = bob.authorize(&query("")).await;
    assert!(asked.location().contains("/sign-in"), "{}", asked.location());
    let answer = bob.code_after(asked, &scene.client, &mut bobs).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("login_required"), "bob again");
}

#[tokio::test]
async fn a_hint_that_is_not_ours_is_refused() {
    let mut scene = scene().await;
    let answer = scene.tokens("").await;
    let (id_token, access_token) = (text(&answer, "id_token"), text(&answer, "access_token"));
    let (head, rest) = id_token.split_once('.').unwrap();
    let unsigned =
        format!("{}.{}.", claviger::crypto::mac::base64url(br#"{"alg":"none"}"#), rest.split('.').next().unwrap());
    let foreign = {
        let key = super::assertions::key(claviger::protocol::signing_algorithm::SigningAlgorithm::RS256);
        key.sign("JWT", &payload(&id_token)).unwrap()
    };
    let other = scene.app.confidential_client("other").await;
    let bent = format!("{head}.{}", rest.replace('.', "x."));
    for hint in ["x", &*access_token, &unsigned, &foreign, &bent] {
        let answer = scene.browser.authorize(&scene.client.query(&format!("prompt=none&id_token_hint={hint}"))).await;
        assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request"), "{hint:.40}");
    }
    let answer = scene.browser.authorize(&other.query(&format!("prompt=none&id_token_hint={id_token}"))).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_request"), "another client's");
}

#[tokio::test]
async fn an_essential_acr_that_nobody_has_is_told_after_one_more_try() {
    let mut scene = scene().await;
    let asked = |acr: &str| {
        let claims = json!({ "id_token": { "acr": { "essential": true, "values": [acr] } } });
        format!("claims={}", encoded(&claims))
    };
    let (_, id_token) = tokens(&scene.tokens(&asked("phr")).await);
    assert_eq!(id_token["acr"], "phr");
    let started = scene.browser.authorize(&scene.client.query(&asked("phrh"))).await;
    assert!(started.location().contains("/sign-in"));
    let answer = scene.browser.code_after(started, &scene.client, &mut scene.passkey).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("unmet_authentication_requirements"));
    assert_eq!(answer.redirected("state").as_deref(), Some("s"));
}

/// After an enrolment nothing is proved yet: a client that would like more gets the person to show their passkey.
#[tokio::test]
async fn a_liked_acr_is_brought_about() {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let mut browser = app.browser();
    browser.sign_up("alice", &mut passkey).await;
    let client = app.confidential_client("a").await;
    let code = browser.code(&client, "acr_values=phr", &mut passkey).await.redirected("code").unwrap();
    let (_, id_token) = tokens(&client.redeem(&browser, &code).await);
    assert_eq!(id_token["acr"], "phr");
}

#[tokio::test]
async fn prompt_create_leads_to_an_account_where_strangers_may_have_one() {
    let scene = scene().await;
    let location = scene.app.browser().authorize(&scene.client.query("prompt=create")).await.location();
    assert!(location.contains("/sign-up?request="), "{location}");
    let closed = TestApp::with(&[("CLAVIGER_REGISTRATION__SIGN_UP", "closed")]).await;
    let client = closed.confidential_client("a").await;
    let location = closed.browser().authorize(&client.query("prompt=create")).await.location();
    assert!(location.contains("/sign-in?request="), "{location}");
}

/// A new account that does not prove enough shows its passkey once more; it is not followed by another account.
#[tokio::test]
async fn prompt_create_makes_one_account() {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let client = app.confidential_client("a").await;
    let mut browser = app.browser();
    let claims = json!({ "id_token": { "acr": { "essential": true, "values": ["phr"] } } });
    let query = client.query(&format!("prompt=create&claims={}", encoded(&claims)));
    let location = browser.authorize(&query).await.location();
    let request = location.split("request=").nth(1).unwrap().to_owned();
    browser.get(&location).await;
    let asked = json!({ "sign_up": { "username": "new", "display_name": "New" }, "request": request });
    let registered = browser.register(&asked, &mut passkey).await;
    assert_eq!(registered.status, StatusCode::OK, "{}", registered.body);
    let resumed = browser.get(registered.json()["location"].as_str().unwrap()).await;
    assert!(resumed.location().contains("/sign-in?request="), "{}", resumed.location());
    let answer = browser.code_after(resumed, &client, &mut passkey).await;
    assert!(answer.redirected("code").is_some(), "{}", answer.location());
}

/// What JSON can say and a database can't store is a bad request, not our fault.
#[tokio::test]
async fn a_nul_inside_claims_is_refused() {
    let mut scene = scene().await;
    for claims in [r#"{"id_token":{"acr":{"value":"a\u0000"}}}"#, r#"{"id_token":{"a\u0000":null}}"#] {
        let encoded: String = url::form_urlencoded::byte_serialize(claims.as_bytes()).collect();
        let query = scene.client.query(&format!("prompt=login&claims={encoded}"));
        assert_eq!(scene.browser.authorize(&query).await.redirected("error").as_deref(), Some("invalid_request"));
    }
}

#[tokio::test]
async fn the_registered_age_counts_where_a_request_names_none() {
    let mut scene = scene().await;
    let metadata = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.default_max_age = Some(60);
    };
    scene.client = scene.app.client("young", metadata, |client| client.require_consent = false).await;
    assert!(scene.browser.authorize(&scene.client.query("prompt=none")).await.redirected("code").is_some());
    scene.app.advance(61);
    let old = scene.browser.authorize(&scene.client.query("prompt=none")).await;
    assert_eq!(old.redirected("error").as_deref(), Some("login_required"));
    let named = scene.browser.authorize(&scene.client.query("prompt=none&max_age=1000")).await;
    assert!(named.redirected("code").is_some());
}

#[tokio::test]
async fn userinfo_is_signed_for_those_who_registered_it() {
    let mut scene = scene().await;
    let metadata = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.userinfo_signed_response_alg = Some("ES256".into());
    };
    scene.client = scene.app.client("signed", metadata, |_| ()).await;
    let (access_token, id_token) = tokens(&scene.tokens("scope=openid+profile").await);
    let answer = scene.app.userinfo(&access_token).await;
    assert_eq!((answer.status, answer.header("content-type").as_deref()), (StatusCode::OK, Some("application/jwt")));
    let claims = payload(&answer.body);
    assert_eq!((&claims["sub"], &claims["iss"]), (&id_token["sub"], &scene.app.issuer().into()));
    assert_eq!(claims["aud"], scene.client.client_id);
    assert!(claims["nonce"].is_null() && claims["name"].is_string());
    // It is no ID token: nobody can use it as a hint.
    let hint = scene.client.query(&format!("prompt=none&id_token_hint={}", answer.body));
    assert_eq!(scene.browser.authorize(&hint).await.redirected("error").as_deref(), Some("invalid_request"));
}

/// The page of whoever is named is the page of anybody: only the request and the proof of the page differ.
#[tokio::test]
async fn a_login_hint_tells_nobody_who_is_here() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    app.user("alice").await;
    let mut pages = Vec::new();
    for hint in ["alice", "nobody", "alice%40example.org"] {
        let mut browser = app.browser();
        let location = browser.authorize(&client.query(&format!("login_hint={hint}"))).await.location();
        let request = location.split("request=").nth(1).unwrap().to_owned();
        let page = browser.get(&location).await;
        pages.push(page.body.replace(&request, "R").replace(&browser.csrf, "C"));
    }
    assert!(pages[0].contains("data-request=\"R\""), "{}", pages[0]);
    assert!(pages.iter().all(|page| *page == pages[0]));
}

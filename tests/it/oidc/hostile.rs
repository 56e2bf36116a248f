//! Attacks that other providers fell for, against the protocol's endpoints.

use poem::http::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use crate::harness::{Answer, Browser, Registered, SoftPasskey, TestApp, client::tokens, database};

async fn signed_in(app: &TestApp) -> (Browser, SoftPasskey) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    (browser, passkey)
}

/// Codes have no parts that could be exchanged: one that was bent is none, and costs the whole one nothing.
#[tokio::test]
async fn bent_codes_are_no_codes() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let mut code = async || browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let (a, b) = (code().await, code().await);
    let half = a.len() / 2;
    let flipped: String =
        a.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    for bent in [
        format!("{}{}", &a[..half], &b[half..]),
        a[..a.len() - 1].to_owned(),
        format!("{a}A"),
        flipped,
        a.replace("clv_ac_", "clv_at_"),
        String::new(),
    ] {
        let refused = client.redeem(&app.browser(), &bent).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{bent}");
    }
    for whole in [a, b] {
        assert_eq!(client.redeem(&app.browser(), &whole).await.status, StatusCode::OK);
    }
}

/// What is no longer allowed opens nothing: neither a token that was given, nor a code that waits.
#[tokio::test]
async fn a_consent_that_shrinks_takes_what_hangs_on_it() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let scope = "scope=openid+profile";
    let code = browser.code(&client, scope, &mut passkey).await.redirected("code").unwrap();
    let (token, _) = tokens(&client.redeem(&browser, &code).await);
    let waiting = browser.code(&client, scope, &mut passkey).await.redirected("code").unwrap();
    let page = browser.authorize(&client.query("scope=openid+profile&prompt=consent")).await.location();
    browser.get(&page).await;
    let decided = browser.call(&page, &json!({ "decision": "allow", "scopes": [] })).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.body);
    browser.get(decided.json()["location"].as_str().unwrap()).await;
    assert_eq!(app.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.redeem(&browser, &waiting).await.code(), "invalid_grant");
}

/// Nothing is called done that was not written.
#[tokio::test]
async fn a_sign_out_that_was_not_written_is_not_said() {
    if database::postgres().is_some() {
        return;
    }
    let app = TestApp::new().await;
    let (mut browser, _) = signed_in(&app).await;
    let page = browser.open("/oauth2/logout").await;
    let sealed = page.body.split("data-logout=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = json!({ "logout": sealed, "decision": "sign_out" });
    let other = Database::connect(app.url()).await.unwrap();
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let refused = browser.clone().call("/oauth2/logout/confirm", &body).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    other.execute_unprepared("COMMIT").await.unwrap();
    assert_eq!(browser.clone().open("/account").await.status, StatusCode::OK, "the session lives");
    let before = browser.clone();
    assert_eq!(browser.call("/oauth2/logout/confirm", &body).await.status, StatusCode::OK);
    assert_ne!(before.clone().open("/account").await.status, StatusCode::OK);
}

/// RFC 7009 2.2.1: a token that lives on is not said to be dead.
#[tokio::test]
async fn a_revocation_that_was_not_written_is_not_said() {
    if database::postgres().is_some() {
        return;
    }
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let (token, _) = tokens(&client.redeem(&browser, &code).await);
    let other = Database::connect(app.url()).await.unwrap();
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let refused = client.post(&app, "/oauth2/revoke", &[("token", &token)]).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.header("retry-after").is_some());
    other.execute_unprepared("COMMIT").await.unwrap();
    assert_eq!(app.userinfo(&token).await.status, StatusCode::OK, "the token lives");
    assert_eq!(client.post(&app, "/oauth2/revoke", &[("token", &token)]).await.status, StatusCode::OK);
    assert_eq!(app.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
}

/// A way back in ends whatever somebody else may have opened, and says so.
#[tokio::test]
async fn recovery_kills_tokens_and_is_audited() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let (token, _) = tokens(&client.redeem(&browser, &code).await);
    let alice = app.find_user("alice").await;
    let link = app.link(&alice, claviger::store::enrollment_link::Kind::Recovery).await;
    let answer = app.browser().enroll(&link, &mut SoftPasskey::new()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(app.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
    assert!(app.audit().await.contains(&"session.all_revoked".to_owned()));
}

#[tokio::test]
async fn a_disabled_persons_attempt_is_audited() {
    let app = TestApp::new().await;
    let (_, mut passkey) = signed_in(&app).await;
    app.set_enabled(&app.find_user("alice").await, false).await;
    assert_eq!(app.browser().sign_in(&mut passkey).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.audit().await.last().unwrap(), "!session.authenticated");
}

/// A loopback redirect may differ in its port, and in nothing else.
#[tokio::test]
async fn loopback_is_a_port_and_nothing_more() {
    let app = TestApp::new().await;
    let native = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("none".to_owned());
        metadata.redirect_uris = vec!["http://127.0.0.1/cb".to_owned()];
    };
    let client = app.client("n", native, |_| ()).await;
    let at = |uri: &str| Registered { redirect_uri: uri.to_owned(), ..client.clone() };
    let ask = async |uri: &str| app.browser().authorize(&at(uri).query("")).await;
    assert_eq!(ask("http://127.0.0.1:54321/cb").await.status, StatusCode::SEE_OTHER);
    for bad in [
        "http://localhost/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://127.0.0.1.evil.example/cb",
        "http://127.0.0.1:1@evil.example/cb",
        "http://127.0.0.1:54321/cb/",
        "http://127.0.0.1:54321/cb?x=1",
        "https://127.0.0.1/cb",
    ] {
        let refused = ask(bad).await;
        assert_eq!((refused.status, refused.header("location")), (StatusCode::BAD_REQUEST, None), "{bad}");
    }
}

/// The token endpoint reads its form and nothing else.
#[tokio::test]
async fn parameters_in_the_query_are_not_the_forms() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let path = format!("/oauth2/token?grant_type=authorization_code&code={code}&client_id={}", client.client_id);
    let refused = app.browser().form(&path, &[], &[]).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
    assert_eq!(client.redeem(&browser, &code).await.status, StatusCode::OK);
    for method in [Method::GET, Method::PUT] {
        let answer = app.browser().send(method, "/oauth2/token", &[], vec![]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

/// What is long or many is refused before anything is done with it.
#[tokio::test]
async fn endless_values_are_refused() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    for (name, limit) in [("state", 2048), ("nonce", 512), ("login_hint", 512), ("ui_locales", 512), ("claims", 8192)] {
        let query = client.query("").replace("&state=s", "").replace("&nonce=n", "");
        let ask =
            async |length: usize| app.browser().authorize(&format!("{query}&{name}={}", "x".repeat(length))).await;
        let redirected = |answer: &Answer| answer.location().starts_with(&client.redirect_uri);
        assert!(redirected(&ask(limit + 1).await), "{name}");
        assert_eq!(ask(limit + 1).await.redirected("error").unwrap(), "invalid_request", "{name}");
    }
    let scopes = "a+".repeat(20_000);
    let form = [("scope", scopes.as_str()), ("client_id", &client.client_id)];
    assert_eq!(app.browser().form("/oauth2/authorize", &form, &[]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// Confidential clients need PKCE too, unless an operator said otherwise.
#[tokio::test]
async fn without_a_code_challenge_nobody_goes_on() {
    let app = TestApp::new().await;
    for client in [app.confidential_client("a").await, app.public_client("b").await] {
        let query = client.query("").split("&code_challenge=").next().unwrap().to_owned();
        let refused = app.browser().authorize(&query).await;
        assert_eq!(refused.redirected("error").unwrap(), "invalid_request");
        assert_eq!(refused.redirected("iss").unwrap(), app.issuer());
    }
}

#[tokio::test]
async fn what_is_advertised_is_the_code_flow_and_tokens_are_never_kept() {
    let app = TestApp::new().await;
    let document = app.browser().open("/.well-known/openid-configuration").await.json();
    assert_eq!(document["response_types_supported"], json!(["code"]));
    let grants = json!(["authorization_code", "refresh_token", "client_credentials"]);
    assert_eq!(document["grant_types_supported"], grants, "no implicit, no password");
    assert_eq!(document["response_modes_supported"], json!(["query", "fragment", "form_post"]));
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    assert_eq!(answer.header("cache-control").unwrap(), "no-store");
    for (grant_type, code) in [
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("client_credentials", "unauthorized_client"),
    ] {
        let fields = [("grant_type", grant_type), ("client_id", &client.client_id), ("username", "alice")];
        assert_eq!(app.browser().form("/oauth2/token", &fields, &[]).await.code(), code, "{grant_type}");
    }
}

/// State is the app's: through a sign-in and a stored request it comes back byte for byte.
#[tokio::test]
async fn state_survives_the_whole_way() {
    let app = TestApp::new().await;
    let (mut browser, _) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let state = "a b+c&d=e%00f/ü%25\"'<>";
    let encoded: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
    let query = client.query("prompt=consent").replace("state=s", &format!("state={encoded}"));
    let page = browser.authorize(&query).await.location();
    browser.get(&page).await;
    let decided = browser.call(&page, &json!({ "decision": "allow" })).await;
    let answer = browser.get(decided.json()["location"].as_str().unwrap()).await;
    assert_eq!(answer.redirected("state").unwrap(), state);
}

/// Trying to be somebody's app leaves a line; trying to be nobody's leaves none, and tries are counted.
#[tokio::test]
async fn attempts_to_be_a_known_client_are_audited() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__CEREMONIES_PER_ADDRESS", "3")]).await;
    let client = app.confidential_client("a").await;
    let wrong = "clv_cs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let attempt = async |client_id: &str| {
        let fields = [("grant_type", "authorization_code"), ("client_id", client_id), ("client_secret", wrong)];
        app.browser().form("/oauth2/token", &fields, &[]).await.status
    };
    assert_eq!(attempt("nobody").await, StatusCode::UNAUTHORIZED);
    assert_eq!(app.audit().await.len(), 0);
    for _ in 0..3 {
        assert_eq!(attempt(&client.client_id).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(attempt(&client.client_id).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(app.audit().await, ["!client.authenticated"; 3]);
}

/// Addresses made to keep a parser busy, at the request and at the registration.
#[tokio::test]
async fn monstrous_redirect_uris_are_refused() {
    let app = TestApp::with(&[("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open")]).await;
    let client = app.public_client("a").await;
    let left_out: Vec<_> = client.query("").split('&').map(str::to_owned).collect();
    let left_out = left_out.into_iter().filter(|part| !part.starts_with("redirect_uri")).collect::<Vec<_>>().join("&");
    for uri in [
        format!("http://[{}]/", ":".repeat(4_000)),
        format!("http://[{}]/", "1:".repeat(2_500)),
        format!("{}/{}", client.redirect_uri, "a".repeat(10_000)),
        format!("https://{}a.example/cb", "a@".repeat(2_500)),
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
        let refused = app.browser().authorize(&format!("{left_out}&redirect_uri={encoded}")).await;
        assert_eq!((refused.status, refused.header("location")), (StatusCode::BAD_REQUEST, None), "{uri:.40}");
        let body = json!({ "redirect_uris": [uri] }).to_string().into_bytes();
        let headers = [("content-type", "application/json")];
        let refused = app.browser().send(Method::POST, "/oauth2/register", &headers, body).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::BAD_REQUEST, "invalid_redirect_uri"),
            "{uri:.40}"
        );
    }
}

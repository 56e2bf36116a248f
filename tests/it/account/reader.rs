//! An app that may read somebody's account, by `account:read`: an administrator lets it ask, and people are asked each time.

use claviger::protocol::scope::{ACCOUNT_READ, ScopeSet};
use poem::http::{Method, StatusCode};
use serde_json::json;

use super::alice;
use crate::harness::{
    Answer, Browser, Registered, SoftPasskey, TestApp,
    client::{text, tokens},
};

const API: &str = "http%3A%2F%2Flocalhost%3A8080%2Fapi%2Faccount%2Fv1";
const READS: [&str; 5] = ["/profile", "/passkeys", "/sessions", "/apps", "/activity"];

async fn reader(app: &TestApp) -> Registered {
    let scopes = ScopeSet::parse(&format!("openid profile offline_access {ACCOUNT_READ}")).unwrap();
    app.client("dashboard", |_| (), |client| client.scopes = scopes).await
}

async fn read(app: &TestApp, token: &str, path: &str) -> Answer {
    let path = format!("/api/account/v1{path}");
    app.browser().send(Method::GET, &path, &[("authorization", &format!("Bearer {token}"))], vec![]).await
}

async fn token(browser: &mut Browser, client: &Registered, extra: &str, passkey: &mut SoftPasskey) -> String {
    let code = browser.code(client, extra, passkey).await.redirected("code").unwrap();
    text(&client.redeem(browser, &code).await, "access_token")
}

#[tokio::test]
async fn a_token_for_the_api_reads_and_does_nothing_else() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = reader(&app).await;
    let asked = format!("scope=openid+account%3Aread&resource={API}");
    let code = browser.code(&client, &asked, &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    assert_eq!(answer.json()["scope"], "account:read");
    let token = text(&answer, "access_token");
    for path in READS {
        let answer = read(&app, &token, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    }
    assert_eq!(read(&app, &token, "/profile").await.json()["username"], "alice");
    assert!(read(&app, &token, "/passkeys").await.json()[0]["is_current"] == false, "a token is no session");
    assert_eq!(app.userinfo(&token).await.status, StatusCode::UNAUTHORIZED, "it is for the API alone");
    let writes = [(Method::PUT, "/profile"), (Method::POST, "/export"), (Method::DELETE, "/sessions")];
    for (method, path) in writes {
        let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
        let answer = app.browser().send(method, &format!("/api/account/v1{path}"), &headers, b"{}".to_vec()).await;
        assert_eq!(answer.code(), "csrf_failed", "{path}");
    }
    // What was allowed is taken back in the portal.
    browser.open("/account/apps").await;
    let withdrawn = browser.portal(Method::DELETE, &format!("/apps/{}", client.client_id), &json!({}), None).await;
    assert_eq!(withdrawn.status, StatusCode::NO_CONTENT);
    let refused = read(&app, &token, "/profile").await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::UNAUTHORIZED, "invalid_token"));
    assert_eq!(refused.header("www-authenticate").as_deref(), Some("Bearer error=\"invalid_token\""));
}

/// Whatever else a token is for, it is not for this; and whoever shows one is judged by it, whatever cookie comes along.
#[tokio::test]
async fn other_tokens_open_nothing() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = reader(&app).await;
    let unnamed = token(&mut browser, &client, "scope=openid+account%3Aread", &mut passkey).await;
    assert_eq!(read(&app, &unnamed, "/profile").await.code(), "invalid_token");
    assert_eq!(app.userinfo(&unnamed).await.status, StatusCode::OK);
    let lacking = token(&mut browser, &client, &format!("scope=openid+profile&resource={API}"), &mut passkey).await;
    let refused = read(&app, &lacking, "/profile").await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "insufficient_scope"));
    for bad in ["", "x", "clv_at_x"] {
        let headers = [("authorization", &*format!("Bearer {bad}"))];
        let answer = browser.send(Method::GET, "/api/account/v1/profile", &headers, vec![]).await;
        assert_eq!(answer.code(), "invalid_token", "{bad}");
    }
    let basic = browser.send(Method::GET, "/api/account/v1/profile", &[("authorization", "Basic eDp4")], vec![]).await;
    assert_eq!(basic.code(), "invalid_token");
    // A client of its own name is nobody.
    let fields = [("grant_type", "client_credentials"), ("resource", "http://localhost:8080/api/account/v1")];
    assert_ne!(client.post(&app, "/oauth2/token", &fields).await.status, StatusCode::OK);
    // An operator takes the right away.
    let asked = format!("scope=openid+account%3Aread&resource={API}");
    let good = token(&mut browser, &client, &asked, &mut passkey).await;
    app.update_client(&client, |client| client.scopes = ScopeSet::parse("openid").unwrap()).await;
    assert_eq!(read(&app, &good, "/profile").await.code(), "insufficient_scope");
}

/// Consent to it is never taken as read, not even of an app of the house.
#[tokio::test]
async fn people_are_asked_each_time() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = reader(&app).await;
    let asked = format!("scope=openid+account%3Aread&resource={API}");
    token(&mut browser, &client, &asked, &mut passkey).await;
    let again = browser.authorize(&client.query(&asked)).await.location();
    assert!(again.starts_with("/interaction/"), "{again}");
    assert!(browser.get(&again).await.body.contains("Read your account here"));
    let silent = browser.authorize(&client.query(&format!("{asked}&prompt=none"))).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("consent_required"));
    app.update_client(&client, |client| client.require_consent = false).await;
    assert!(browser.authorize(&client.query(&asked)).await.location().starts_with("/interaction/"));
    let plain = browser.authorize(&client.query("scope=openid")).await;
    assert!(plain.redirected("code").is_some(), "what is no such thing is remembered");
}

#[tokio::test]
async fn nobody_registers_it_for_themselves() {
    let app = TestApp::with(&[("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open")]).await;
    let metadata = json!({ "redirect_uris": ["https://a.example/cb"], "scope": "openid account:read" });
    let headers = [("content-type", "application/json")];
    let body = metadata.to_string().into_bytes();
    let refused = app.browser().send(Method::POST, "/oauth2/register", &headers, body).await;
    assert_eq!(refused.code(), "invalid_client_metadata");
    let plain = app.public_client("plain").await;
    let (mut browser, _) = alice(&app).await;
    let refused = browser.authorize(&plain.query(&format!("scope=openid+account%3Aread&resource={API}"))).await;
    assert!(["invalid_scope", "invalid_target"].contains(&&*refused.redirected("error").unwrap()));
}

/// It goes on while the person is away, where they allowed that too, and dies with their sessions.
#[tokio::test]
async fn refreshing_keeps_to_the_api() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = reader(&app).await;
    let asked = format!("scope=openid+offline_access+account%3Aread&prompt=consent&resource={API}");
    let code = browser.code(&client, &asked, &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    tokens(&answer);
    let refreshed = client.refresh(&app, &text(&answer, "refresh_token"), &[]).await;
    assert_eq!(read(&app, &text(&refreshed, "access_token"), "/profile").await.status, StatusCode::OK);
}

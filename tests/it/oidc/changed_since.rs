//! Clients whose registration changed while something of theirs was under way.

use claviger::protocol::{client::Client, scope::ScopeSet};
use poem::http::StatusCode;
use serde_json::json;

use crate::harness::{Answer, Browser, Registered, SoftPasskey, TestApp, client::text};

async fn scene() -> (TestApp, Browser, SoftPasskey, Registered) {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let mut browser = app.browser();
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    let client = app.confidential_client("a").await;
    (app, browser, passkey, client)
}

/// The answer to the consent page's decision, after the client changed.
async fn resumed(change: impl FnOnce(&mut Client)) -> Answer {
    let (app, mut browser, _, client) = scene().await;
    let page = browser.authorize(&client.query("scope=openid+email")).await.location();
    browser.get(&page).await;
    app.update_client(&client, change).await;
    browser.call(&page, &json!({ "decision": "allow" })).await;
    let request = page.split('/').nth(2).unwrap();
    browser.open(&format!("/oauth2/authorize/{request}")).await
}

#[tokio::test]
async fn a_request_that_is_open_to_the_client_no_more_is_over() {
    let moved = resumed(|client| client.redirect_uris = vec!["https://b.example/cb".to_owned()]).await;
    assert_eq!(moved.status, StatusCode::GONE, "{}", moved.body);
    let narrowed = resumed(|client| client.scopes = ScopeSet::parse("openid").unwrap()).await;
    assert_eq!(narrowed.status, StatusCode::GONE, "{}", narrowed.body);
    let retyped = resumed(|client| client.details.response_types.clear()).await;
    assert_eq!(retyped.status, StatusCode::GONE, "{}", retyped.body);
    let same = resumed(|client| client.client_name = "Renamed".to_owned()).await;
    assert!(same.redirected("code").is_some(), "{}", same.body);
}

#[tokio::test]
async fn a_scope_that_was_taken_away_is_given_no_more() {
    let (app, mut browser, mut passkey, client) = scene().await;
    let extra = "scope=openid+email+profile+offline_access";
    let narrow = async |scopes: &str| {
        app.update_client(&client, |client| client.scopes = ScopeSet::parse(scopes).unwrap()).await;
    };
    let first = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let second = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    narrow("openid profile offline_access").await;
    let answer = client.redeem(&browser, &first).await;
    assert_eq!(text(&answer, "scope"), "offline_access openid profile");
    narrow("openid email profile offline_access").await;
    let token = text(&client.redeem(&browser, &second).await, "refresh_token");
    narrow("openid offline_access").await;
    let refused = client.refresh(&app, &token, &[("scope", "openid email")]).await;
    assert_eq!(refused.code(), "invalid_scope");
    let answer = client.refresh(&app, &token, &[]).await;
    assert_eq!(text(&answer, "scope"), "offline_access openid");
    let next = text(&answer, "refresh_token");
    narrow("openid").await;
    assert_eq!(client.refresh(&app, &next, &[]).await.code(), "invalid_grant", "it may not act while nobody is there");
}

/// UserInfo too tells only what the client may still have, and a client that must prove itself now is not let off.
#[tokio::test]
async fn tokens_tell_what_the_client_may_still_have() {
    let (app, mut browser, mut passkey, client) = scene().await;
    let code = browser.code(&client, "scope=openid+profile", &mut passkey).await.redirected("code").unwrap();
    let token = text(&client.redeem(&browser, &code).await, "access_token");
    assert!(app.userinfo(&token).await.json()["name"].is_string());
    app.update_client(&client, |client| client.scopes = ScopeSet::parse("openid").unwrap()).await;
    assert!(app.userinfo(&token).await.json().get("name").is_none());
    let relaxed = app.client("relaxed", |_| (), |client| client.require_pkce = false).await;
    let without = relaxed.query("").replace("code_challenge", "x_challenge");
    let page = browser.authorize(&without).await.location();
    browser.get(&page).await;
    app.update_client(&relaxed, |client| client.require_pkce = true).await;
    let refused = browser.call(&page, &json!({ "decision": "allow" })).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "{}", refused.body);
}

//! Consent: asked, remembered, denied, by fetch.

use poem::http::StatusCode;
use serde_json::json;

use crate::harness::{Browser, SoftPasskey, TestApp};

async fn asked(app: &TestApp, scope: &str) -> (Browser, crate::harness::Registered, String) {
    let client = app.public_client("a").await;
    let mut browser = app.browser();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    let location = browser.authorize(&client.query(&format!("scope={scope}"))).await.location();
    (browser, client, location)
}

#[tokio::test]
async fn the_page_names_app_host_scopes_and_person() {
    let app = TestApp::new().await;
    let (mut browser, _, location) = asked(&app, "openid+profile+email").await;
    let page = browser.get(&location).await;
    for text in ["a.example", "Know that it is you", "Read your name and profile", "alice Example", "Not you?"] {
        assert!(page.body.contains(text), "{text}");
    }
    assert!(!page.body.contains("<form"), "no form is ever submitted towards a redirect");
}

#[tokio::test]
async fn denial_goes_back_to_the_app_once() {
    let app = TestApp::new().await;
    let (mut browser, client, location) = asked(&app, "openid").await;
    browser.get(&location).await;
    let answer = browser.call(&location, &json!({ "decision": "deny" })).await.json();
    let resume = answer["location"].as_str().unwrap().to_owned();
    let back = browser.get(&resume).await;
    assert!(back.location().starts_with(&client.redirect_uri));
    assert_eq!(back.redirected("error").as_deref(), Some("access_denied"));
    assert_eq!(back.redirected("state").as_deref(), Some("s"));
    assert_eq!(browser.get(&resume).await.status, StatusCode::GONE);
    assert!(app.audit().await.contains(&"!consent.decided".to_owned()));
    let again = browser.authorize(&client.query("")).await;
    assert!(again.location().contains("/consent"), "a denial is not remembered");
}

#[tokio::test]
async fn part_of_it_may_be_allowed_and_is_remembered() {
    let app = TestApp::new().await;
    let (mut browser, client, location) = asked(&app, "openid+profile+email").await;
    browser.get(&location).await;
    let body = json!({ "decision": "allow", "scopes": ["profile", "admin"] });
    let resume = browser.call(&location, &body).await.json()["location"].as_str().unwrap().to_owned();
    let code = browser.get(&resume).await.redirected("code").unwrap();
    assert_eq!(client.redeem(&browser, &code).await.json()["scope"], "openid profile");
    let again = browser.authorize(&client.query("scope=openid+profile+email&prompt=none")).await;
    let code = again.redirected("code").unwrap();
    assert_eq!(client.redeem(&browser, &code).await.json()["scope"], "openid profile");
}

#[tokio::test]
async fn a_decision_needs_the_session_and_the_browser() {
    let app = TestApp::new().await;
    let (mut browser, _, location) = asked(&app, "openid").await;
    let mut stranger = app.browser();
    stranger.sign_up("mallory", &mut SoftPasskey::new()).await;
    stranger.open("/account").await;
    assert_eq!(stranger.call(&location, &json!({ "decision": "allow" })).await.status, StatusCode::NOT_FOUND);
    browser.get(&location).await;
    let user = app.find_user("alice").await;
    app.set_enabled(&user, false).await;
    assert_eq!(browser.call(&location, &json!({ "decision": "allow" })).await.code(), "session_required");
    app.set_enabled(&user, true).await;
    for bad in [json!({}), json!({ "decision": "maybe" }), json!([]), json!(["allow", null])] {
        assert_eq!(browser.call(&location, &bad).await.code(), "invalid_request");
    }
}

/// Alice's decision is not Bob's, though both use this browser.
#[tokio::test]
async fn a_decision_counts_for_the_person_who_made_it() {
    let app = TestApp::new().await;
    let (mut browser, _, location) = asked(&app, "openid").await;
    browser.get(&location).await;
    let resume = browser.call(&location, &json!({ "decision": "allow" })).await.json()["location"].clone();
    let mut bob = SoftPasskey::new();
    app.browser().sign_up("bob", &mut bob).await;
    browser.sign_in(&mut bob).await;
    let next = browser.get(resume.as_str().unwrap()).await;
    assert!(next.location().contains("/consent"), "{}", next.location());
}

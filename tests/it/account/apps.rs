//! Apps: what they may, and taking it back; what happened, in words.

use claviger::audit::Event;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::alice;
use crate::harness::{SoftPasskey, TestApp, client::text};

#[tokio::test]
async fn withdrawn_consent_kills_tokens_and_is_asked_again() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = app.confidential_client("shop").await;
    let extra = "scope=openid+email+offline_access";
    let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    let (access, refresh) = (text(&answer, "access_token"), text(&answer, "refresh_token"));
    let page = browser.open("/account/apps").await.body;
    assert!(page.contains("shop") && page.contains("Read your e-mail address"), "{page}");
    let listed = browser.portal(Method::GET, "/apps", &Value::Null, None).await.json();
    assert_eq!(listed[0]["scope"], "email offline_access openid");
    assert!(listed[0]["last_used_at"].is_string());
    let path = format!("/apps/{}", client.client_id);
    let gone = browser.portal(Method::DELETE, &path, &json!({}), None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    assert_eq!(app.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.refresh(&app, &refresh, &[]).await.code(), "invalid_grant");
    let silent = browser.authorize(&client.query("prompt=none&scope=openid+email")).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("consent_required"));
    assert_eq!(browser.portal(Method::DELETE, &path, &json!({}), None).await.code(), "not_found");
    assert!(browser.open("/account/apps").await.body.contains("not allowed any app"));
}

/// What one person withdraws is another's still.
#[tokio::test]
async fn a_withdrawal_is_ones_own() {
    let app = TestApp::new().await;
    let client = app.confidential_client("shop").await;
    let (mut browser, mut passkey) = alice(&app).await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let token = text(&client.redeem(&browser, &code).await, "access_token");
    let mut bob = app.browser();
    bob.sign_up("bob", &mut SoftPasskey::new()).await;
    bob.open("/account/apps").await;
    let path = format!("/apps/{}", client.client_id);
    assert_eq!(bob.portal(Method::DELETE, &path, &json!({}), None).await.code(), "not_found");
    assert_eq!(app.userinfo(&token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn activity_is_ones_own_and_in_words() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__ENABLED", "false")]).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let mut bob = app.browser();
    bob.sign_up("bob", &mut SoftPasskey::new()).await;
    for _ in 0..30 {
        browser.sign_in(&mut passkey).await;
        browser.open("/account").await;
        browser.stepped_up("export", None, &mut passkey).await;
    }
    let page = browser.open("/account/activity").await.body;
    assert!(page.contains("Sign-in with a passkey") && page.contains("before="), "{page}");
    let first = browser.portal(Method::GET, "/activity", &Value::Null, None).await.json();
    let last = first[49]["id"].as_str().unwrap();
    let older = browser.portal(Method::GET, &format!("/activity?before={last}"), &Value::Null, None).await.json();
    let oldest = older.as_array().unwrap().last().unwrap();
    assert_eq!(oldest["event"], "user.created");
    assert!(older.as_array().unwrap().iter().all(|line| line["id"].as_str() < Some(last)));
    let bobs = bob.portal(Method::GET, "/activity", &Value::Null, None).await.json();
    assert!(bobs.as_array().unwrap().len() <= 3, "{bobs}");
}

/// Every event that can be somebody's own has its words.
#[test]
fn every_event_about_a_person_has_words() {
    let words = claviger::words::Words::load().choose(None, None);
    let of_nobody = [
        "server.",
        "signing_key.",
        "data_keys.",
        "client.",
        "resource.",
        "registration_token.",
        "client_credentials.",
        "group.created",
        "group.updated",
        "group.deleted",
        "webhook.",
        "sign_up_token.",
        "settings.",
    ];
    for event in Event::ALL.iter().map(|event| event.as_str()) {
        let id = format!("event-{}", event.replace(['.', '_'], "-"));
        let is_told = words.text(&id) != id;
        assert!(is_told || of_nobody.iter().any(|prefix| event.starts_with(prefix)), "{id} has no words");
    }
}

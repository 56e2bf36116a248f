//! Sessions: seen, and ended with everything that came from them.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{alice, elsewhere, ids};
use crate::harness::{SoftPasskey, TestApp, client::text};

#[tokio::test]
async fn another_session_is_ended_with_its_tokens() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = app.confidential_client("a").await;
    let mut elsewhere = elsewhere(&app, &mut passkey).await;
    let extra = "scope=openid+offline_access";
    let code = elsewhere.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&elsewhere, &code).await;
    let (access, refresh) = (text(&answer, "access_token"), text(&answer, "refresh_token"));
    let listed = browser.portal(Method::GET, "/sessions", &Value::Null, None).await.json();
    assert_eq!((&listed[0]["is_current"], &listed[1]["apps"]), (&json!(true), &json!(["a"])));
    assert!(browser.open("/account/sessions").await.body.contains("This browser"));
    let path = format!("/sessions/{}", listed[1]["id"].as_str().unwrap());
    let ended = browser.portal(Method::DELETE, &path, &json!({}), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.body);
    assert_eq!(elsewhere.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.refresh(&app, &refresh, &[]).await.code(), "invalid_grant", "the offline family too");
    assert_eq!(browser.portal(Method::DELETE, &path, &json!({}), None).await.code(), "not_found");
}

#[tokio::test]
async fn all_others_end_and_this_one_stays() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    for _ in 0..3 {
        app.browser().sign_in(&mut passkey).await;
    }
    assert_eq!(ids(&mut browser, "/sessions").await.len(), 4);
    browser.open("/account/sessions").await;
    assert_eq!(browser.portal(Method::DELETE, "/sessions", &json!({}), None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ids(&mut browser, "/sessions").await.len(), 1);
}

/// However it ends: by signing out, from another session, with the account.
#[tokio::test]
async fn what_ended_here_is_over_on_every_instance() {
    let a = TestApp::new().await;
    let (mut here, mut passkey) = alice(&a).await;
    let client = a.confidential_client("a").await;
    let b = a.second_instance().await;
    b.app.refresh().await.unwrap();
    for way in ["sign-out", "others", "disabled"] {
        let mut there = elsewhere(&b, &mut passkey).await;
        let code = there.code(&client, "", &mut passkey).await.redirected("code").unwrap();
        let token = text(&client.redeem(&there, &code).await, "access_token");
        assert_eq!(b.userinfo(&token).await.status, StatusCode::OK);
        match way {
            "sign-out" => {
                let mut same = there.on(&a);
                let page = same.open("/oauth2/logout").await.body;
                let logout = page.split("data-logout=\"").nth(1).unwrap().split('"').next().unwrap();
                let body = json!({ "logout": logout, "decision": "sign_out" });
                assert_eq!(same.call("/oauth2/logout/confirm", &body).await.status, StatusCode::OK);
            }
            "others" => {
                here.open("/account/sessions").await;
                let ended = here.portal(Method::DELETE, "/sessions", &json!({}), None).await;
                assert_eq!(ended.status, StatusCode::NO_CONTENT);
            }
            _ => a.set_enabled(&a.find_user("alice").await, false).await,
        }
        assert_eq!(there.open("/account").await.status, StatusCode::SEE_OTHER, "{way}");
        assert_eq!(b.userinfo(&token).await.status, StatusCode::UNAUTHORIZED, "{way}");
        let told = client.post(&b, "/oauth2/introspect", &[("token", &token)]).await;
        assert_eq!(told.json(), json!({ "active": false }), "{way}");
    }
}

/// Families outlive the session that they came from, but not this.
#[tokio::test]
async fn all_others_end_with_families_whose_session_ended_before() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = app.confidential_client("a").await;
    let mut elsewhere = elsewhere(&app, &mut passkey).await;
    let extra = "scope=openid+offline_access";
    let code = elsewhere.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&elsewhere, &code).await;
    let (refresh, hint) = (text(&answer, "refresh_token"), text(&answer, "id_token"));
    elsewhere.open(&format!("/oauth2/logout?id_token_hint={hint}")).await;
    let own = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let own = text(&client.redeem(&browser, &own).await, "refresh_token");
    browser.open("/account/sessions").await;
    browser.portal(Method::DELETE, "/sessions", &json!({}), None).await;
    assert_eq!(client.refresh(&app, &refresh, &[]).await.code(), "invalid_grant");
    assert_eq!(client.refresh(&app, &own, &[]).await.status, StatusCode::OK, "what came from here stays");
}

#[tokio::test]
async fn nobody_ends_somebody_elses() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    let own = ids(&mut browser, "/sessions").await;
    let mut bob = app.browser();
    bob.sign_up("bob", &mut SoftPasskey::new()).await;
    bob.open("/account/sessions").await;
    for id in &own {
        let foreign = bob.portal(Method::DELETE, &format!("/sessions/{id}"), &json!({}), None).await;
        assert_eq!(foreign.code(), "not_found");
    }
    bob.portal(Method::DELETE, "/sessions", &json!({}), None).await;
    assert_eq!(ids(&mut browser, "/sessions").await, own);
}

/// Whoever is not signed in sees nothing, and pages lead them to sign in and back.
#[tokio::test]
async fn the_portal_is_for_whoever_is_signed_in() {
    let app = TestApp::new().await;
    let mut nobody = app.browser();
    for page in [
        "/account",
        "/account/passkeys",
        "/account/sessions",
        "/account/apps",
        "/account/activity",
        "/account/recovery",
    ] {
        let led = nobody.open(page).await;
        assert!(led.location().starts_with("/sign-in?continue="), "{page}");
    }
    for list in ["/passkeys", "/sessions", "/apps", "/activity"] {
        assert_eq!(nobody.portal(Method::GET, list, &Value::Null, None).await.code(), "session_required", "{list}");
    }
    let (_, mut passkey) = alice(&app).await;
    let led = nobody.open("/account/sessions").await.location();
    nobody.get(&led).await;
    let sealed = led.split("continue=").nth(1).unwrap();
    let back = nobody.authenticate(&json!({ "continue": sealed }), &mut passkey).await;
    assert_eq!(back.json()["location"], "/account/sessions");
}

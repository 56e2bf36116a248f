//! UserInfo: claims by scope, and every way a token stops working.

use claviger::store::enrollment_link::Kind;
use poem::http::{Method, StatusCode};

use crate::harness::{Answer, Browser, Registered, SoftPasskey, TestApp, client::tokens};

struct Scene {
    app: TestApp,
    browser: Browser,
    client: Registered,
    token: String,
}

async fn scene(scope: &str) -> Scene {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let user = app.user("alice").await;
    let link = app.link(&user, Kind::Invitation).await;
    let mut browser = app.browser();
    browser.enroll(&link, &mut passkey).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, &format!("scope={scope}"), &mut passkey).await.redirected("code").unwrap();
    let (token, _) = tokens(&client.redeem(&browser, &code).await);
    Scene { app, browser, client, token }
}

async fn get(app: &TestApp, token: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    app.browser().send(Method::GET, "/oauth2/userinfo", &[("authorization", &bearer)], vec![]).await
}

#[tokio::test]
async fn claims_follow_scopes_by_get_and_post() {
    let scene = scene("openid+profile+email+phone+address").await;
    let by_get = get(&scene.app, &scene.token).await;
    assert_eq!(by_get.header("content-type").unwrap(), "application/json; charset=utf-8");
    let claims = by_get.json();
    assert_eq!((&claims["name"], &claims["given_name"]), (&"alice Example".into(), &"alice".into()));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&"alice@example.org".into(), &true.into()));
    assert_eq!(claims["preferred_username"], "alice");
    let bearer = format!("bearer {}", scene.token);
    let by_header = scene.browser.form("/oauth2/userinfo", &[], &[("authorization", &bearer)]).await;
    let by_body = scene.browser.form("/oauth2/userinfo", &[("access_token", &scene.token)], &[]).await;
    assert_eq!((by_header.json(), by_body.json()), (claims.clone(), claims));
    let both = scene.browser.form("/oauth2/userinfo", &[("access_token", "x")], &[("authorization", &bearer)]).await;
    assert_eq!((both.status, both.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"));
}

#[tokio::test]
async fn openid_alone_gives_the_subject_alone() {
    let scene = scene("openid").await;
    assert_eq!(get(&scene.app, &scene.token).await.json().as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn without_a_good_token_there_is_a_challenge() {
    let scene = scene("openid").await;
    let none = scene.app.browser().send(Method::GET, "/oauth2/userinfo", &[], vec![]).await;
    assert_eq!((none.status, none.header("www-authenticate").unwrap().as_str()), (StatusCode::UNAUTHORIZED, "Bearer"));
    for bad in ["x", "clv_ac_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &format!("{}x", scene.token)] {
        let answer = get(&scene.app, bad).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "invalid_token"), "{bad}");
        assert!(answer.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
    }
    let path = format!("/oauth2/userinfo?access_token={}", scene.token);
    let answer = scene.app.browser().send(Method::GET, &path, &[], vec![]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "never in the query");
}

#[tokio::test]
async fn a_token_dies_by_time() {
    let scene = scene("openid").await;
    scene.app.advance(899);
    assert_eq!(get(&scene.app, &scene.token).await.status, StatusCode::OK);
    scene.app.advance(1);
    assert_eq!(get(&scene.app, &scene.token).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_dies_with_its_person_for_good_and_rests_with_its_client() {
    let scene = scene("openid").await;
    let user = scene.app.find_user("alice").await;
    scene.app.set_enabled(&user, false).await;
    assert_eq!(get(&scene.app, &scene.token).await.status, StatusCode::UNAUTHORIZED);
    scene.app.set_enabled(&user, true).await;
    assert_eq!(get(&scene.app, &scene.token).await.status, StatusCode::UNAUTHORIZED, "disabling killed it");
    let scene = self::scene("openid").await;
    scene.app.update_client(&scene.client, |client| client.enabled = false).await;
    assert_eq!(get(&scene.app, &scene.token).await.status, StatusCode::UNAUTHORIZED);
    scene.app.update_client(&scene.client, |_| ()).await;
    assert_eq!(get(&scene.app, &scene.token).await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_kills_the_sessions_tokens() {
    let mut scene = scene("openid").await;
    let page = scene.browser.open("/oauth2/logout").await;
    let sealed = page.body.split("data-logout=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = serde_json::json!({ "logout": sealed, "decision": "sign_out" });
    assert_eq!(scene.browser.call("/oauth2/logout/confirm", &body).await.status, StatusCode::OK);
    assert_eq!(get(&scene.app, &scene.token).await.status, StatusCode::UNAUTHORIZED);
}

/// Expiry of the session is no end of it: the token lives out its own time.
#[tokio::test]
async fn an_expired_session_leaves_its_tokens() {
    let app = TestApp::with(&[("CLAVIGER_SESSION__IDLE", "5m")]).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let (token, _) = tokens(&client.redeem(&browser, &code).await);
    app.advance(600);
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(get(&app, &token).await.status, StatusCode::OK);
}

//! Refresh tokens: rotation, lost answers, replays, narrowing, ends.

use poem::http::StatusCode;

use crate::harness::{
    Browser, Registered, SoftPasskey, TestApp,
    client::{payload, text, tokens},
};

struct Scene {
    app: TestApp,
    browser: Browser,
    client: Registered,
    first: String,
    id_token: serde_json::Value,
    access_token: String,
}

async fn scene(scope: &str) -> Scene {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let mut browser = app.browser();
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    let client = app.confidential_client("a").await;
    let code = browser.code(&client, &format!("scope={scope}"), &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    let (access_token, id_token) = tokens(&answer);
    let first = answer.json()["refresh_token"].as_str().unwrap_or_default().to_owned();
    Scene { app, browser, client, first, id_token, access_token }
}

const SCOPE: &str = "openid+profile+offline_access";

#[tokio::test]
async fn without_offline_access_there_is_none() {
    assert_eq!(scene("openid+profile").await.first, "");
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let only_code = Some(vec!["authorization_code".to_owned()]);
    let client = app.client("b", |metadata| metadata.grant_types = only_code, |_| ()).await;
    let code = browser.code(&client, &format!("scope={SCOPE}"), &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    assert!(answer.json()["refresh_token"].is_null(), "the client did not register the grant");
    assert_eq!(client.refresh(&app, "x", &[]).await.code(), "unauthorized_client");
}

/// OIDC Core 12.2: same issuer, subject, audience and auth_time; another iat, no nonce.
#[tokio::test]
async fn an_id_token_of_a_refresh_tells_of_the_same_sign_in() {
    let scene = scene(SCOPE).await;
    scene.app.advance(61);
    let answer = scene.client.refresh(&scene.app, &scene.first, &[]).await;
    let (access_token, id_token) = tokens(&answer);
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    for claim in ["iss", "sub", "aud", "auth_time", "acr", "amr", "sid"] {
        assert_eq!(id_token[claim], scene.id_token[claim], "{claim}");
    }
    assert!(id_token["iat"].as_i64() > scene.id_token["iat"].as_i64());
    assert!(id_token["nonce"].is_null());
    assert_ne!(access_token, scene.access_token);
    assert_ne!(text(&answer, "refresh_token"), scene.first);
    assert_eq!(scene.app.userinfo(&access_token).await.status, StatusCode::OK);
    assert_eq!(scene.app.userinfo(&scene.access_token).await.status, StatusCode::OK, "its own time is its own");
}

/// The answer was lost: the same token again, at most eight times, until one of its successors is used.
#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again() {
    let Scene { app, client, first, .. } = scene(SCOPE).await;
    let mut children = Vec::new();
    for _ in 0..8 {
        children.push(text(&client.refresh(&app, &first, &[]).await, "refresh_token"));
    }
    let latest = text(&client.refresh(&app, &children[3], &[]).await, "refresh_token");
    // Every other child, and the parent, come after that one: the family dies.
    assert_eq!(client.refresh(&app, &children[0], &[]).await.code(), "invalid_grant");
    assert_eq!(client.refresh(&app, &latest, &[]).await.code(), "invalid_grant");
    assert!(app.audit().await.contains(&"!refresh_token.replayed".to_owned()));
}

#[tokio::test]
async fn a_ninth_time_is_too_often() {
    let Scene { app, client, first, access_token, .. } = scene(SCOPE).await;
    for _ in 0..8 {
        text(&client.refresh(&app, &first, &[]).await, "refresh_token");
    }
    assert_eq!(client.refresh(&app, &first, &[]).await.code(), "invalid_grant");
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::UNAUTHORIZED, "the whole family is dead");
}

#[tokio::test]
async fn a_parent_that_comes_after_its_child_kills_the_family() {
    let Scene { app, client, first, access_token, .. } = scene(SCOPE).await;
    let second = text(&client.refresh(&app, &first, &[]).await, "refresh_token");
    let third = client.refresh(&app, &second, &[]).await;
    let (fresh, _) = tokens(&third);
    assert_eq!(client.refresh(&app, &first, &[]).await.code(), "invalid_grant");
    for token in [&access_token, &fresh] {
        assert_eq!(app.userinfo(token).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(client.refresh(&app, &text(&third, "refresh_token"), &[]).await.code(), "invalid_grant");
}

#[tokio::test]
async fn another_client_gets_nothing_and_changes_nothing() {
    let Scene { app, client, first, .. } = scene(SCOPE).await;
    let other = app.confidential_client("other").await;
    assert_eq!(other.refresh(&app, &first, &[]).await.code(), "invalid_grant");
    assert!(app.audit().await.contains(&"!token.refreshed".to_owned()));
    text(&client.refresh(&app, &first, &[]).await, "refresh_token");
}

/// RFC 6749 6: narrower once, and the next refresh has everything again.
#[tokio::test]
async fn scope_may_be_narrowed_never_widened() {
    let Scene { app, client, first, .. } = scene(SCOPE).await;
    assert_eq!(client.refresh(&app, &first, &[("scope", "openid email")]).await.code(), "invalid_scope");
    let narrow = client.refresh(&app, &first, &[("scope", "openid")]).await;
    assert_eq!(text(&narrow, "scope"), "openid");
    let claims = app.userinfo(&text(&narrow, "access_token")).await.json();
    assert!(claims["name"].is_null());
    let whole = client.refresh(&app, &text(&narrow, "refresh_token"), &[]).await;
    assert_eq!(text(&whole, "scope"), "offline_access openid profile");
}

#[tokio::test]
async fn a_chain_ends_when_it_rests_too_long_and_when_it_is_too_old() {
    const DAY: i64 = 86_400;
    let Scene { app, client, first, .. } = scene(SCOPE).await;
    app.advance(14 * DAY - 1);
    let mut token = text(&client.refresh(&app, &first, &[]).await, "refresh_token");
    for _ in 0..5 {
        app.advance(14 * DAY - 1);
        token = text(&client.refresh(&app, &token, &[]).await, "refresh_token");
    }
    app.advance(6 * DAY + 6);
    assert_eq!(client.refresh(&app, &token, &[]).await.code(), "invalid_grant", "90 days after the first");
    let other = scene(SCOPE).await;
    other.app.advance(14 * DAY);
    assert_eq!(other.client.refresh(&other.app, &other.first, &[]).await.code(), "invalid_grant", "rested for 14 days");
}

/// RP-initiated or by the person: the session ends, what is offline goes on. Disabling the person ends it.
#[tokio::test]
async fn it_outlives_the_session_and_not_the_person() {
    let Scene { app, mut browser, client, first, access_token, .. } = scene(SCOPE).await;
    let page = browser.open("/oauth2/logout").await;
    let logout = page.body.split("data-logout=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let body = serde_json::json!({ "logout": logout, "decision": "sign_out" });
    assert_eq!(browser.call("/oauth2/logout/confirm", &body).await.status, StatusCode::OK);
    let second = client.refresh(&app, &first, &[]).await;
    let (fresh, _) = tokens(&second);
    assert_eq!(app.userinfo(&fresh).await.status, StatusCode::OK);
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::OK, "an offline family outlives the session");
    app.set_enabled(&app.find_user("alice").await, false).await;
    assert_eq!(app.userinfo(&fresh).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.refresh(&app, &text(&second, "refresh_token"), &[]).await.code(), "invalid_grant");
}

#[tokio::test]
async fn what_is_missing_or_made_up_is_told() {
    let Scene { app, client, .. } = scene(SCOPE).await;
    let fields = [("grant_type", "refresh_token")];
    assert_eq!(client.post(&app, "/oauth2/token", &fields).await.code(), "invalid_request");
    for made_up in ["x", "clv_rt_x", "clv_at_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(client.refresh(&app, made_up, &[]).await.code(), "invalid_grant", "{made_up}");
    }
}

/// A JWT access token is refused as soon as its family is, though its signature is good.
#[tokio::test]
async fn a_jwt_dies_with_its_family() {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let mut browser = app.browser();
    browser.sign_up("alice", &mut passkey).await;
    let client = app.client("jwt", |metadata| metadata.access_token_format = Some("jwt".into()), |_| ()).await;
    let code = browser.code(&client, &format!("scope={SCOPE}"), &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    let (token, id_token) = tokens(&answer);
    let claims = payload(&token);
    assert_eq!((&claims["sub"], &claims["client_id"]), (&id_token["sub"], &client.client_id.clone().into()));
    assert_eq!(claims["aud"], app.issuer());
    assert_eq!(app.userinfo(&token).await.status, StatusCode::OK);
    client.redeem(&browser, &code).await;
    assert_eq!(app.userinfo(&token).await.status, StatusCode::UNAUTHORIZED, "the code came twice");
}

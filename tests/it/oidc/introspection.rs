//! Introspection (RFC 7662), revocation (RFC 7009) and resources (RFC 8707).

use claviger::protocol::{client_details::AccessTokenFormat, scope::ScopeSet};
use poem::http::StatusCode;

use crate::harness::{
    Registered, SoftPasskey, TestApp,
    client::{payload, text, tokens},
};

const API: &str = "https://api.example/";

struct Scene {
    app: TestApp,
    client: Registered,
    access_token: String,
    refresh_token: String,
}

/// A client with tokens for itself, or, where resources are named, for those.
async fn scene(extra: &str, format: AccessTokenFormat) -> (Scene, Registered) {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let mut browser = app.browser();
    browser.sign_up("alice", &mut passkey).await;
    let scopes = |client: &mut claviger::protocol::client::Client| {
        client.scopes = client.scopes.union(&ScopeSet::parse("read").unwrap());
    };
    let client = app.client("a", |_| (), scopes).await;
    let server = app.confidential_client("server").await;
    app.resource(API, "read write", format, Some(&server)).await;
    let asked = format!("scope=openid+profile+offline_access+read{extra}");
    let code = browser.code(&client, &asked, &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    let (access_token, _) = tokens(&answer);
    let refresh_token = text(&answer, "refresh_token");
    (Scene { app, client, access_token, refresh_token }, server)
}

const OPAQUE: AccessTokenFormat = AccessTokenFormat::Opaque;
const FOR_API: &str = "&resource=https%3A%2F%2Fapi.example%2F";

async fn active(app: &TestApp, by: &Registered, token: &str) -> bool {
    let answer = by.post(app, "/oauth2/introspect", &[("token", token)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()["active"].as_bool().unwrap()
}

#[tokio::test]
async fn a_client_learns_about_its_own_tokens_and_no_others() {
    let (Scene { app, client, access_token, refresh_token }, server) = scene("", OPAQUE).await;
    let told = client.post(&app, "/oauth2/introspect", &[("token", &access_token)]).await;
    assert_eq!(told.header("cache-control").as_deref(), Some("no-store"));
    let told = told.json();
    assert_eq!((&told["active"], &told["token_type"]), (&true.into(), &"Bearer".into()));
    assert_eq!(told["scope"], "offline_access openid profile read");
    assert_eq!((&told["client_id"], &told["iss"]), (&client.client_id.clone().into(), &app.issuer().into()));
    assert_eq!(told["aud"][0], app.issuer());
    assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 900);
    assert!(active(&app, &client, &refresh_token).await);
    for token in [&*access_token, &refresh_token, "x", "clv_at_x", "a.b.c"] {
        let answer = server.post(&app, "/oauth2/introspect", &[("token", token)]).await;
        assert_eq!(answer.json(), serde_json::json!({ "active": false }), "{token}");
    }
    app.advance(900);
    assert!(!active(&app, &client, &access_token).await);
    assert!(active(&app, &client, &refresh_token).await);
}

/// RFC 9470 6.2: so that a resource server can ask for a newer or a stronger sign-in.
#[tokio::test]
async fn what_the_sign_in_proved_is_told() {
    let app = TestApp::new().await;
    let client = app.confidential_client("a").await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    for (extra, acr) in [("", serde_json::Value::Null), ("prompt=login", "phr".into())] {
        app.advance(5);
        let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
        let token = text(&client.redeem(&browser, &code).await, "access_token");
        let told = client.post(&app, "/oauth2/introspect", &[("token", &token)]).await.json();
        assert_eq!(told["acr"], acr, "an enrolment proves none");
        let age = told["iat"].as_i64().unwrap() - told["auth_time"].as_i64().unwrap();
        assert_eq!(age, if extra.is_empty() { 5 } else { 0 });
    }
}

#[tokio::test]
async fn only_clients_that_authenticate_may_ask() {
    let (Scene { app, client, access_token, .. }, _) = scene("", OPAQUE).await;
    let public = app.public_client("public").await;
    let answer = public.post(&app, "/oauth2/introspect", &[("token", &access_token)]).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "invalid_client".into()));
    let named = [("token", &*access_token), ("client_id", &*client.client_id)];
    assert_eq!(app.browser().form("/oauth2/introspect", &named, &[]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.post(&app, "/oauth2/introspect", &[]).await.code(), "invalid_request");
}

#[tokio::test]
async fn a_token_for_a_resource_is_the_resources_business() {
    let (Scene { app, client, access_token, refresh_token }, server) = scene(FOR_API, OPAQUE).await;
    let told = server.post(&app, "/oauth2/introspect", &[("token", &access_token)]).await.json();
    assert_eq!((&told["active"], &told["aud"][0], &told["scope"]), (&true.into(), &API.into(), &"read".into()));
    assert!(active(&app, &client, &access_token).await);
    assert!(!active(&app, &server, &refresh_token).await, "a refresh token is its client's alone");
    let refused = app.userinfo(&access_token).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "it is not meant for the issuer");
    let again = client.refresh(&app, &refresh_token, &[("resource", API)]).await;
    assert!(active(&app, &server, &text(&again, "access_token")).await);
    for other in ["https://other.example/", "nothing"] {
        assert_eq!(client.refresh(&app, &refresh_token, &[("resource", other)]).await.code(), "invalid_target");
    }
}

/// RFC 9068: the header says what it is, the claims whom it is for.
#[tokio::test]
async fn a_resource_may_want_jwts() {
    let (Scene { app, client, access_token, .. }, server) = scene(FOR_API, AccessTokenFormat::Jwt).await;
    let header = access_token.split('.').next().unwrap();
    let header: serde_json::Value =
        serde_json::from_slice(&claviger::crypto::mac::from_base64url(header).unwrap()).unwrap();
    assert_eq!(header["typ"], "at+jwt");
    let claims = payload(&access_token);
    assert_eq!((&claims["aud"], &claims["scope"]), (&API.into(), &"read".into()));
    for claim in ["iss", "exp", "iat", "sub", "client_id", "jti", "auth_time"] {
        assert!(!claims[claim].is_null(), "{claim}");
    }
    assert!(active(&app, &server, &access_token).await);
    client.post(&app, "/oauth2/revoke", &[("token", &access_token)]).await;
    assert!(!active(&app, &server, &access_token).await, "it was revoked");
}

/// What a resource reads in a JWT opens nothing by itself.
#[tokio::test]
async fn the_jti_of_a_jwt_is_no_token() {
    let (Scene { app, client, access_token, .. }, _) = scene(FOR_API, AccessTokenFormat::Jwt).await;
    let jti = payload(&access_token)["jti"].as_str().unwrap().to_owned();
    assert!(!active(&app, &client, &jti).await);
    assert!(!active(&app, &client, &format!("clv_at_{jti}")).await);
}

#[tokio::test]
async fn an_unknown_resource_is_told_to_the_client() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    let answer = browser.authorize(&client.query("resource=https%3A%2F%2Fother.example%2F")).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_target"));
}

/// Gone while the person decided: the client is told, and gets nothing for the issuer instead.
#[tokio::test]
async fn a_resource_that_went_meanwhile_is_told() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    app.resource(API, "read", OPAQUE, None).await;
    let scopes = |client: &mut claviger::protocol::client::Client| {
        client.scopes = client.scopes.union(&ScopeSet::parse("read").unwrap());
    };
    let client = app.client("a", |_| (), scopes).await;
    let asked = format!("scope=openid+read{FOR_API}");
    let started = browser.authorize(&client.query(&asked)).await;
    let (change, now) = (app.app.uuid(), app.app.now());
    app.app.store.write(async |tx| claviger::store::resource::delete(tx, change, API, now).await).await.unwrap();
    app.app.refresh().await.unwrap();
    let answer = browser.code_after(started, &client, &mut passkey).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_target"));
}

/// Without one of its scopes a client gets no token for a resource, whatever the token would open there.
#[tokio::test]
async fn a_resource_is_for_clients_that_have_one_of_its_scopes() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    app.resource(API, "read", OPAQUE, None).await;
    let client = app.public_client("a").await;
    let answer = browser.authorize(&client.query(&FOR_API[1..])).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("invalid_target"));
    let grants = Some(vec!["client_credentials".to_owned()]);
    let machine = app.client("m", |metadata| metadata.grant_types = grants, |_| ()).await;
    let fields = [("grant_type", "client_credentials"), ("resource", API)];
    assert_eq!(machine.post(&app, "/oauth2/token", &fields).await.code(), "invalid_target");
}

#[tokio::test]
async fn a_revoked_access_token_goes_alone() {
    let (Scene { app, client, access_token, refresh_token }, _) = scene("", OPAQUE).await;
    assert_eq!(client.post(&app, "/oauth2/revoke", &[("token", &access_token)]).await.status, StatusCode::OK);
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::UNAUTHORIZED);
    assert!(active(&app, &client, &refresh_token).await);
    assert!(app.audit().await.contains(&"token.revoked".to_owned()));
}

#[tokio::test]
async fn a_revoked_refresh_token_takes_its_family_along() {
    let (Scene { app, client, access_token, refresh_token }, _) = scene("", OPAQUE).await;
    let second = text(&client.refresh(&app, &refresh_token, &[]).await, "refresh_token");
    let hint = [("token", &*second), ("token_type_hint", "access_token")];
    assert_eq!(client.post(&app, "/oauth2/revoke", &hint).await.status, StatusCode::OK);
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.refresh(&app, &second, &[]).await.code(), "invalid_grant");
}

#[tokio::test]
async fn nobody_revokes_for_another_and_the_unknown_is_revoked_enough() {
    let (Scene { app, client, access_token, refresh_token }, server) = scene("", OPAQUE).await;
    for token in [&access_token, &refresh_token] {
        assert_eq!(server.post(&app, "/oauth2/revoke", &[("token", token)]).await.code(), "invalid_grant");
        assert!(active(&app, &client, token).await);
    }
    assert_eq!(client.post(&app, "/oauth2/revoke", &[("token", "x")]).await.status, StatusCode::OK);
    assert_eq!(client.post(&app, "/oauth2/revoke", &[]).await.code(), "invalid_request");
}

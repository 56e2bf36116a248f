//! A client for itself (RFC 6749 4.4).

use claviger::protocol::{client_details::AccessTokenFormat, scope::ScopeSet};
use poem::http::StatusCode;

use crate::harness::{
    Registered, TestApp,
    client::{payload, text},
};

const API: &str = "https://api.example/";

async fn machine(app: &TestApp, format: AccessTokenFormat) -> Registered {
    let grants = Some(vec!["client_credentials".to_owned()]);
    let adjust = |client: &mut claviger::protocol::client::Client| {
        client.scopes = ScopeSet::parse("openid profile read").unwrap();
    };
    let client = app.client("machine", |metadata| metadata.grant_types = grants, adjust).await;
    app.resource(API, "read write", format, None).await;
    client
}

const GRANT: (&str, &str) = ("grant_type", "client_credentials");

#[tokio::test]
async fn an_opaque_token_says_nothing_about_anybody() {
    let app = TestApp::new().await;
    let client = machine(&app, AccessTokenFormat::Opaque).await;
    let answer = client.post(&app, "/oauth2/token", &[GRANT]).await;
    assert_eq!(text(&answer, "scope"), "read");
    assert!(answer.json()["id_token"].is_null() && answer.json()["refresh_token"].is_null());
    let token = text(&answer, "access_token");
    let told = client.post(&app, "/oauth2/introspect", &[("token", &token)]).await.json();
    assert_eq!((&told["active"], &told["sub"]), (&true.into(), &client.client_id.clone().into()));
    assert_eq!(app.userinfo(&token).await.status, StatusCode::FORBIDDEN);
    client.post(&app, "/oauth2/revoke", &[("token", &token)]).await;
    assert_eq!(client.post(&app, "/oauth2/introspect", &[("token", &token)]).await.json()["active"], false);
    assert!(app.audit().await.contains(&"client_credentials.granted".to_owned()));
}

/// Without a row: nothing is asked of the database, and revoking it stores its `jti`.
#[tokio::test]
async fn a_jwt_writes_nothing_until_it_is_revoked() {
    let app = TestApp::new().await;
    let client = machine(&app, AccessTokenFormat::Jwt).await;
    let ask = [GRANT, ("resource", API)];
    client.post(&app, "/oauth2/token", &ask).await;
    let before = app.app.store.counts();
    let answer = client.post(&app, "/oauth2/token", &ask).await;
    assert_eq!(app.app.store.counts(), before, "the budget is nothing");
    let token = text(&answer, "access_token");
    let claims = payload(&token);
    assert_eq!((&claims["aud"], &claims["sub"]), (&API.into(), &client.client_id.clone().into()));
    let active = async || client.post(&app, "/oauth2/introspect", &[("token", &token)]).await.json()["active"].clone();
    assert_eq!(active().await, true);
    let other = app.confidential_client("other").await;
    assert_eq!(other.post(&app, "/oauth2/revoke", &[("token", &token)]).await.code(), "invalid_grant");
    assert_eq!(client.post(&app, "/oauth2/revoke", &[("token", &token)]).await.status, StatusCode::OK);
    assert_eq!(active().await, false);
    app.advance(901);
    assert_eq!(active().await, false);
}

#[tokio::test]
async fn what_a_client_may_not_ask_for_itself() {
    let app = TestApp::new().await;
    let client = machine(&app, AccessTokenFormat::Opaque).await;
    for scope in ["openid", "write", "profile read", "\"", "offline_access"] {
        let answer = client.post(&app, "/oauth2/token", &[GRANT, ("scope", scope)]).await;
        assert_eq!(answer.code(), "invalid_scope", "{scope}");
    }
    let target = client.post(&app, "/oauth2/token", &[GRANT, ("resource", "https://other.example/")]).await;
    assert_eq!(target.code(), "invalid_target");
    let grants = Some(vec!["authorization_code".to_owned(), "client_credentials".to_owned()]);
    let public = app
        .client(
            "public",
            |metadata| {
                metadata.token_endpoint_auth_method = Some("none".into());
                metadata.grant_types = grants;
            },
            |_| (),
        )
        .await;
    assert_eq!(public.post(&app, "/oauth2/token", &[GRANT]).await.code(), "unauthorized_client");
    let without = app.confidential_client("without").await;
    assert_eq!(without.post(&app, "/oauth2/token", &[GRANT]).await.code(), "unauthorized_client");
}

/// An empty `scope` is none of RFC 6749 3.3: it is not there.
#[tokio::test]
async fn without_a_scope_there_is_no_member_for_it() {
    for format in [AccessTokenFormat::Opaque, AccessTokenFormat::Jwt] {
        let app = TestApp::new().await;
        let client = machine(&app, format).await;
        app.update_client(&client, |client| client.scopes = ScopeSet::parse("openid").unwrap()).await;
        let answer = client.post(&app, "/oauth2/token", &[GRANT]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(answer.json().get("scope").is_none(), "{}", answer.body);
        let token = text(&answer, "access_token");
        let told = client.post(&app, "/oauth2/introspect", &[("token", &token)]).await.json();
        assert!(told["active"] == true && told.get("scope").is_none(), "{told}");
    }
}

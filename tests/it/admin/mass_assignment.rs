//! What nobody may say is not taken from whoever says it: neither an id, nor an owner, nor when something was made.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Program;
use crate::harness::TestApp;

const ID: &str = "0190b6c0-0000-7000-8000-00000000beef";

/// What rows have, and what somebody could hope for.
fn hopes() -> Vec<(&'static str, Value)> {
    vec![
        ("id", json!(ID)),
        ("sub", json!(ID)),
        ("user_id", json!(ID)),
        ("owner", json!(ID)),
        ("created_at", json!("2000-01-01T00:00:00Z")),
        ("updated_at", json!("2000-01-01T00:00:00Z")),
        ("passkeys", json!(9)),
        ("is_admin", json!(true)),
        ("secret", json!("known")),
        ("token", json!("known")),
        ("used", json!(0)),
        ("disabled_at", Value::Null),
    ]
}

async fn refused(program: &Program, method: Method, path: &str, body: &Value) {
    for (name, value) in hopes() {
        let mut body = body.clone();
        body[name] = value;
        let answer = program.call(method.clone(), path, &body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "invalid_request"),
            "{path} {name}"
        );
        assert!(answer.json()["detail"].as_str().unwrap().contains(name), "{path} {name}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_nobody_may_say_is_refused_by_its_name() {
    let app = TestApp::with(&[("CLAVIGER_REGISTRATION__SIGN_UP", "token")]).await;
    let program = app.program(None).await;
    let alice = app.user("alice").await.id;
    let group = program.make("/groups", &json!({ "name": "staff" })).await["id"].as_str().unwrap().to_owned();
    let hook = json!({ "url": "https://a.example/", "events": ["*"] });
    let webhook = program.make("/webhooks", &hook).await["id"].as_str().unwrap().to_owned();
    let client = json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"] });
    let client = program.make("/clients", &client).await["client_id"].as_str().unwrap().to_owned();
    let table = [
        (Method::POST, "/users".to_owned(), json!({ "username": "bob" })),
        (Method::PATCH, format!("/users/{alice}"), json!({ "display_name": "Alice" })),
        (Method::POST, "/groups".to_owned(), json!({ "name": "other" })),
        (Method::PUT, format!("/groups/{group}"), json!({ "name": "staff" })),
        (Method::PUT, format!("/groups/{group}/members/{alice}"), json!({})),
        (Method::POST, "/webhooks".to_owned(), hook.clone()),
        (Method::PUT, format!("/webhooks/{webhook}"), hook),
        (Method::POST, "/sign-up-tokens".to_owned(), json!({ "uses": 1 })),
        (Method::PUT, "/settings".to_owned(), json!({})),
        (Method::POST, "/keys/rotation".to_owned(), json!({ "now": false })),
        (Method::POST, format!("/clients/{client}/preview"), json!({ "user": "alice" })),
    ];
    for (method, path, body) in table {
        refused(&program, method, &path, &body).await;
    }
    assert_eq!(program.read("/users?q=bob").await["items"], json!([]));
}

/// An app is put as it was read, with all that is only read; that changes nothing.
#[tokio::test]
async fn what_an_app_is_read_with_is_not_written() {
    let app = TestApp::new().await;
    let mut manager = app.person("manager", &[Role::ClientManager]).await;
    let asked = json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"] });
    let made = manager.call(Method::POST, "/clients", &asked).await.json();
    let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
    let before = manager.call(Method::GET, &path, &Value::Null).await.json();
    let mut body = before.clone();
    for (name, value) in hopes() {
        body[name] = value;
    }
    body["client_id"] = "another".into();
    body["client_secret"] = "known".into();
    body["secrets"] = json!([]);
    body["secret_hashes"] = json!(["x"]);
    body["dynamic"] = true.into();
    body["registration_access_token_hash"] = "x".into();
    let put = manager.call(Method::PUT, &path, &body).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    assert_eq!(manager.call(Method::GET, &path, &Value::Null).await.json(), before);
    assert_eq!(manager.call(Method::GET, "/clients/another", &Value::Null).await.status, StatusCode::NOT_FOUND);
    let made = manager.call(Method::POST, "/clients", &body).await.json();
    assert!(
        made["client_id"] != "another" && made["client_secret"] != "known" && made["client_id"] != before["client_id"]
    );
}

//! People: made, changed, removed, and given a way in.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::people::user;
use crate::harness::{SoftPasskey, TestApp};

#[tokio::test]
async fn an_account_is_made_and_its_link_leads_in() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    program.make("/groups", &json!({ "name": "staff" })).await;
    let asked = json!({
        "username": "Alice", "display_name": "Alice Liddell", "email": "Alice@Example.org", "email_verified": true,
        "claims": { "given_name": "Alice" }, "groups": ["staff"],
    });
    let made = program.make("/users", &asked).await;
    assert_eq!(made["user"]["username"], "alice");
    let id = made["user"]["id"].as_str().unwrap();
    assert_eq!(program.read(&format!("/users/{id}/groups")).await["items"][0]["name"], "staff");
    let link = made["invitation"]["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(!program.read(&format!("/users/{id}")).await.to_string().contains(&link), "told once");
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    assert_eq!(browser.enroll(&link, &mut passkey).await.status, StatusCode::OK);
    assert_eq!(program.read(&format!("/users/{id}/credentials")).await["items"][0]["fits"], true);
    let events = app.audit().await;
    assert!(events.contains(&"user.created".to_owned()) && events.contains(&"group.member_added".to_owned()));
}

#[tokio::test]
async fn what_is_no_account_is_refused_with_what_is_wrong() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    program.make("/users", &user("alice")).await;
    let table = [
        (json!({ "username": "a b" }), "invalid_request", "username"),
        (json!({}), "invalid_request", "username"),
        (json!({ "username": "bob", "email": "nowhere" }), "invalid_email", "email"),
        (json!({ "username": "bob", "claims": { "website": "javascript:alert(1)" } }), "invalid_request", "website"),
        (json!({ "username": "bob", "groups": ["nobody"] }), "invalid_request", "groups"),
        (json!({ "username": "bob", "display_name": "a\u{0}b" }), "invalid_request", "display_name"),
        (json!({ "username": "ALICE" }), "username_taken", ""),
        (json!({ "username": "bob", "sub": "mine" }), "invalid_request", ""),
        (json!({ "username": "bob", "roles": ["administrator"] }), "forbidden", "administrator"),
    ];
    for (body, code, detail) in table {
        let answer = program.call(Method::POST, "/users", &body).await;
        assert_eq!(answer.code(), code, "{body}: {}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap_or_default().contains(detail), "{}", answer.body);
    }
    assert_eq!(program.read("/users").await["items"].as_array().unwrap().len(), 1, "nothing was made");
}

#[tokio::test]
async fn what_is_named_changes_and_the_rest_stays() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let id = app.user("alice").await.id;
    let path = format!("/users/{id}");
    let patch = async |body: Value| program.call(Method::PATCH, &path, &body).await;
    let before = program.read(&path).await;
    assert_eq!(patch(json!({})).await.json(), before);
    let then = patch(json!({ "username": "Alicia", "display_name": null })).await.json();
    assert_eq!((&then["username"], then.get("display_name")), (&json!("alicia"), None));
    for same in ["sub", "email", "email_verified", "claims", "roles", "enabled", "created_at"] {
        assert_eq!(then[same], before[same], "{same}");
    }
    // Another address is nobody's until somebody says so.
    assert_eq!(patch(json!({ "email": "new@example.org" })).await.json()["email_verified"], false);
    assert_eq!(patch(json!({ "email_verified": true })).await.json()["email_verified"], true);
    assert_eq!(patch(json!({ "email": null, "email_verified": true })).await.json()["email_verified"], false);
    app.user("bob").await;
    assert_eq!(patch(json!({ "username": "BOB" })).await.code(), "username_taken");
    for movable in ["id", "sub", "user_handle", "created_at"] {
        assert_eq!(patch(json!({ movable: "0190b6c0-0000-7000-8000-000000000000" })).await.code(), "invalid_request");
    }
}

#[tokio::test]
async fn whoever_is_switched_off_is_out_at_once() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let mut alice = app.person("alice", &[]).await;
    let path = format!("/users/{}", alice.id);
    let off = program.call(Method::PATCH, &path, &json!({ "enabled": false })).await;
    assert_eq!(off.json()["enabled"], false);
    assert_eq!(alice.browser.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(alice.browser.sign_in(&mut alice.passkey).await.code(), "verification_failed");
    program.call(Method::PATCH, &path, &json!({ "enabled": true })).await;
    assert_eq!(alice.browser.sign_in(&mut alice.passkey).await.status, StatusCode::OK);
    let gone = program.call(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(alice.browser.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(program.call(Method::GET, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_ne!(program.make("/users", &user("alice")).await["user"]["id"], json!(alice.id));
}

/// A way back in: good once, and its use ends all that there was.
#[tokio::test]
async fn a_recovery_link_leads_back_in_and_ends_what_was_before() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let mut alice = app.person("alice", &[]).await;
    let made = program.make(&format!("/users/{}/recovery-link", alice.id), &Value::Null).await;
    assert!(made["qr"].as_array().unwrap().len() > 20);
    let link = made["url"].as_str().unwrap().rsplit('/').next().unwrap();
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    assert_eq!(browser.enroll(link, &mut passkey).await.status, StatusCode::OK);
    assert_eq!(alice.browser.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.browser().enroll(link, &mut SoftPasskey::new()).await.code(), "link_spent");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let path = format!("/users/{}", root.id);
    for (method, body) in [
        (Method::DELETE, json!({})),
        (Method::PATCH, json!({ "enabled": false })),
        (Method::PATCH, json!({ "roles": [] })),
        (Method::PATCH, json!({ "roles": ["auditor"] })),
    ] {
        let refused = root.call(method.clone(), &path, &body).await;
        assert_eq!(refused.code(), "last_administrator", "{method} {body}");
    }
    let keys = root.call(Method::GET, &format!("{path}/credentials"), &json!({})).await.json();
    let key = format!("{path}/credentials/{}", keys["items"][0]["id"].as_str().unwrap());
    assert_eq!(root.call(Method::DELETE, &key, &json!({})).await.code(), "last_administrator");
    // With another one it goes.
    let _second = app.person("second", &[Role::Administrator]).await;
    assert_eq!(
        root.call(Method::PATCH, &path, &json!({ "roles": ["auditor"] })).await.json()["roles"],
        json!(["auditor"])
    );
    assert_eq!(root.call(Method::GET, "/keys", &json!({})).await.status, StatusCode::OK);
    let refused = root.call_with(Method::POST, "/keys/rotation", &json!({}), None).await;
    assert_eq!(refused.code(), "forbidden", "what one was is over at once");
}

#[tokio::test]
async fn what_was_not_seen_is_not_overwritten() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let path = format!("/users/{}", app.user("alice").await.id);
    let seen = program.call(Method::GET, &path, &Value::Null).await.header("etag").unwrap();
    let patch = async |tag: &str, name: &str| {
        let body = json!({ "display_name": name });
        program.call_with(Method::PATCH, &path, &body, &[("if-match", tag)]).await
    };
    let first = patch(&seen, "One").await;
    assert_eq!(first.status, StatusCode::OK);
    let late = patch(&seen, "Two").await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::PRECONDITION_FAILED, "precondition_failed"));
    assert_eq!(patch(&first.header("etag").unwrap(), "Two").await.json()["display_name"], "Two");
    assert_eq!(patch("*", "Three").await.status, StatusCode::OK);
    let late = program.call_with(Method::DELETE, &path, &Value::Null, &[("if-match", &seen)]).await;
    assert_eq!(late.code(), "precondition_failed");
    let now = program.call(Method::GET, &path, &Value::Null).await.header("etag").unwrap();
    let same = program.call_with(Method::GET, &path, &Value::Null, &[("if-none-match", &now)]).await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
}

/// Asked again because the answer was lost, it is made once, and what is told once is told to who asked.
#[tokio::test]
async fn the_same_request_makes_one_account() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let key = [("idempotency-key", "first")];
    let make =
        async |name: &str, key: &[(&str, &str)]| program.call_with(Method::POST, "/users", &user(name), key).await;
    let made = make("alice", &key).await;
    let again = make("alice", &key).await;
    assert_eq!((again.status, &again.body), (StatusCode::CREATED, &made.body));
    assert_eq!(make("bob", &key).await.code(), "idempotency_key_reused");
    assert_eq!(make("alice", &[("idempotency-key", "second")]).await.code(), "username_taken");
    // What was refused is not kept.
    assert_eq!(make("bob", &[("idempotency-key", "second")]).await.status, StatusCode::CREATED);
    // Somebody else's key is another key.
    let other = app.program(None).await;
    assert_eq!(other.call_with(Method::POST, "/users", &user("alice"), &key).await.code(), "username_taken");
    app.advance(86_400);
    let later = app.program(None).await;
    assert_eq!(later.call_with(Method::POST, "/users", &user("carol"), &key).await.status, StatusCode::CREATED);
    let secret = made.json()["invitation"]["url"].as_str().unwrap().to_owned();
    let store = app.app.store.read();
    let rows = store
        .query_all_raw(Statement::from_string(store.get_database_backend(), "SELECT answer FROM idempotency_keys"));
    for row in rows.await.unwrap() {
        let answer: String = row.try_get("", "answer").unwrap();
        assert!(!answer.contains(&secret), "an answer is kept sealed");
    }
}

//! Groups, and who belongs to them until when.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::TestApp;

#[tokio::test]
async fn a_group_is_made_changed_and_removed() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let made = program.make("/groups", &json!({ "name": " Staff " })).await;
    assert_eq!(made["name"], "Staff");
    let path = format!("/groups/{}", made["id"].as_str().unwrap());
    assert_eq!(program.call(Method::POST, "/groups", &json!({ "name": "Staff" })).await.code(), "name_taken");
    assert_eq!(program.call(Method::POST, "/groups", &json!({ "name": " " })).await.code(), "invalid_request");
    program.make("/groups", &json!({ "name": "Guests" })).await;
    let put = async |body: Value| program.call(Method::PUT, &path, &body).await;
    assert_eq!(put(json!({ "name": "Guests" })).await.code(), "name_taken");
    assert_eq!(put(json!({ "name": "People" })).await.json()["name"], "People");
    let attested = put(json!({ "name": "People", "passkey_policy": { "attested": true } })).await;
    assert_eq!(attested.code(), "invalid_request", "nobody could attest here");
    assert_eq!(program.call(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.call(Method::GET, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn members_come_and_go_by_time() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let group = program.make("/groups", &json!({ "name": "staff" })).await["id"].as_str().unwrap().to_owned();
    let alice = app.user("alice").await.id;
    let (members, member) = (format!("/groups/{group}/members"), format!("/groups/{group}/members/{alice}"));
    let until = app.app.now() + chrono::Duration::hours(1);
    let past = app.app.now() - chrono::Duration::hours(1);
    let put = async |at| program.call(Method::PUT, &member, &json!({ "expires_at": at })).await;
    assert_eq!(put(past).await.code(), "invalid_request");
    assert_eq!(put(until).await.json()["username"], "alice");
    assert_eq!(program.read(&members).await["items"][0]["user_id"], json!(alice));
    assert_eq!(program.read(&format!("/users?group={group}")).await["items"][0]["username"], "alice");
    app.advance(3600);
    let program = app.program(None).await;
    assert_eq!(program.read(&members).await["items"], json!([]));
    assert_eq!(program.read(&format!("/users?group={group}")).await["items"], json!([]));
    program.call(Method::PUT, &member, &json!({})).await;
    assert_eq!(program.call(Method::DELETE, &member, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.call(Method::DELETE, &member, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

/// A slip costs nobody their way in.
#[tokio::test]
async fn what_would_lock_members_out_wants_their_number() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let alice = app.person("alice", &[]).await;
    let made = program.make("/groups", &json!({ "name": "staff" })).await;
    let path = format!("/groups/{}", made["id"].as_str().unwrap());
    program.call(Method::PUT, &format!("{path}/members/{}", alice.id), &json!({})).await;
    let mut body =
        json!({ "name": "staff", "passkey_policy": { "aaguids": ["0190b6c0-0000-7000-8000-000000000000"] } });
    let refused = program.call(Method::PUT, &path, &body).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::CONFLICT, "would_lock_out"));
    assert!(refused.json()["detail"].as_str().unwrap().contains("one person"), "{}", refused.body);
    body["lock_out"] = 2.into();
    assert_eq!(program.call(Method::PUT, &path, &body).await.code(), "would_lock_out");
    body["lock_out"] = 1.into();
    assert_eq!(program.call(Method::PUT, &path, &body).await.status, StatusCode::OK);
    let bob = app.person("bob", &[]).await;
    let member = format!("{path}/members/{}", bob.id);
    assert_eq!(program.call(Method::PUT, &member, &json!({})).await.code(), "would_lock_out");
    assert_eq!(program.call(Method::PUT, &member, &json!({ "lock_out": 1 })).await.status, StatusCode::OK);
}

/// Whoever may not touch an administrator does not reach them by a group either.
#[tokio::test]
async fn a_group_is_no_way_around_roles() {
    let app = TestApp::new().await;
    let root = app.person("root", &[Role::Administrator]).await;
    let mut manager = app.person("manager", &[Role::UserManager]).await;
    let made = manager.call(Method::POST, "/groups", &json!({ "name": "staff" })).await.json();
    let path = format!("/groups/{}", made["id"].as_str().unwrap());
    let member = format!("{path}/members/{}", root.id);
    assert_eq!(manager.call(Method::PUT, &member, &json!({})).await.code(), "forbidden");
    let program = app.person("second", &[Role::Administrator]).await.token(&app, "admin:groups:write").await;
    assert_eq!(program.call(Method::PUT, &member, &json!({})).await.status, StatusCode::OK);
    assert_eq!(manager.call(Method::DELETE, &member, &json!({})).await.code(), "forbidden");
    assert_eq!(manager.call(Method::DELETE, &path, &json!({})).await.code(), "forbidden");
    let stricter = json!({ "name": "staff", "passkey_policy": { "device_bound": true }, "lock_out": 1 });
    assert_eq!(manager.call(Method::PUT, &path, &stricter).await.code(), "forbidden");
}

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

#[tokio::test]
async fn members_are_found_by_the_beginning_of_their_name() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let group = program.make("/groups", &json!({ "name": "staff" })).await["id"].as_str().unwrap().to_owned();
    for name in ["alice", "alfred", "bob", "alma"] {
        let made = program.make("/users", &json!({ "username": name })).await;
        if name != "alma" {
            let member = format!("/groups/{group}/members/{}", made["user"]["id"].as_str().unwrap());
            assert_eq!(program.call(Method::PUT, &member, &json!({})).await.status, StatusCode::OK);
        }
        app.clock.advance(chrono::Duration::milliseconds(2));
    }
    let found = async |query: &str| {
        let page = program.read(&format!("/groups/{group}/members?{query}")).await;
        let names = page["items"].as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), page["next"].as_str().map(str::to_owned))
    };
    assert_eq!(found("q=AL").await.0, ["alice", "alfred"]);
    let (first, next) = found("q=al&limit=1").await;
    assert_eq!(first, ["alice"]);
    assert_eq!(found(&format!("q=al&limit=1&after={}", next.unwrap())).await, (vec!["alfred".to_owned()], None));
    assert!(found("q=%25").await.0.is_empty());
    let mut root = app.person("root", &[Role::Administrator]).await;
    let page = root.browser.open(&format!("/admin/groups/{group}?q=alf")).await.body;
    assert!(page.contains(">alfred</a>") && !page.contains(">alice</a>"), "{page}");
    let page = root.browser.open(&format!("/admin/groups/{group}?q=zoe")).await.body;
    assert!(page.contains("Nothing here.") && page.contains("value=\"zoe\""), "{page}");
}

/// Nobody ends what somebody else has just made longer.
#[tokio::test]
async fn a_membership_that_changed_meanwhile_is_not_overwritten() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let group = program.make("/groups", &json!({ "name": "staff" })).await["id"].as_str().unwrap().to_owned();
    let alice = app.user("alice").await.id;
    let member = format!("/groups/{group}/members/{alice}");
    let call = async |method: Method, tag: &str| {
        let body = if method == Method::PUT { json!({}) } else { Value::Null };
        program.call_with(method, &member, &body, &[("if-match", tag)]).await
    };
    assert_eq!(program.call(Method::GET, &member, &Value::Null).await.status, StatusCode::NOT_FOUND);
    for tag in ["*", "\"x\""] {
        assert_eq!(call(Method::PUT, tag).await.status, StatusCode::PRECONDITION_FAILED, "there is nothing to match");
    }
    let until = json!({ "expires_at": app.app.now() + chrono::Duration::hours(1) });
    let made = program.call(Method::PUT, &member, &until).await.header("etag").unwrap();
    let seen = program.call(Method::GET, &member, &Value::Null).await.header("etag").unwrap();
    assert_eq!(seen, made);
    let unchanged = program.call_with(Method::GET, &member, &Value::Null, &[("if-none-match", &seen)]).await;
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    let longer = call(Method::PUT, &seen).await.header("etag").unwrap();
    assert_ne!(longer, seen);
    for method in [Method::PUT, Method::DELETE] {
        let late = call(method, &seen).await;
        assert_eq!((late.status, late.code().as_str()), (StatusCode::PRECONDITION_FAILED, "precondition_failed"));
    }
    assert_eq!(call(Method::DELETE, &longer).await.status, StatusCode::NO_CONTENT);
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

//! Tokens with which people make accounts for themselves.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Program, clients::text_of};
use crate::harness::{Answer, SoftPasskey, TestApp};

const BY_TOKEN: (&str, &str) = ("CLAVIGER_REGISTRATION__SIGN_UP", "token");

async fn made(program: &Program, body: Value) -> (Value, String) {
    let made = program.make("/sign-up-tokens", &body).await;
    let token = text_of(&made, "token");
    (made, token)
}

/// Somebody opens the link and makes an account.
async fn sign_up(app: &TestApp, name: &str, token: Option<&str>) -> Answer {
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    browser.register(&json!({ "sign_up": { "username": name, "token": token } }), &mut SoftPasskey::new()).await
}

#[tokio::test]
async fn whoever_holds_a_token_makes_an_account_in_its_groups() {
    let app = TestApp::with(&[BY_TOKEN]).await;
    let program = app.program(None).await;
    let group = text_of(&program.make("/groups", &json!({ "name": "staff" })).await, "id");
    program.make("/groups", &json!({ "name": "gone" })).await;
    let (told, token) = made(&program, json!({ "groups": ["staff", "gone"], "uses": 2 })).await;
    assert!(token.starts_with("clv_st_") && text_of(&told, "url").ends_with(&format!("/sign-up?token={token}")));
    let gone = program.read("/groups?q=gone").await["items"][0]["id"].as_str().unwrap().to_owned();
    program.call(Method::DELETE, &format!("/groups/{gone}"), &Value::Null).await;
    assert_eq!(sign_up(&app, "stranger", None).await.code(), "sign_up_closed");
    assert_eq!(app.browser().open("/sign-up").await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.browser().open(&format!("/sign-up?token={token}")).await.status, StatusCode::OK);
    for name in ["alice", "bob"] {
        assert_eq!(sign_up(&app, name, Some(&token)).await.status, StatusCode::OK, "{name}");
    }
    assert_eq!(sign_up(&app, "carol", Some(&token)).await.code(), "link_spent");
    assert_eq!(app.browser().open(&format!("/sign-up?token={token}")).await.status, StatusCode::GONE);
    let members = program.read(&format!("/groups/{group}/members")).await["items"].clone();
    let names: Vec<_> = members.as_array().unwrap().iter().map(|one| one["username"].clone()).collect();
    assert_eq!(names, [json!("alice"), json!("bob")]);
    let listed = program.read("/sign-up-tokens").await["items"][0].clone();
    assert_eq!((&listed["used"], &listed["groups"], &listed["token"]), (&json!(2), &json!(["staff"]), &Value::Null));
    let lines = program.read("/audit?event=user.created").await["items"].clone();
    assert_eq!(lines[0]["details"]["sign_up_token"], told["id"]);
    assert!(!program.read("/audit").await.to_string().contains(&token), "told once");
}

#[tokio::test]
async fn a_token_ends_by_time_and_by_hand() {
    let app = TestApp::with(&[BY_TOKEN]).await;
    let program = app.program(None).await;
    let until = app.app.now() + chrono::Duration::seconds(60);
    let (_, short) = made(&program, json!({ "expires_at": until })).await;
    let (told, removed) = made(&program, json!({})).await;
    let path = format!("/sign-up-tokens/{}", text_of(&told, "id"));
    assert_eq!(program.call(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.call(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sign_up(&app, "alice", Some(&removed)).await.code(), "link_spent");
    // Begun in time, and finished too late.
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.open("/sign-in").await;
    let asked = json!({ "sign_up": { "username": "alice", "token": short } });
    let begun = browser.call("/webauthn/registration/begin", &asked).await.json();
    let credential = passkey.create(begun["publicKey"].clone(), &browser.origin).await;
    app.advance(60);
    let late = browser
        .call("/webauthn/registration/finish", &json!({ "ceremony": begun["ceremony"], "credential": credential }))
        .await;
    assert_eq!(late.code(), "link_spent");
    assert!(app.audit().await.iter().all(|event| event != "user.created"));
    for bad in ["x", "clv_st_x", "clv_en_x"] {
        assert_eq!(sign_up(&app, "alice", Some(bad)).await.code(), "link_spent", "{bad}");
    }
}

/// Who does not become a person after all uses nothing up.
#[tokio::test]
async fn a_refusal_costs_no_use() {
    let app = TestApp::with(&[BY_TOKEN]).await;
    let program = app.program(None).await;
    program
        .make("/groups", &json!({ "name": "vault", "passkey_policy": { "aaguids": [uuid::Uuid::from_u128(9)] } }))
        .await;
    // This instance has not heard of what the group demands; the lock on it has.
    let (_, vault) = made(&program, json!({ "groups": ["vault"] })).await;
    assert_eq!(sign_up(&app, "alice", Some(&vault)).await.code(), "policy_refused");
    let (_, token) = made(&program, json!({})).await;
    // Somebody takes the name between beginning and finishing.
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.open("/sign-in").await;
    let asked = json!({ "sign_up": { "username": "alice", "token": token } });
    let begun = browser.call("/webauthn/registration/begin", &asked).await.json();
    let credential = passkey.create(begun["publicKey"].clone(), &browser.origin).await;
    program.make("/users", &json!({ "username": "alice" })).await;
    let taken = browser
        .call("/webauthn/registration/finish", &json!({ "ceremony": begun["ceremony"], "credential": credential }))
        .await;
    assert_eq!(taken.code(), "username_taken");
    let used: Vec<_> = program.read("/sign-up-tokens").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["used"].clone())
        .collect();
    assert_eq!(used, [json!(0), json!(0)]);
    assert_eq!(sign_up(&app, "bob", Some(&token)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_use_is_one_persons() {
    let app = TestApp::with(&[BY_TOKEN]).await;
    let program = app.program(None).await;
    let (_, token) = made(&program, json!({ "uses": 3 })).await;
    let names: Vec<_> = (0..8).map(|n| format!("person{n}")).collect();
    let all = names.iter().map(|name| sign_up(&app, name, Some(&token)));
    let done = futures_util::future::join_all(all).await;
    let good = done.iter().filter(|answer| answer.status == StatusCode::OK).count();
    assert_eq!(good, 3);
    assert_eq!(program.read("/sign-up-tokens").await["items"][0]["used"], 3);
}

#[tokio::test]
async fn what_is_no_token_is_refused_with_what_is_wrong() {
    let app = TestApp::with(&[BY_TOKEN]).await;
    let program = app.program(None).await;
    for (body, detail) in [
        (json!({ "uses": 0 }), "uses"),
        (json!({ "uses": 10_001 }), "uses"),
        (json!({ "groups": ["nobody"] }), "nobody"),
        (json!({ "expires_at": "2020-01-01T00:00:00Z" }), "over already"),
    ] {
        let answer = program.call(Method::POST, "/sign-up-tokens", &body).await;
        assert_eq!(answer.code(), "invalid_request", "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(detail), "{}", answer.body);
    }
    // Whoever may not put people into groups does not do it this way.
    program.make("/groups", &json!({ "name": "staff" })).await;
    let narrow = app.program(Some("admin:invitations:write")).await;
    let by_group = narrow.call(Method::POST, "/sign-up-tokens", &json!({ "groups": ["staff"] })).await;
    assert_eq!(by_group.code(), "insufficient_scope");
    let people = app.program(Some("admin:users:write")).await;
    let invited = people.call(Method::POST, "/users", &json!({ "username": "a", "groups": ["staff"] })).await;
    assert_eq!(invited.code(), "insufficient_scope", "nor by an invitation");
    let closed = TestApp::with(&[("CLAVIGER_REGISTRATION__SIGN_UP", "closed")]).await;
    let refused = closed.program(None).await.call(Method::POST, "/sign-up-tokens", &json!({})).await;
    assert_eq!(refused.code(), "invalid_request");
    assert_eq!(sign_up(&closed, "alice", Some("clv_st_x")).await.code(), "sign_up_closed");
    let mut root = closed.person("root", &[Role::Administrator]).await;
    assert!(root.browser.open("/admin/invitations").await.body.contains("registration.sign_up"));
}

//! Links to a first passkey: who is waited for, and how one is called back.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Program, people::user};
use crate::harness::{SoftPasskey, TestApp};

async fn waiting(program: &Program) -> Vec<String> {
    let page = program.read("/invitations").await;
    page["items"].as_array().unwrap().iter().map(|one| one["username"].as_str().unwrap().to_owned()).collect()
}

async fn invited(app: &TestApp, program: &Program, name: &str) -> (String, String) {
    let made = program.make("/users", &user(name)).await;
    app.clock.advance(chrono::Duration::milliseconds(2));
    let link = made["invitation"]["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    (format!("/users/{}/invitation", made["user"]["id"].as_str().unwrap()), link)
}

#[tokio::test]
async fn who_is_waited_for_is_listed_once_and_no_longer_than_that() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let (alice, _) = invited(&app, &program, "alice").await;
    let (_, of_bob) = invited(&app, &program, "bob").await;
    invited(&app, &program, "carol").await;
    assert_eq!(waiting(&program).await, ["carol", "bob", "alice"]);
    // Another link takes the place of the one before.
    program.make(&alice, &Value::Null).await;
    app.browser().enroll(&of_bob, &mut SoftPasskey::new()).await;
    assert_eq!(waiting(&program).await, ["alice", "carol"]);
    let page = program.read("/invitations?limit=1&sort=-created_at").await;
    assert_eq!(page["items"][0]["username"], "carol");
    let next = page["next"].as_str().unwrap();
    assert_eq!(
        program.read(&format!("/invitations?limit=1&sort=-created_at&after={next}")).await["items"][0]["username"],
        "alice"
    );
    let found = program.read("/invitations?q=CA").await["items"].clone();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["username"]), (1, &json!("carol")));
    assert_eq!(program.read("/invitations?q=bob").await["items"], json!([]), "nobody waits for who came");
    let mut root = app.person("root", &[Role::Administrator]).await;
    let shown = root.browser.open("/admin/invitations?q=car").await.body;
    assert!(shown.contains(">carol</a>") && !shown.contains(">alice</a>"), "{shown}");
    let shown = root.browser.open("/admin/invitations").await.body;
    assert_eq!((shown.matches(">alice</a>").count(), shown.matches(">bob</a>").count()), (1, 0), "{shown}");
    app.clock.advance(chrono::Duration::days(8));
    assert!(waiting(&app.program(None).await).await.is_empty());
}

#[tokio::test]
async fn an_invitation_that_is_called_back_leads_nowhere() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let (path, link) = invited(&app, &program, "alice").await;
    assert_eq!(program.call(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.code(), "link_spent");
    assert!(waiting(&program).await.is_empty());
    assert_eq!(program.call(Method::DELETE, &path, &Value::Null).await.code(), "not_found");
    let line = program.read("/audit?event=enrollment_link.revoked").await["items"][0].clone();
    assert_eq!(line["details"], json!({ "kind": "invitation" }));
    // They are not lost by that.
    let again = program.make(&path, &Value::Null).await["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(app.browser().enroll(&again, &mut SoftPasskey::new()).await.status, StatusCode::OK);
}

/// Who may not invite somebody may not keep them out either.
#[tokio::test]
async fn nobody_calls_back_who_stands_above_them() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let made = root.call(Method::POST, "/users", &json!({ "username": "boss", "roles": ["administrator"] })).await;
    let path = format!("/users/{}/invitation", made.json()["user"]["id"].as_str().unwrap());
    let mut manager = app.person("manager", &[Role::UserManager]).await;
    assert_eq!(manager.call(Method::DELETE, &path, &Value::Null).await.code(), "forbidden");
    assert_eq!(app.program(None).await.call(Method::DELETE, &path, &Value::Null).await.code(), "forbidden");
    assert_eq!(root.call(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
}

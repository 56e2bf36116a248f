//! Whose something is: nobody reaches it through somebody else, nor through whoever stands above them.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::TestApp;

/// The first of what there is.
async fn first(program: &super::Program, path: &str) -> String {
    program.read(path).await["items"][0]["id"].as_str().unwrap().to_owned()
}

/// What is named under another person than its owner is not there, and stays.
#[tokio::test]
async fn what_is_anothers_is_not_reached_by_a_persons_path() {
    let app = TestApp::new().await;
    let (alice, bob) = (app.person("alice", &[]).await, app.person("bob", &[]).await);
    let program = app.program(None).await;
    for list in ["sessions", "credentials"] {
        let own = format!("/users/{}/{list}", alice.id);
        let one = first(&program, &own).await;
        let crooked = format!("/users/{}/{list}/{one}", bob.id);
        assert_eq!(program.call(Method::DELETE, &crooked, &Value::Null).await.code(), "not_found", "{list}");
        assert_eq!(first(&program, &own).await, one);
    }
}

/// Nobody reaches whoever holds a role that they do not hold.
#[tokio::test]
async fn nobody_touches_who_stands_above_them() {
    let app = TestApp::new().await;
    let root = app.person("root", &[Role::Administrator]).await;
    let auditor = app.person("auditor", &[Role::Auditor]).await;
    let mut manager = app.person("manager", &[Role::UserManager]).await;
    let machine = app.program(None).await;
    let app_of_all = app.tool("everybody's", None).await;
    for target in [root.id, auditor.id] {
        let user = format!("/users/{target}");
        let calls = [
            (Method::PATCH, user.clone(), json!({ "display_name": "x" })),
            (Method::PATCH, user.clone(), json!({ "email": "thief@example.org", "email_verified": true })),
            (Method::PATCH, user.clone(), json!({ "enabled": false })),
            (Method::PATCH, user.clone(), json!({ "roles": [] })),
            (Method::DELETE, user.clone(), Value::Null),
            (Method::POST, format!("{user}/recovery-link"), Value::Null),
            (Method::POST, format!("{user}/invitation"), Value::Null),
            (Method::DELETE, format!("{user}/sessions"), Value::Null),
            (
                Method::DELETE,
                format!("{user}/sessions/{}", first(&machine, &format!("{user}/sessions")).await),
                Value::Null,
            ),
            (
                Method::DELETE,
                format!("{user}/credentials/{}", first(&machine, &format!("{user}/credentials")).await),
                Value::Null,
            ),
            (Method::DELETE, format!("{user}/consents/{}", app_of_all.client_id), Value::Null),
        ];
        for (method, path, body) in calls {
            let by_page = manager.call(method.clone(), &path, &body).await;
            assert_eq!(by_page.code(), "forbidden", "{method} {path}");
            assert_eq!(machine.call(method.clone(), &path, &body).await.code(), "forbidden", "{method} {path}");
        }
    }
    // Nor does anybody make somebody, or themselves, more than they are.
    let alice = app.user("alice").await.id;
    for role in [Role::Administrator, Role::Auditor, Role::ClientManager] {
        let roles = json!({ "roles": [role] });
        for id in [alice, manager.id] {
            assert_eq!(manager.call(Method::PATCH, &format!("/users/{id}"), &roles).await.code(), "forbidden");
        }
        let invited = manager.call(Method::POST, "/users", &json!({ "username": "x", "roles": [role] })).await;
        assert_eq!(invited.code(), "forbidden");
    }
    let equal = json!({ "roles": ["user_manager"] });
    assert_eq!(manager.call(Method::PATCH, &format!("/users/{alice}"), &equal).await.status, StatusCode::OK);
}

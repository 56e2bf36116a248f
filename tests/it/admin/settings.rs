//! What can be said while the server runs.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Program;
use crate::harness::{SoftPasskey, TestApp};

async fn put(program: &Program, body: &Value) -> Value {
    let answer = program.call(Method::PUT, "/settings", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{body}: {}", answer.body);
    answer.json()
}

async fn may_sign_up(app: &TestApp, name: &str) -> bool {
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let answer = browser.register(&json!({ "sign_up": { "username": name } }), &mut SoftPasskey::new()).await;
    assert!(answer.status == StatusCode::OK || answer.code() == "sign_up_closed", "{}", answer.body);
    answer.status == StatusCode::OK
}

#[tokio::test]
async fn what_is_said_holds_at_once_and_on_every_instance() {
    let app = TestApp::new().await;
    let other = app.second_instance().await;
    let program = app.program(None).await;
    let before = program.read("/settings").await;
    assert_eq!(before["registration"], json!({ "sign_up": "open", "link_lifetime": "7d" }));
    assert_eq!(
        (&before["branding"]["accent"], &before["said"], &before["configured"]),
        (&Value::Null, &json!([]), &json!([]))
    );
    assert!(may_sign_up(&app, "alice").await);
    let asked = json!({
        "registration": { "sign_up": "closed", "link_lifetime": "1h" },
        "branding": { "accent": "#3355aa", "contact": "help@example.org" },
    });
    let told = put(&program, &asked).await;
    assert_eq!(told["registration"], asked["registration"]);
    assert_eq!(told["said"].as_array().unwrap().len(), 4);
    assert!(!may_sign_up(&app, "bob").await);
    assert!(app.browser().open("/sign-in").await.body.contains("/brand.css"));
    assert!(app.browser().open("/brand.css").await.body.contains("#3355aa"));
    let made = program.make("/users", &json!({ "username": "carol" })).await;
    assert_eq!(made["invitation"]["expires_at"], json!(app.app.now() + chrono::Duration::hours(1)));
    assert!(may_sign_up(&other, "dave").await, "it has not looked yet");
    other.app.refresh().await.unwrap();
    assert!(!may_sign_up(&other, "erin").await);
    assert_eq!(app.again_with(&[]).await.app.settings().branding.contact.as_deref(), Some("help@example.org"));
    // What is left out, null or empty is as without it.
    let told = put(&program, &json!({ "registration": null, "branding": { "contact": "" } })).await;
    assert_eq!(told, before);
    let line = program.read("/audit?event=settings.updated").await["items"][1]["details"].clone();
    assert_eq!(line["registration.sign_up"], json!({ "before": null, "after": "closed" }));
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let before = put(&program, &json!({ "branding": { "contact": "desk" } })).await;
    for (body, detail) in [
        (json!({ "registration": { "sign_up": "everybody" } }), "registration.sign_up"),
        (json!({ "registration": { "link_lifetime": "soon" } }), "registration.link_lifetime"),
        (json!({ "registration": { "nothing": "x" } }), "registration.nothing"),
        (json!({ "branding": { "accent": "red" } }), "branding.accent"),
        (json!({ "branding": { "accent": "#+1+1+1" } }), "branding.accent"),
        (json!({ "branding": { "accent": "#ffff00" } }), "branding.accent"),
        (json!({ "branding": { "contact": "x".repeat(501) } }), "branding.contact"),
        (json!({ "branding": { "contact": "a\nb" } }), "branding.contact"),
    ] {
        let answer = program.call(Method::PUT, "/settings", &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_request"), "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().starts_with(detail), "{}", answer.body);
    }
    for body in [json!({ "server": {} }), json!({ "registration": { "sign_up": 1 } }), json!([])] {
        assert_eq!(program.call(Method::PUT, "/settings", &body).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(program.read("/settings").await, before);
    let etag = program.call(Method::GET, "/settings", &Value::Null).await.header("etag").unwrap();
    put(&program, &json!({ "branding": { "contact": "front desk" } })).await;
    let late = program.call_with(Method::PUT, "/settings", &json!({}), &[("if-match", &etag)]).await;
    assert_eq!(late.code(), "precondition_failed");
}

/// Who has the machine has the last word.
#[tokio::test]
async fn what_the_configuration_says_is_said_there() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    put(&program, &json!({ "registration": { "sign_up": "open" }, "branding": { "contact": "desk" } })).await;
    let app = app.again_with(&[("CLAVIGER_REGISTRATION__SIGN_UP", "closed")]).await;
    let program = app.program(None).await;
    assert!(!may_sign_up(&app, "alice").await);
    let told = program.read("/settings").await;
    assert_eq!(
        (&told["registration"]["sign_up"], &told["configured"]),
        (&json!("closed"), &json!(["registration.sign_up"]))
    );
    assert_eq!(told["said"], json!(["branding.contact"]));
    let refused = program.call(Method::PUT, "/settings", &json!({ "registration": { "sign_up": "token" } })).await;
    assert_eq!(refused.json()["detail"], "registration.sign_up: the configuration says it");
    let mut root = app.person("root", &[Role::Administrator]).await;
    let page = root.browser.open("/admin/settings").await.body;
    assert!(
        !page.contains("name=\"registration.sign_up\"") && page.contains("name=\"branding.contact\" value=\"desk\"")
    );
    let answer = root.call(Method::PUT, "/settings", &json!({ "branding": { "contact": "<b>&" } })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(root.browser.open("/admin/settings").await.body.contains("value=\"&#60;b&#62;&#38;\""));
    // What was said before rests, and holds again once the configuration says nothing of it.
    let back = app.again_without("CLAVIGER_REGISTRATION__SIGN_UP").await;
    assert_eq!(
        back.program(None).await.read("/settings").await["said"],
        json!(["branding.contact", "registration.sign_up"])
    );
}

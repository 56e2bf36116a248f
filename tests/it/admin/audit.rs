//! The log: by filters, on its page, and as a file.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::people::user;
use crate::harness::TestApp;

#[tokio::test]
async fn the_audit_log_is_read_by_what_happened_to_whom_and_when() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let alice = program.make("/users", &user("alice")).await["user"]["id"].as_str().unwrap().to_owned();
    app.advance(10);
    let middle = app.app.now().to_rfc3339().replace('+', "%2B");
    program.make("/users", &user("bob")).await;
    let count = async |query: &str| program.read(&format!("/audit?{query}")).await["items"].as_array().unwrap().len();
    assert_eq!(count(&format!("subject={alice}&event=user.created")).await, 1);
    assert_eq!(count("event=user.created").await, 2);
    assert_eq!(count(&format!("event=user.created&since={middle}")).await, 1);
    assert_eq!(count(&format!("event=user.created&until={middle}")).await, 1);
    assert_eq!(count("event=user.created&outcome=failure").await, 0);
    let line = &program.read("/audit?event=user.created").await["items"][0];
    assert!(line["client"].as_str().unwrap().starts_with("client-tool-"), "{line}");
    // As a file: all of it, oldest first, in either form.
    let export = async |query: &str| program.call(Method::GET, &format!("/audit/export?{query}"), &Value::Null).await;
    let lines = export("event=user.created").await;
    assert_eq!(lines.header("content-disposition").as_deref(), Some("attachment; filename=\"audit.jsonl\""));
    let told: Vec<Value> = lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((told.len(), &told[0]["subject"]), (2, &json!(alice)));
    let csv = export(&format!("event=user.created&subject={alice}&format=csv")).await;
    let rows: Vec<_> = csv.body.lines().collect();
    assert_eq!((rows.len(), rows[0].split(',').count()), (2, 12), "{}", csv.body);
    assert!(rows[1].contains(&alice) && csv.header("content-type").as_deref() == Some("text/csv"), "{}", csv.body);
    assert_eq!(export("format=xml").await.code(), "invalid_request");
    let one = format!("request_id={}", line["request_id"].as_str().unwrap());
    assert!(count(&one).await >= 1);
}

/// Whoever looks for somebody knows a name and a time of day; a program knows an id and an instant.
#[tokio::test]
async fn the_page_of_the_log_is_asked_in_words() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let alice = program.make("/users", &user("alice")).await["user"]["id"].as_str().unwrap().to_owned();
    program.make("/users", &user("bob")).await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    root.call(Method::PATCH, &format!("/users/{alice}"), &json!({ "display_name": "Alice" })).await;
    let mut open = async |query: &str| {
        let page = root.browser.open(&format!("/admin/audit?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.body);
        page.body
    };
    let lines = |page: &str| page.matches("<li class=\"item\">").count();
    let page = open("event=user.created&subject=Alice").await;
    assert!(lines(&page) == 1 && page.contains("An account was made</h3>"), "{page}");
    assert!(page.contains("value=\"Alice\""), "what was typed stays: {page}");
    assert_eq!(lines(&open(&format!("event=user.created&subject={alice}")).await), 1);
    assert_eq!(lines(&open("event=user.created&subject=nobody").await), 0);
    assert!(open("subject=nobody").await.contains("Nobody has this name."));
    assert!(open("actor=%22%22").await.contains("Nobody has this name."));
    let page = open("event=user.updated&actor=root").await;
    assert!(lines(&page) == 1 && page.contains("alice · by root"), "{page}");
    // Others that only few ask are open when they are asked.
    assert!(page.contains("<details open><summary>More filters"), "{page}");
    let at = |seconds| (app.app.now() + chrono::Duration::seconds(seconds)).format("%Y-%m-%dT%H:%M").to_string();
    assert_eq!(lines(&open(&format!("event=user.created&subject=alice&since={}", at(-60))).await), 1);
    assert_eq!(lines(&open(&format!("event=user.created&subject=alice&since={}", at(60))).await), 0);
    assert_eq!(lines(&open(&format!("event=user.created&until={}", at(-60))).await), 0);
    // The file has the same lines: the API knows ids and instants.
    let page = open(&format!("event=user.created&subject=alice&since={}", at(-60))).await;
    let (_, rest) = page.split_once("/api/admin/v1/audit/export?").unwrap();
    let query = rest.split('"').next().unwrap().replace("&#38;", "&");
    assert!(query.contains(&format!("subject={alice}")), "{query}");
    let file = program.call(Method::GET, &format!("/audit/export?{query}"), &Value::Null).await;
    assert_eq!(file.body.lines().filter(|line| line.contains("user.created")).count(), 1, "{}", file.body);
}

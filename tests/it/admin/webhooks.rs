//! Events that others are told: signed, until they have heard, and to nobody who should not.

use std::sync::Arc;

use claviger::{jobs::deliver_webhooks, protocol::role::Role};
use poem::http::{Method, StatusCode};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use standardwebhooks::Webhook;

use super::{Program, clients::text_of};
use crate::harness::{TestApp, site::Site};

/// A server with a webhook to a site.
struct Scene {
    site: Site,
    app: TestApp,
    program: Program,
    path: String,
    secret: String,
}

impl Scene {
    async fn new(events: &[&str]) -> Self {
        let site = Site::new().await;
        site.publish("/hook", "text/plain", "");
        let app = TestApp::beside(&site, &[]).await;
        let program = app.program(None).await;
        let made = program.make("/webhooks", &json!({ "url": site.url("/hook"), "events": events })).await;
        let (path, secret) = (format!("/webhooks/{}", text_of(&made, "id")), text_of(&made, "secret"));
        let scene = Self { site, app, program, path, secret };
        // What was made is itself an event, for whoever is told by then; nobody was.
        scene.deliver().await;
        scene
    }

    async fn deliver(&self) {
        deliver_webhooks::run_due(&Arc::clone(&self.app.app)).await.unwrap();
    }

    fn told(&self) -> Vec<Value> {
        self.site.asked("/hook").iter().map(|body| serde_json::from_str(body).unwrap()).collect()
    }

    async fn deliveries(&self) -> Vec<Value> {
        // Tokens end while deliveries are waited for.
        let program = self.app.program(None).await;
        let page = program.read(&format!("{}/deliveries", self.path)).await;
        page["items"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn events_are_told_signed_as_receivers_verify_it() {
    let scene = Scene::new(&["group.*"]).await;
    let group = scene.program.make("/groups", &json!({ "name": "staff" })).await;
    scene.program.make("/users", &json!({ "username": "alice" })).await;
    scene.deliver().await;
    scene.deliver().await;
    let told = scene.told();
    assert_eq!(told.len(), 1, "once, and nothing that was not asked for: {told:?}");
    assert_eq!((&told[0]["type"], &told[0]["data"]["event"]), (&json!("group.created"), &json!("group.created")));
    assert_eq!(told[0]["data"]["details"]["group"], group["name"]);
    let line = &scene.program.read("/audit?event=group.created").await["items"][0];
    assert_eq!((&told[0]["data"], &told[0]["timestamp"]), (line, &line["at"]));
    let (headers, body) = &scene.site.requests("/hook")[0];
    assert_eq!(headers["webhook-id"], line["id"].as_str().unwrap());
    let at = scene.app.app.now().timestamp();
    assert_eq!(headers["webhook-timestamp"], at.to_string());
    // As another implementation signs it.
    let expected = Webhook::new(&scene.secret).unwrap().sign(&headers["webhook-id"], at, body.as_bytes()).unwrap();
    assert_eq!(headers["webhook-signature"], expected);
    assert_eq!(scene.deliveries().await[0]["outcome"], "delivered");
}

/// An event and its message are one: what is undone is told to nobody.
#[tokio::test]
async fn what_did_not_happen_is_told_to_nobody() {
    let scene = Scene::new(&["*"]).await;
    scene.program.make("/groups", &json!({ "name": "staff" })).await;
    let refused = scene.program.call(Method::POST, "/groups", &json!({ "name": "staff" })).await;
    assert_eq!(refused.code(), "name_taken");
    scene.deliver().await;
    let types: Vec<_> = scene.told().iter().map(|one| one["type"].clone()).collect();
    assert_eq!(types, [json!("group.created")]);
}

#[tokio::test]
async fn who_does_not_answer_is_told_again_and_given_up_at_last() {
    let scene = Scene::new(&["group.created"]).await;
    scene.site.answer("/hook", 500, "text/plain", "");
    scene.program.make("/groups", &json!({ "name": "staff" })).await;
    scene.deliver().await;
    scene.deliver().await;
    assert_eq!(scene.told().len(), 1, "not at once");
    scene.app.advance(10);
    scene.site.publish("/hook", "text/plain", "");
    // By another instance as well as by this one.
    let other = scene.app.second_instance().await;
    deliver_webhooks::run_due(&Arc::clone(&other.app)).await.unwrap();
    let requests = scene.site.requests("/hook");
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].0["webhook-id"], requests[1].0["webhook-id"], "so that it counts once");
    let deliveries = scene.deliveries().await;
    let outcomes: Vec<_> = deliveries.iter().map(|one| (one["attempt"].clone(), one["outcome"].clone())).collect();
    assert_eq!(outcomes, [(json!(2), json!("delivered")), (json!(1), json!("again"))]);
    assert_eq!(deliveries[1]["error"], "answered 500");
    scene.site.answer("/hook", 500, "text/plain", "");
    scene.program.make("/groups", &json!({ "name": "others" })).await;
    for _ in 0..12 {
        scene.deliver().await;
        scene.app.advance(13 * 3600);
    }
    let given_up = scene.deliveries().await;
    assert!(given_up.iter().any(|one| one["outcome"] == "given_up" && one["attempt"] == 9), "{given_up:?}");
}

#[tokio::test]
async fn a_test_is_sent_even_where_nothing_else_is() {
    let scene = Scene::new(&["*"]).await;
    let off = json!({ "url": scene.site.url("/hook"), "events": ["*"], "enabled": false });
    assert_eq!(scene.program.call(Method::PUT, &scene.path, &off).await.status, StatusCode::OK);
    scene.program.make("/groups", &json!({ "name": "staff" })).await;
    let sent = scene.program.call(Method::POST, &format!("{}/test", scene.path), &Value::Null).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED);
    scene.deliver().await;
    let told = scene.told();
    assert_eq!((told.len(), &told[0]["type"]), (1, &json!("webhook.test")), "{told:?}");
    assert_eq!(told[0]["data"]["id"], sent.json()["message_id"]);
    // Removed with what is on its way.
    scene.program.call(Method::POST, &format!("{}/test", scene.path), &Value::Null).await;
    assert_eq!(scene.program.call(Method::DELETE, &scene.path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    scene.deliver().await;
    assert_eq!(scene.told().len(), 1);
    assert_eq!(scene.program.call(Method::GET, &scene.path, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_webhook_is_refused_with_what_is_wrong() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    for (url, events, detail) in [
        ("http://hooks.example/x", json!(["*"]), "https"),
        ("https://user:pass@hooks.example/x", json!(["*"]), "user"),
        ("hooks", json!(["*"]), "https"),
        ("https://hooks.example/x", json!([]), "from 1"),
        ("https://hooks.example/x", json!(["user.*", "nothing.*"]), "nothing.*"),
    ] {
        let answer = program.call(Method::POST, "/webhooks", &json!({ "url": url, "events": events })).await;
        assert_eq!(answer.code(), "invalid_request", "{url}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(detail), "{}", answer.body);
    }
}

/// Nobody sends the server to its neighbours, whatever they write down.
#[tokio::test]
async fn neighbours_are_not_told() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let body = json!({ "url": "https://127.0.0.1:1/x", "events": ["group.created"] });
    let path = format!("/webhooks/{}", text_of(&program.make("/webhooks", &body).await, "id"));
    program.make("/groups", &json!({ "name": "staff" })).await;
    deliver_webhooks::run_due(&Arc::clone(&app.app)).await.unwrap();
    let delivery = &program.read(&format!("{path}/deliveries")).await["items"][0];
    assert_eq!(delivery["error"], "leads to an address that may not be called");
}

/// The secret is told once, and stored sealed; the address is in no line of the log.
#[tokio::test]
async fn secrets_stay_secret() {
    let scene = Scene::new(&["user.*"]).await;
    let shown = scene.program.read(&scene.path).await;
    assert!(shown["secret"].is_null());
    let lines = scene.program.read("/audit?event=webhook.created").await.to_string();
    assert!(lines.contains("localhost") && !lines.contains("/hook") && !lines.contains("whsec_"), "{lines}");
    let etag = scene.program.call(Method::GET, &scene.path, &Value::Null).await.header("etag").unwrap();
    let body = json!({ "url": scene.site.url("/hook"), "events": ["*"] });
    let changed = scene.program.call_with(Method::PUT, &scene.path, &body, &[("if-match", &etag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    let late = scene.program.call_with(Method::PUT, &scene.path, &body, &[("if-match", &etag)]).await;
    assert_eq!(late.code(), "precondition_failed");
}

/// A command changes things in a process of its own; whoever serves delivers.
#[tokio::test]
async fn every_instance_knows_whom_to_tell() {
    let scene = Scene::new(&["user.created"]).await;
    let other = scene.app.second_instance().await;
    let mut root = other.person("root", &[Role::Administrator]).await;
    root.call(Method::POST, "/users", &json!({ "username": "alice" })).await;
    scene.deliver().await;
    let told = scene.told();
    assert!(told.iter().any(|one| one["type"] == "user.created"), "{told:?}");
}

/// To be told of events is to read the audit log, and an address may be a secret.
#[tokio::test]
async fn a_webhook_is_no_way_around_scopes() {
    let scene = Scene::new(&["user.*"]).await;
    let narrow = scene.app.program(Some("admin:settings:write")).await;
    let body = json!({ "url": scene.site.url("/hook"), "events": ["*"] });
    for (method, path) in [(Method::POST, "/webhooks"), (Method::PUT, &*scene.path)] {
        assert_eq!(narrow.call(method.clone(), path, &body).await.code(), "insufficient_scope", "{method}");
    }
    let mut auditor = scene.app.person("auditor", &[Role::Auditor]).await;
    for path in [&*scene.path, "/webhooks"] {
        let shown = auditor.call(Method::GET, path, &Value::Null).await.body;
        assert!(shown.contains("https://localhost") && !shown.contains("/hook\""), "{shown}");
    }
    let page = auditor.browser.open("/admin/settings").await.body;
    assert!(page.contains("localhost") && !page.contains("/hook"), "{page}");
}

/// A row of a newer version, or one that somebody broke by hand, keeps nobody from signing in, and can be removed.
#[tokio::test]
async fn an_unreadable_webhook_stops_nothing() {
    let scene = Scene::new(&["user.*"]).await;
    let store = &scene.app.app.store;
    let broken = store.write(async |tx| {
        let rows =
            entity::webhook::Entity::update_many().col_expr(entity::webhook::Column::Events, json!({ "x": 1 }).into());
        rows.exec(tx).await?;
        let change = scene.app.app.uuid();
        claviger::store::setting::put_version(tx, "version.webhooks", change.as_bytes(), scene.app.app.now()).await
    });
    broken.await.unwrap();
    scene.app.app.follow().await.unwrap();
    scene.app.app.check_fresh().unwrap();
    let mut root = scene.app.person("root", &[Role::Administrator]).await;
    assert_eq!(root.browser.open("/admin/settings").await.status, StatusCode::OK);
    assert_eq!(root.call(Method::DELETE, &scene.path, &Value::Null).await.status, StatusCode::NO_CONTENT);
}

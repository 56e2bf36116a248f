//! The endpoints of FIDO's conformance tests: off by default, and on the same ceremonies as pages.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, Browser, SoftPasskey, TestApp, place::Place};

const ON: [(&str, &str); 2] =
    [("CLAVIGER_WEBAUTHN__CONFORMANCE_API", "on"), ("CLAVIGER_REGISTRATION__SIGN_UP", "closed")];

async fn post(browser: &mut Browser, path: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json")];
    browser.send(Method::POST, path, &headers, body.to_string().into_bytes()).await
}

async fn register(browser: &mut Browser, name: &str, passkey: &mut SoftPasskey) -> Value {
    let options = post(browser, "/attestation/options", &json!({ "username": name, "displayName": "A" })).await.json();
    let credential = passkey.create(options, &browser.origin.clone()).await;
    post(browser, "/attestation/result", &credential).await.json()
}

#[tokio::test]
async fn both_ceremonies_pass() {
    let app = TestApp::with(&ON).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    let asked = json!({ "username": "alice", "displayName": "Alice", "extensions": { "example.extension": true } });
    let options = post(&mut browser, "/attestation/options", &asked).await.json();
    assert_eq!((&options["status"], &options["errorMessage"]), (&json!("ok"), &json!("")));
    assert_eq!(options["extensions"]["example.extension"], true);
    assert_eq!(options["user"]["name"], "alice");
    let credential = passkey.create(options, &browser.origin.clone()).await;
    let result = post(&mut browser, "/attestation/result", &credential).await;
    assert_eq!((result.status, result.json()["status"].clone()), (StatusCode::OK, json!("ok")));
    let again = post(&mut browser, "/attestation/options", &asked).await.json();
    assert_eq!(again["excludeCredentials"][0]["id"], credential["id"]);
    let asked = json!({ "username": "alice", "userVerification": "preferred" });
    let options = post(&mut browser, "/assertion/options", &asked).await.json();
    assert_eq!(
        (&options["userVerification"], &options["allowCredentials"][0]["id"]),
        (&json!("preferred"), &credential["id"])
    );
    let credential = passkey.get(options, &browser.origin.clone()).await;
    let result = post(&mut browser, "/assertion/result", &credential).await.json();
    assert_eq!(result, json!({ "status": "ok", "errorMessage": "" }));
    let twice = post(&mut browser, "/assertion/result", &credential).await;
    assert_eq!((twice.status.is_client_error(), twice.json()["status"].clone()), (true, json!("failed")));
}

#[tokio::test]
async fn what_is_wrong_is_told_as_the_tests_want_it() {
    let app = TestApp::with(&ON).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    assert_eq!(register(&mut browser, "alice", &mut passkey).await["status"], "ok");
    let unknown = post(&mut browser, "/assertion/options", &json!({ "username": "nobody" })).await;
    assert_eq!(unknown.json()["status"], "failed");
    for body in [json!({}), json!([]), json!({ "username": 1 }), json!({ "username": "" })] {
        for path in ["/attestation/options", "/assertion/options"] {
            let refused = post(&mut browser, path, &body).await;
            assert!(refused.status.is_client_error() && refused.json()["status"] == "failed", "{path} {body}");
        }
    }
    let options = post(&mut browser, "/assertion/options", &json!({ "username": "alice" })).await.json();
    let mut credential = passkey.get(options, &browser.origin.clone()).await;
    credential["response"]["signature"] = json!("AAAA");
    let refused = post(&mut browser, "/assertion/result", &credential).await.json();
    assert!(refused["status"] == "failed" && refused["errorMessage"] != "", "{refused}");
    let early = post(&mut app.browser(), "/attestation/result", &json!({ "id": "x" })).await;
    assert_eq!(early.json()["status"], "failed");
}

/// Somebody else's browser can't finish what this one began.
#[tokio::test]
async fn a_ceremony_is_its_browsers_own() {
    let app = TestApp::with(&ON).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    let options = post(&mut browser, "/attestation/options", &json!({ "username": "alice" })).await.json();
    let credential = passkey.create(options, &browser.origin.clone()).await;
    let mut other = app.browser();
    post(&mut other, "/attestation/options", &json!({ "username": "bob" })).await;
    assert_eq!(post(&mut other, "/attestation/result", &credential).await.json()["status"], "failed");
}

#[tokio::test]
async fn they_are_not_there_unless_they_are_switched_on() {
    let app = TestApp::new().await;
    for path in ["/attestation/options", "/attestation/result", "/assertion/options", "/assertion/result"] {
        assert_eq!(post(&mut app.browser(), path, &json!({ "username": "a" })).await.status, StatusCode::NOT_FOUND);
    }
    let mut place = Place::new().await;
    place.set("CLAVIGER_WEBAUTHN__CONFORMANCE_API", "on");
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org");
    let (exit, _, detail) = place.failure(&["config", "check"]);
    assert!(exit == 78 && detail.contains("webauthn.conformance_api"), "{detail}");
    place.set("CLAVIGER_WEBAUTHN__CONFORMANCE_API", "forced");
    assert!(place.run(&["config", "check"]).status.success());
}

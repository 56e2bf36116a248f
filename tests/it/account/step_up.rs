//! A step-up is good once, for one thing, in one session, for five minutes.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{alice, elsewhere, two_passkeys};
use crate::harness::{SoftPasskey, TestApp};

#[tokio::test]
async fn a_step_up_is_for_its_action_and_target() {
    let app = TestApp::new().await;
    let (mut browser, [mut first, _], all) = two_passkeys(&app).await;
    let remove = |id: &str| format!("/passkeys/{id}");
    let for_other = browser.stepped_up("passkey.remove", Some(&all[0]), &mut first).await;
    let for_codes = browser.stepped_up("recovery_codes", None, &mut first).await;
    let unknown = format!("clv_su_{}", "A".repeat(43));
    for wrong in [None, Some(&*for_other), Some(&*for_codes), Some(&*unknown), Some("x")] {
        let refused = browser.portal(Method::DELETE, &remove(&all[1]), &json!({}), wrong).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "step_up_required"));
        assert_eq!(refused.json()["action"], "passkey.remove");
    }
    let codes = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&for_codes)).await;
    assert_eq!(codes.status, StatusCode::OK, "a refusal elsewhere spends nothing");
    let again = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&for_codes)).await;
    assert_eq!(again.code(), "step_up_required");
}

#[tokio::test]
async fn a_step_up_ends_after_five_minutes() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let step_up = browser.stepped_up("recovery_codes", None, &mut passkey).await;
    app.advance(300);
    let late = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&step_up)).await;
    assert_eq!(late.code(), "step_up_required");
}

#[tokio::test]
async fn a_step_up_is_good_in_its_own_session_alone() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let step_up = browser.stepped_up("recovery_codes", None, &mut passkey).await;
    let mut elsewhere = elsewhere(&app, &mut passkey).await;
    elsewhere.open("/account/recovery").await;
    let stolen = elsewhere.portal(Method::POST, "/recovery-codes", &json!({}), Some(&step_up)).await;
    assert_eq!(stolen.code(), "step_up_required");
    let own = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&step_up)).await;
    assert_eq!(own.status, StatusCode::OK);
}

#[tokio::test]
async fn somebody_elses_passkey_steps_nobody_up() {
    let app = TestApp::new().await;
    let (mut browser, mut alices) = alice(&app).await;
    let mut bobs = SoftPasskey::new();
    app.browser().sign_up("bob", &mut bobs).await;
    // Bob answers what Alice was asked: his authenticator does not know her passkeys, so the answer is bent.
    let begun = browser
        .call("/webauthn/authentication/begin", &json!({ "step_up": { "action": "recovery_codes" } }))
        .await
        .json();
    let mut options = begun["publicKey"].clone();
    options["allowCredentials"] = json!([]);
    let credential = bobs.get(options, &browser.origin.clone()).await;
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
    let refused = browser.call("/webauthn/authentication/finish", &body).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::UNAUTHORIZED, "verification_failed"));
    browser.stepped_up("recovery_codes", None, &mut alices).await;
}

/// A step-up that was begun in a session which ended meanwhile gives nothing.
#[tokio::test]
async fn a_session_that_ended_is_not_stepped_up() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let body = browser.assertion(&json!({ "step_up": { "action": "recovery_codes" } }), &mut passkey).await;
    let mut elsewhere = elsewhere(&app, &mut passkey).await;
    elsewhere.open("/account/sessions").await;
    elsewhere.portal(Method::DELETE, "/sessions", &json!({}), None).await;
    let late = browser.call("/webauthn/authentication/finish", &body).await;
    assert_eq!(late.code(), "session_required");
}

#[tokio::test]
async fn what_is_no_action_is_refused() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    for bad in [
        json!({ "action": "everything" }),
        json!({ "action": "passkey.remove" }),
        json!({ "action": "export", "target": "x" }),
        json!({ "action": "passkey.remove", "target": "x".repeat(256) }),
        Value::from("recovery_codes"),
    ] {
        let refused = browser.call("/webauthn/authentication/begin", &json!({ "step_up": bad })).await;
        assert_eq!(refused.code(), "invalid_request", "{bad}");
    }
    let mut nobody = app.browser();
    nobody.open("/sign-in").await;
    let asked = json!({ "step_up": { "action": "export" } });
    assert_eq!(nobody.call("/webauthn/authentication/begin", &asked).await.code(), "session_required");
}

/// A step-up changes neither the session nor its cookie: it is for one thing, and no sign-in.
#[tokio::test]
async fn a_step_up_is_no_sign_in() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let before = browser.portal(Method::GET, "/sessions", &Value::Null, None).await.json();
    app.advance(60);
    let answer = browser.step_up("export", None, &mut passkey).await;
    assert!(answer.header("set-cookie").is_none() && answer.json().get("location").is_none());
    let after = browser.portal(Method::GET, "/sessions", &Value::Null, None).await.json();
    assert_eq!(after[0]["auth_time"], before[0]["auth_time"]);
}

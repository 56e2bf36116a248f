//! What apps were refused, as whoever administers them sees it.

use claviger::{jobs, protocol::role::Role};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::{
    Program,
    clients::{asked, registered, text_of},
};
use crate::harness::{Registered, S256, TestApp, start};

async fn errors(app: &TestApp, program: &Program, client: &Registered) -> Vec<Value> {
    app.app.write_refusals().await.unwrap();
    program.read(&format!("/clients/{}/errors", client.client_id)).await["items"].as_array().unwrap().clone()
}

fn authorize(client: &Registered, redirect_uri: &str, more: &str) -> String {
    format!(
        "/oauth2/authorize?client_id={}&redirect_uri={redirect_uri}&response_type=code&scope=openid{more}",
        client.client_id
    )
}

#[tokio::test]
async fn what_an_app_was_refused_is_told_exactly() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let made = program.make("/clients", &asked("photos")).await;
    let client = registered(&app, &made).await;
    let other = registered(&app, &program.make("/clients", &asked("other")).await).await;
    assert!(errors(&app, &program, &client).await.is_empty());
    let mut browser = app.browser();
    let unknown = "https%3A%2F%2Fphotos.example%2Fcallback";
    for _ in 0..3 {
        let page = browser.open(&authorize(&client, unknown, "")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        app.clock.advance(chrono::Duration::seconds(1));
    }
    let told = errors(&app, &program, &client).await;
    let expected = json!({
        "endpoint": "authorize", "error": "invalid_request", "error_description": "redirect_uri is not registered",
        "detail": "https://photos.example/callback", "count": 3,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&told[0][name], value, "{name}");
    }
    // What goes back to the app, and what its own calls are answered.
    let known = "https%3A%2F%2Fphotos.example%2Fcb";
    browser.open(&authorize(&client, known, "")).await.redirected("error").unwrap();
    app.clock.advance(chrono::Duration::seconds(1));
    let wrong = Registered { secret: Some("clv_cs_wrong".to_owned()), ..client.clone() };
    let fields = [("grant_type", "authorization_code"), ("code", "clv_ac_x"), ("code_verifier", S256.0)];
    assert_eq!(wrong.post(&app, "/oauth2/token", &fields).await.status, StatusCode::UNAUTHORIZED);
    app.clock.advance(chrono::Duration::seconds(1));
    assert_eq!(client.post(&app, "/oauth2/token", &fields).await.status, StatusCode::BAD_REQUEST);
    let told = errors(&app, &program, &client).await;
    let brief: Vec<_> = told.iter().map(|one| [&one["endpoint"], &one["error"], &one["reason"]]).collect();
    assert_eq!(brief[0][..2], [&json!("token"), &json!("invalid_grant")], "{told:?}");
    assert_eq!(brief[1], [&json!("token"), &json!("invalid_client"), &json!("wrong_secret")]);
    assert_eq!(brief[2][..2], [&json!("authorize"), &json!("invalid_request")]);
    assert_eq!(told.len(), 4);
    assert!(!json!(told).to_string().contains("clv_"), "no secret and no code");
    assert!(errors(&app, &program, &other).await.is_empty());
    // Whether somebody is signed in is a question, and no mistake.
    let looks = format!("&prompt=none&code_challenge={}&code_challenge_method=S256", S256.1);
    assert_eq!(browser.open(&authorize(&client, known, &looks)).await.redirected("error").unwrap(), "login_required");
    assert_eq!(errors(&app, &program, &client).await.len(), 4);
    // An app that is switched off is told so here, and nowhere else.
    let path = format!("/clients/{}", client.client_id);
    let mut off = program.read(&path).await;
    off["enabled"] = false.into();
    program.call(poem::http::Method::PUT, &path, &off).await;
    app.clock.advance(chrono::Duration::seconds(1));
    browser.open(&authorize(&client, known, "")).await;
    client.post(&app, "/oauth2/token", &fields).await;
    let told = errors(&app, &program, &client).await;
    assert!(told.iter().any(|one| one["reason"] == "disabled"), "{told:?}");
    assert!(told.iter().any(|one| one["error_description"] == "the client is disabled"), "{told:?}");
}

/// Whoever floods an app with nonsense makes a few rows, and nothing of theirs is more than text.
#[tokio::test]
async fn refusals_stay_few_and_go_after_a_week() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let client = registered(&app, &program.make("/clients", &asked("photos")).await).await;
    let mut browser = app.browser();
    for number in 0..40 {
        let evil = format!("https%3A%2F%2Fevil.example%2F%3Cscript%3E%0A{number}{}", "x".repeat(1000));
        browser.open(&authorize(&client, &evil, "")).await;
    }
    let told = errors(&app, &program, &client).await;
    assert_eq!((told.len(), &told[0]["count"]), (1, &json!(40)));
    let detail = text_of(&told[0], "detail");
    assert!(detail.chars().count() <= 300 && !detail.contains(char::is_control), "{detail}");
    let mut root = app.person("root", &[Role::Administrator]).await;
    for page in ["", "/test?since=0"] {
        let body = root.browser.open(&format!("/admin/clients/{}{page}", client.client_id)).await.body;
        assert!(body.contains("redirect_uri is not registered") && body.contains("evil.example"), "{body}");
        assert!(!body.contains("<script>"), "{body}");
    }
    // Days are counted together, and each goes after a week.
    app.clock.advance(chrono::Duration::days(4));
    browser.open(&authorize(&client, "https%3A%2F%2Fx.example", "")).await;
    let program = app.program(None).await;
    let told = errors(&app, &program, &client).await;
    assert_eq!((told.len(), &told[0]["count"], &told[0]["detail"]), (1, &json!(41), &json!("https://x.example")));
    app.clock.advance(chrono::Duration::days(4));
    assert_eq!(errors(&app, &app.program(None).await, &client).await[0]["count"], 1);
    app.clock.advance(chrono::Duration::days(4));
    let program = app.program(None).await;
    assert!(errors(&app, &program, &client).await.is_empty());
    let (_keep, stop) = tokio::sync::watch::channel(false);
    jobs::run_due(&app.app, &stop).await;
    let left = claviger::store::client_error::list(&app.app.store.read(), client.client.id, start()).await.unwrap();
    assert!(left.is_empty(), "the janitor took it");
    // An app that goes takes what it was refused along, and what comes late is nobody's.
    browser.open(&authorize(&client, "https%3A%2F%2Fx.example", "")).await;
    let path = format!("/clients/{}", client.client_id);
    assert_eq!(program.call(poem::http::Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    app.app.write_refusals().await.unwrap();
}

#[tokio::test]
async fn a_trial_shows_how_far_an_app_gets() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let client = registered(&app, &program.make("/clients", &asked("photos")).await).await;
    let mut manager = app.person("manager", &[Role::ClientManager]).await;
    let path = format!("/admin/clients/{}/test", client.client_id);
    let begun = manager.browser.open(&path).await.location();
    for since in ["-1000000000000000000", "9000000000000000000", "x"] {
        assert_eq!(
            manager.browser.open(&format!("{path}?since={since}")).await.status,
            StatusCode::SEE_OTHER,
            "{since}"
        );
    }
    let page = manager.browser.open(&begun).await.body;
    assert!(page.contains("href=\"https://photos.example\"") && page.contains("data-again"), "{page}");
    assert_eq!(page.matches("class=\"tag ok\"").count(), 0);
    app.clock.advance(chrono::Duration::seconds(1));
    let mut alice = app.person("alice", &[]).await;
    let code = alice.browser.code(&client, "scope=openid", &mut alice.passkey).await.redirected("code").unwrap();
    assert_eq!(manager.browser.open(&begun).await.body.matches("class=\"tag ok\"").count(), 1);
    client.redeem(&alice.browser, &code).await;
    let page = manager.browser.open(&begun).await.body;
    assert!(page.matches("class=\"tag ok\"").count() == 2 && !page.contains("data-again"), "{page}");
    assert!(!page.contains("alice"), "who manages apps does not see who signs in");
    // Another trial begins where this one is.
    app.clock.advance(chrono::Duration::seconds(1));
    let again = manager.browser.open(&path).await.location();
    assert_eq!(manager.browser.open(&again).await.body.matches("class=\"tag ok\"").count(), 0);
}

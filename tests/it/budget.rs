//! The statement budget: what each path may ask of the database. BEGIN and COMMIT are not counted.

use poem::http::Method;
use serde_json::json;

use crate::harness::{SoftPasskey, TestApp, client::tokens};

macro_rules! statements {
    ($app:expr, $call:expr) => {{
        let before = $app.app.store.statements();
        let answer = $call;
        (answer, $app.app.store.statements() - before)
    }};
}

#[tokio::test]
async fn each_path_keeps_its_budget() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    browser.code(&client, "", &mut passkey).await;
    for path in ["/.well-known/openid-configuration", "/oauth2/jwks", "/livez"] {
        let (_, count) = statements!(app, app.browser().open(path).await);
        assert_eq!(count, 0, "{path}");
    }
    browser.open("/sign-in").await;
    let (body, count) = statements!(app, browser.assertion(&json!({}), &mut passkey).await);
    assert_eq!(count, 0, "authentication begin");
    let (_, count) = statements!(app, browser.call("/webauthn/authentication/finish", &body).await);
    assert!(count <= 8, "authentication finish: one read for the key, one transaction: {count}");
    let (answer, count) = statements!(app, browser.authorize(&client.query("")).await);
    assert!(count <= 8, "authorize with a session: one read, one transaction: {count}");
    let code = answer.redirected("code").unwrap();
    let (answer, count) = statements!(app, client.redeem(&browser, &code).await);
    assert!(count <= 5, "token by code: one transaction: {count}");
    let bearer = format!("Bearer {}", tokens(&answer).0);
    let headers = [("authorization", &*bearer)];
    let (_, count) = statements!(app, app.browser().send(Method::GET, "/oauth2/userinfo", &headers, vec![]).await);
    assert_eq!(count, 1, "userinfo");
}

//! The statement budget: what each path may ask of the database.

use claviger::store::{Counts, enrollment_link::Kind};
use poem::http::Method;
use serde_json::json;

use crate::harness::{SoftPasskey, TestApp, client::tokens};

/// Reads and write transactions of one call, and its answer.
macro_rules! asked {
    ($app:expr, $call:expr) => {{
        let before = $app.app.store.counts();
        let answer = $call;
        let Counts { reads, transactions, .. } = $app.app.store.counts();
        (answer, (reads - before.reads, transactions - before.transactions))
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
        let (_, asked) = asked!(app, app.browser().open(path).await);
        assert_eq!(asked, (0, 0), "{path}");
    }
    browser.open("/sign-in").await;
    let (body, asked) = asked!(app, browser.assertion(&json!({}), &mut passkey).await);
    assert_eq!(asked, (0, 0), "authentication begin");
    let (_, asked) = asked!(app, browser.call("/webauthn/authentication/finish", &body).await);
    assert_eq!(asked, (1, 1), "authentication finish: the key, then one transaction");
    let (answer, asked) = asked!(app, browser.authorize(&client.query("")).await);
    assert_eq!(asked, (1, 1), "authorize with a session and standing consent");
    let code = answer.redirected("code").unwrap();
    let (answer, asked) = asked!(app, client.redeem(&browser, &code).await);
    assert_eq!(asked, (0, 1), "token by code");
    let bearer = format!("Bearer {}", tokens(&answer).0);
    let headers = [("authorization", &*bearer)];
    let (_, asked) = asked!(app, app.browser().send(Method::GET, "/oauth2/userinfo", &headers, vec![]).await);
    assert_eq!(asked, (1, 0), "userinfo");
}

#[tokio::test]
async fn beginning_a_ceremony_only_reads() {
    let app = TestApp::new().await;
    let user = app.user("alice").await;
    let link = app.link(&user, Kind::Invitation).await;
    let client = app.public_client("a").await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.open("/sign-up").await;
    let sign_up = json!({ "sign_up": { "username": "bob" } });
    let (_, asked) = asked!(app, browser.call("/webauthn/registration/begin", &sign_up).await);
    assert_eq!(asked, (1, 0), "is the name free");
    let (_, asked) = asked!(app, browser.call("/webauthn/registration/begin", &json!({ "link": link })).await);
    assert_eq!(asked, (3, 0), "link, person, passkeys");
    browser.enroll(&link, &mut passkey).await;
    let location = browser.authorize(&client.query("prompt=login")).await.location();
    browser.get(&location).await;
    let request = json!({ "request": location.rsplit('=').next().unwrap() });
    let (_, asked) = asked!(app, browser.call("/webauthn/authentication/begin", &request).await);
    assert_eq!(asked, (3, 0), "request, session, passkeys");
}

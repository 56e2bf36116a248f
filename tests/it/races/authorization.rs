//! Requests of apps, answered in many tabs.

use poem::http::StatusCode;
use serde_json::json;

use super::{PARALLEL, winners};
use crate::harness::{SoftPasskey, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_authorization_request_gives_one_code() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let client = a.client("a", |_| (), |client| client.require_consent = false).await;
    b.app.refresh().await.unwrap();
    let mut browser = a.browser();
    let location = browser.authorize(&client.query("")).await.location();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    let resume = location.replace("/sign-in?request=", "/oauth2/authorize/");
    let attempts = (0..PARALLEL).map(|i| {
        let (mut browser, resume) = (browser.on(if i % 2 == 0 { &a } else { &b }), resume.clone());
        async move { browser.get(&resume).await }
    });
    let (_, answers) = winners(attempts.collect()).await;
    let codes = answers.iter().filter(|a| a.status == StatusCode::SEE_OTHER && a.redirected("code").is_some()).count();
    assert_eq!(codes, 1);
    assert_eq!(answers.iter().filter(|a| a.status == StatusCode::GONE).count(), PARALLEL - 1);
}

/// Tabs and silent renewals of one session at once: each gets its code, none waits for another for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_session_authorizes_many_at_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let client = a.client("a", |_| (), |client| client.require_consent = false).await;
    b.app.refresh().await.unwrap();
    let mut browser = a.browser();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    let attempts = (0..PARALLEL).map(|i| {
        let (mut browser, query) = (browser.on(if i % 2 == 0 { &a } else { &b }), client.query("prompt=none"));
        async move { browser.authorize(&query).await }
    });
    let (_, answers) = winners(attempts.collect()).await;
    assert!(answers.iter().all(|answer| answer.redirected("code").is_some()));
}

/// Ceremonies, a consent and resumes of one request at once, in two tabs of one person: no deadlock, one code.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn steps_of_one_request_do_not_wait_for_each_other_for_ever() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    for _ in 0..8 {
        let location = browser.authorize(&client.query("prompt=consent")).await.location();
        let id = location.split('/').nth(2).unwrap().to_owned();
        browser.get(&location).await;
        let body = browser.assertion(&json!({ "request": id }), &mut passkey).await;
        let (mut ceremony, mut consent, mut resume) = (browser.clone(), browser.clone(), browser.clone());
        let path = format!("/oauth2/authorize/{id}");
        let allow = json!({ "decision": "allow" });
        let (first, second, third) = tokio::join!(
            ceremony.call("/webauthn/authentication/finish", &body),
            consent.call(&location, &allow),
            resume.open(&path),
        );
        for answer in [&first, &second, &third] {
            assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
        }
        if first.status == StatusCode::OK {
            browser = ceremony;
        }
        browser.open("/sign-in").await;
    }
}

//! Ceremonies and links.

use claviger::store::{credential, enrollment_link::Kind};
use poem::http::{Method, StatusCode};
use serde_json::json;

use super::{PARALLEL, winners};
use crate::harness::{SoftPasskey, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_challenge_is_spent_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let mut passkey = SoftPasskey::new();
    a.browser().sign_up("alice", &mut passkey).await;
    let mut browser = a.browser();
    browser.open("/sign-in").await;
    let body = browser.assertion(&json!({}), &mut passkey).await;
    let attempts = (0..PARALLEL).map(|i| {
        let (mut browser, body) = (browser.on(if i % 2 == 0 { &a } else { &b }), body.clone());
        async move { browser.call("/webauthn/authentication/finish", &body).await }
    });
    let (won, answers) = winners(attempts.collect()).await;
    assert_eq!(won, 1);
    assert!(answers.iter().filter(|a| a.status != StatusCode::OK).all(|a| a.code() == "ceremony_spent"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_enrolment_link_is_used_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let user = a.user("alice").await;
    let link = a.link(&user, Kind::Invitation).await;
    let mut attempts = Vec::new();
    for i in 0..PARALLEL {
        let app = if i % 2 == 0 { &a } else { &b };
        let mut browser = app.browser();
        browser.open(&format!("/enroll/{link}")).await;
        let begun = browser.call("/webauthn/registration/begin", &json!({ "link": link })).await.json();
        let credential = SoftPasskey::new().create(begun["publicKey"].clone(), &browser.origin).await;
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
        attempts.push(async move { browser.call("/webauthn/registration/finish", &body).await });
    }
    let (won, answers) = winners(attempts).await;
    assert_eq!(won, 1);
    assert!(answers.iter().filter(|a| a.status != StatusCode::OK).all(|a| a.code() == "link_spent"));
    assert_eq!(credential::list_by_user(&a.app.store.read(), user.id).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_step_up_is_spent_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let (mut browser, mut passkey) = (a.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    browser.open("/account").await;
    let step_up = browser.stepped_up("export", None, &mut passkey).await;
    let attempts = (0..PARALLEL).map(|i| {
        let (mut browser, step_up) = (browser.on(if i % 2 == 0 { &a } else { &b }), step_up.clone());
        async move { browser.portal(Method::POST, "/export", &json!({}), Some(&step_up)).await }
    });
    let (won, answers) = winners(attempts.collect()).await;
    assert_eq!(won, 1);
    assert!(answers.iter().filter(|a| a.status != StatusCode::OK).all(|a| a.code() == "step_up_required"));
}

/// Two assertions with the same counter, each with a challenge of its own: the UPDATE lets one through.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_equal_counters_one_is_accepted() {
    let app = TestApp::new().await;
    let mut hardware = SoftPasskey::new();
    hardware.counts = true;
    app.browser().sign_up("alice", &mut hardware).await;
    let mut attempts = Vec::new();
    for _ in 0..PARALLEL {
        let mut browser = app.browser();
        browser.open("/sign-in").await;
        let mut body = browser.assertion(&json!({}), &mut hardware).await;
        let nine = |data: &mut Vec<u8>| data[33..37].copy_from_slice(&9u32.to_be_bytes());
        hardware.forge(&mut body["credential"], nine, |_| ());
        attempts.push(async move { browser.call("/webauthn/authentication/finish", &body).await });
    }
    let (won, answers) = winners(attempts).await;
    assert_eq!(won, 1);
    assert!(answers.iter().filter(|a| a.status != StatusCode::OK).all(|a| a.code() == "verification_failed"));
}

//! The way back by mail: asked for, told at once, held back, called off, or used once.

use poem::http::{Method, StatusCode};
use serde_json::json;

use super::{bob, somebody_else};
use crate::harness::{Answer, SoftPasskey, TestApp, postbox::Postbox};

const ON: [(&str, &str); 2] =
    [("CLAVIGER_MAIL__RECOVERY", "true"), ("CLAVIGER_RATE_LIMIT__RECOVERIES_PER_ADDRESS", "1000")];

const DAY: i64 = 24 * 3600;

async fn ask(app: &TestApp, username: &str) -> Answer {
    let mut browser = app.browser();
    browser.open("/recover").await;
    browser.call("/recover/email", &json!({ "username": username })).await
}

#[tokio::test]
async fn the_link_comes_after_a_day_and_makes_one_passkey() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    let (mut lost, mut old) = bob(&app).await;
    postbox.letters(&app).await;
    app.advance(1);
    let answer = ask(&app, "Bob").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::ACCEPTED, ""));
    let told = postbox.letter(&app).await;
    assert!(told.subject.contains("wants to come back") && !told.text.contains("/enroll/"), "{}", told.text);
    ask(&app, "bob").await;
    app.advance(DAY - 1);
    assert!(postbox.letters(&app).await.is_empty(), "neither the link yet, nor a second letter");
    app.advance(1);
    let letter = postbox.letter(&app).await;
    let link = letter.token("/enroll/");
    let (mut back, mut new) = (app.browser(), SoftPasskey::new());
    assert_eq!(back.enroll(&link, &mut new).await.status, StatusCode::OK);
    assert!(postbox.letter(&app).await.subject.contains("came back"));
    assert_eq!(lost.open("/account").await.status, StatusCode::SEE_OTHER, "whoever has the lost device is out");
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::GONE);
    assert_eq!(app.browser().sign_in(&mut new).await.status, StatusCode::OK);
    assert_eq!(app.browser().sign_in(&mut old).await.status, StatusCode::OK, "it stays until somebody removes it");
    let events = app.audit().await;
    assert!(events.contains(&"recovery.requested".to_owned()), "{events:?}");
}

#[tokio::test]
async fn the_link_is_good_for_an_hour() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    bob(&app).await;
    postbox.letters(&app).await;
    app.advance(1);
    ask(&app, "bob").await;
    postbox.letters(&app).await;
    app.advance(DAY);
    let link = postbox.letter(&app).await.token("/enroll/");
    app.advance(3600);
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::GONE);
}

/// By the letter, before and after the link came; opening the page does nothing yet.
#[tokio::test]
async fn whoever_reads_the_letter_can_call_it_off() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    bob(&app).await;
    for is_late in [false, true] {
        postbox.letters(&app).await;
        app.advance(2 * 3600);
        ask(&app, "bob").await;
        let cancel = postbox.letter(&app).await.token("/recover/cancel/");
        let mut reader = app.browser();
        let page = reader.open(&format!("/recover/cancel/{cancel}")).await;
        assert!(page.status == StatusCode::OK && page.body.contains("Call it off"), "{}", page.body);
        let mut link = None;
        if is_late {
            app.advance(DAY);
            link = Some(postbox.letter(&app).await.token("/enroll/"));
        }
        let off = reader.call("/recover/cancel", &json!({ "link": cancel })).await;
        assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.body);
        app.advance(DAY);
        assert!(postbox.letters(&app).await.is_empty());
        if let Some(link) = link {
            assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::GONE);
        }
        let again = reader.call("/recover/cancel", &json!({ "link": cancel })).await;
        assert_eq!(again.code(), "link_spent");
    }
    assert!(app.audit().await.contains(&"recovery.cancelled".to_owned()));
}

/// Whoever can still sign in needs no way back: somebody else asked.
#[tokio::test]
async fn a_passkey_that_is_used_calls_it_off() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    let (_, mut passkey) = bob(&app).await;
    postbox.letters(&app).await;
    app.advance(1);
    ask(&app, "bob").await;
    postbox.letters(&app).await;
    app.advance(1);
    app.browser().sign_in(&mut passkey).await;
    app.advance(DAY);
    assert!(postbox.letters(&app).await.is_empty());
    assert!(app.audit().await.contains(&"recovery.cancelled".to_owned()));
}

#[tokio::test]
async fn the_portal_says_so_and_calls_it_off() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    let (mut browser, _) = bob(&app).await;
    postbox.letters(&app).await;
    assert!(!browser.open("/account").await.body.contains("way back into your account by mail"));
    assert!(browser.open("/account/recovery").await.body.contains("a link can be sent to bob@example.org"));
    let none = browser.portal(Method::DELETE, "/recovery-request", &json!({}), None).await;
    assert_eq!(none.code(), "not_found");
    ask(&app, "bob").await;
    postbox.letters(&app).await;
    assert!(browser.open("/account").await.body.contains("way back into your account by mail"));
    assert!(browser.open("/account/recovery").await.body.contains("Somebody wants to come back by mail"));
    let off = browser.portal(Method::DELETE, "/recovery-request", &json!({}), None).await;
    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.body);
    app.advance(DAY);
    assert!(postbox.letters(&app).await.is_empty());
}

/// Unknown, disabled, unconfirmed, with a role, or switched off: one answer, no letter.
#[tokio::test]
async fn it_is_open_to_few_and_tells_nobody_who() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    app.administrator("root").await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.open("/sign-up").await;
    let asked = json!({ "sign_up": { "username": "mallory", "email": "victim@example.org" } });
    browser.register(&asked, &mut passkey).await;
    let disabled = app.user("carol").await;
    app.set_enabled(&disabled, false).await;
    postbox.letters(&app).await;
    let mut seen = Vec::new();
    for name in ["root", "mallory", "carol", "nobody", "not a name", "", "bob"] {
        if name == "bob" {
            somebody_else(&app, "bob").await;
            postbox.letters(&app).await;
        }
        let before = app.app.store.counts();
        let answer = ask(&app, name).await;
        let after = app.app.store.counts();
        if !["not a name", ""].contains(&name) {
            seen.push((after.transactions - before.transactions, after.statements - before.statements));
        }
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::ACCEPTED, ""), "{name}");
        let letters = postbox.letters(&app).await.len();
        assert_eq!(letters, usize::from(name == "bob"), "{name}");
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "the same work for everybody: {seen:?}");
    app.advance(DAY);
    assert_eq!(postbox.letters(&app).await.len(), 1);
}

#[tokio::test]
async fn what_changed_meanwhile_counts() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    for change in ["address", "disabled"] {
        let (mut browser, mut passkey) = somebody_else(&app, change).await;
        app.advance(1);
        ask(&app, change).await;
        postbox.letters(&app).await;
        match change {
            "address" => {
                browser.open("/account/profile").await;
                let step_up = browser.stepped_up("email", None, &mut passkey).await;
                let body = json!({ "email": "thief@example.org" });
                browser.portal(Method::PUT, "/email", &body, Some(&step_up)).await;
            }
            _ => app.set_enabled(&app.find_user(change).await, false).await,
        }
        postbox.letters(&app).await;
        app.advance(DAY);
        assert!(postbox.letters(&app).await.is_empty(), "{change}");
    }
}

#[tokio::test]
async fn it_is_off_unless_an_operator_wants_it() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    bob(&app).await;
    postbox.letters(&app).await;
    assert!(!app.browser().open("/recover").await.body.contains("recover-email"));
    assert_eq!(ask(&app, "bob").await.status, StatusCode::ACCEPTED);
    app.advance(DAY);
    assert!(postbox.letters(&app).await.is_empty());
    let with = postbox.app(&ON).await;
    assert!(with.browser().open("/recover").await.body.contains("recover-email"));
}

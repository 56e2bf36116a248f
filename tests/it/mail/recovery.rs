//! The way back by mail: asked for, told at once, held back, called off, or used once.

use claviger::store::{Tx, recovery_request, user};
use poem::http::{Method, StatusCode};
use serde_json::json;

use super::{bob, somebody_else};
use crate::harness::{Answer, Browser, SoftPasskey, TestApp, postbox::Postbox};

const ON: [(&str, &str); 3] = [
    ("CLAVIGER_MAIL__RECOVERY", "true"),
    ("CLAVIGER_RATE_LIMIT__RECOVERIES_PER_ADDRESS", "1000"),
    // A session that goes on through all of it.
    ("CLAVIGER_SESSION__IDLE", "10d"),
];

const DAY: i64 = 24 * 3600;

async fn ask(app: &TestApp, username: &str) -> Answer {
    let mut browser = app.browser();
    browser.open("/recover").await;
    browser.call("/recover/email", &json!({ "username": username })).await
}

/// Bob is signed in, and somebody asked for a way back for him, which he was told.
async fn asked() -> (Postbox, TestApp, Browser, SoftPasskey) {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    let (browser, passkey) = bob(&app).await;
    postbox.letters(&app).await;
    app.advance(1);
    ask(&app, "bob").await;
    postbox.letters(&app).await;
    (postbox, app, browser, passkey)
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
    let (postbox, app, ..) = asked().await;
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
        app.advance(2 * DAY);
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
        // Whoever called it off is left in peace for a day.
        ask(&app, "bob").await;
        assert!(postbox.letters(&app).await.is_empty());
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

/// Whoever can still sign in needs no way back: somebody else asked. Before and after the link came.
#[tokio::test]
async fn a_passkey_that_is_used_calls_it_off() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    let (_, mut passkey) = bob(&app).await;
    for is_late in [false, true] {
        postbox.letters(&app).await;
        app.advance(DAY);
        ask(&app, "bob").await;
        postbox.letters(&app).await;
        let mut link = None;
        if is_late {
            app.advance(DAY);
            link = Some(postbox.letter(&app).await.token("/enroll/"));
        }
        app.browser().sign_in(&mut passkey).await;
        app.advance(DAY - 3600);
        assert!(postbox.letters(&app).await.is_empty());
        if let Some(link) = link {
            assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::GONE);
        }
    }
    assert!(app.audit().await.contains(&"recovery.cancelled".to_owned()));
}

/// Whoever came back another way is back: the link that somebody else waits for does not come.
#[tokio::test]
async fn another_way_back_calls_it_off() {
    let (postbox, app, ..) = asked().await;
    let link = app.recovery_link(app.user_id("bob").await).await;
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::OK);
    assert!(postbox.letter(&app).await.subject.contains("came back"));
    app.advance(DAY);
    assert!(postbox.letters(&app).await.is_empty());
}

/// Somebody who asks at night must not keep its owner from being sent a link by day.
#[tokio::test]
async fn nobody_can_keep_the_link_at_a_time_of_their_own() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    bob(&app).await;
    postbox.letters(&app).await;
    app.advance(1);
    ask(&app, "bob").await;
    assert_eq!(postbox.letters(&app).await.len(), 1);
    app.advance(8 * 3600);
    ask(&app, "bob").await;
    assert_eq!(postbox.letters(&app).await.len(), 1, "another one stands beside the first");
    app.advance(DAY - 8 * 3600);
    let first = postbox.letter(&app).await.token("/enroll/");
    app.advance(8 * 3600);
    let second = postbox.letter(&app).await.token("/enroll/");
    assert_eq!(app.browser().enroll(&first, &mut SoftPasskey::new()).await.status, StatusCode::GONE);
    assert_eq!(app.browser().enroll(&second, &mut SoftPasskey::new()).await.status, StatusCode::OK);
}

/// Held back means held back since somebody could know: a letter that did not go out starts nothing.
#[tokio::test]
async fn nothing_is_granted_that_was_not_told() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    bob(&app).await;
    postbox.letters(&app).await;
    app.advance(1);
    postbox.refuse(true);
    ask(&app, "bob").await;
    assert!(postbox.letters(&app).await.is_empty());
    postbox.refuse(false);
    app.advance(12 * 3600);
    assert!(postbox.letter(&app).await.subject.contains("wants to come back"));
    app.advance(DAY - 1);
    assert!(postbox.letters(&app).await.is_empty());
    app.advance(1);
    assert!(postbox.letter(&app).await.subject.contains("way back"));
}

/// A server that was away for days must not answer what is forgotten.
#[tokio::test]
async fn what_is_long_past_is_not_granted() {
    let (postbox, app, ..) = asked().await;
    app.advance(2 * DAY + 1);
    assert!(postbox.letters(&app).await.is_empty());
    assert!(app.audit().await.contains(&"recovery.cancelled".to_owned()));
}

#[tokio::test]
async fn the_portal_says_so_and_calls_it_off() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    let (mut browser, mut passkey) = bob(&app).await;
    postbox.letters(&app).await;
    assert!(!browser.open("/account").await.body.contains("way back into your account by mail"));
    assert!(browser.open("/account/recovery").await.body.contains("a link can be sent to bob@example.org"));
    app.advance(1);
    ask(&app, "bob").await;
    postbox.letters(&app).await;
    let says = async |browser: &mut crate::harness::Browser| {
        let overview = browser.open("/account").await.body.contains("way back into your account by mail");
        overview && browser.open("/account/recovery").await.body.contains("Somebody wants to come back by mail")
    };
    assert!(says(&mut browser).await);
    app.advance(DAY);
    let link = postbox.letter(&app).await.token("/enroll/");
    assert!(says(&mut browser).await, "while the link is good, too");
    // A session alone may be somebody else's, who wants to keep its owner out.
    let without = browser.portal(Method::DELETE, "/recovery-request", &json!({}), None).await;
    assert_eq!(without.code(), "step_up_required");
    let step_up = browser.stepped_up("recovery_codes", None, &mut passkey).await;
    let off = browser.portal(Method::DELETE, "/recovery-request", &json!({}), Some(&step_up)).await;
    assert_eq!(off.status, StatusCode::NO_CONTENT, "{}", off.body);
    assert!(!says(&mut browser).await);
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::GONE);
}

/// Unknown, disabled, unconfirmed, with a role, or switched off: one answer, no letter.
#[tokio::test]
async fn it_is_open_to_few_and_tells_nobody_who() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    // A mailbox must not open what a role opens.
    app.administrator("root").await;
    let root = app.user_id("root").await;
    let now = app.app.now();
    let vouch = async |tx: &Tx| user::update_email(tx, root, Some("root@example.org"), true, now).await;
    app.app.store.write(vouch).await.unwrap();
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
    for change in ["address", "disabled", "unconfirmed", "away"] {
        somebody_else(&app, change).await;
        let user = app.user_id(change).await;
        app.advance(DAY);
        ask(&app, change).await;
        postbox.letters(&app).await;
        let now = app.app.now();
        // Behind the back of whatever calls requests off.
        let write = async |tx: &Tx| match change {
            "address" => user::update_email(tx, user, Some("other@example.org"), true, now).await,
            "unconfirmed" => user::update_email(tx, user, Some("unconfirmed@example.org"), false, now).await,
            "disabled" => user::disable(tx, user, now).await,
            _ => user::update_delete_after(tx, user, Some(now)).await,
        };
        app.app.store.write(write).await.unwrap();
        postbox.letters(&app).await;
        app.advance(DAY);
        assert!(postbox.letters(&app).await.is_empty(), "{change}");
    }
}

/// A link that was sent dies with what allowed it, and disabling somebody takes it away for good.
#[tokio::test]
async fn disabling_takes_the_way_back_away() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    bob(&app).await;
    app.advance(DAY);
    ask(&app, "bob").await;
    postbox.letters(&app).await;
    let user = app.find_user("bob").await;
    app.set_enabled(&user, false).await;
    app.set_enabled(&user, true).await;
    assert_eq!(recovery_request::find_at(&app.app.store.read(), user.id, app.app.now()).await.unwrap(), None);
    app.advance(DAY);
    assert!(postbox.letters(&app).await.is_empty());
}

/// Whoever calls it off while it is being granted is asked in one order: nobody waits for ever, and nothing is granted after.
#[tokio::test]
async fn calling_off_and_granting_at_once_end_well() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&ON).await;
    for round in 0..8 {
        let name = format!("bob{round}");
        somebody_else(&app, &name).await;
        app.advance(DAY);
        ask(&app, &name).await;
        postbox.letters(&app).await;
        app.advance(DAY);
        let (user, now) = (app.user_id(&name).await, app.app.now());
        let off = async |tx: &Tx| {
            user::lock(tx, user).await?;
            recovery_request::cancel(tx, user, now).await
        };
        let (granted, cancelled) = tokio::join!(claviger::jobs::send_mail::run_due(&app.app), app.app.store.write(off));
        granted.unwrap();
        cancelled.unwrap();
        // Called off before it was granted, or the link with it.
        for letter in postbox.letters(&app).await.into_iter().filter(|letter| letter.text.contains("/enroll/")) {
            let used = app.browser().enroll(&letter.token("/enroll/"), &mut SoftPasskey::new()).await;
            assert_eq!(used.status, StatusCode::GONE);
        }
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

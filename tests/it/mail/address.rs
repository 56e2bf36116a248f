//! One's e-mail address: given with a passkey, confirmed by a letter in a session of one's own.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{bob, somebody_else};
use crate::harness::{Answer, Browser, SoftPasskey, TestApp, postbox::Postbox};

async fn put(browser: &mut Browser, passkey: &mut SoftPasskey, email: &Value) -> Answer {
    browser.open("/account/profile").await;
    let step_up = browser.stepped_up("email", None, passkey).await;
    browser.portal(Method::PUT, "/email", &json!({ "email": email }), Some(&step_up)).await
}

async fn address(browser: &mut Browser) -> (Value, bool) {
    let profile = browser.portal(Method::GET, "/profile", &Value::Null, None).await.json();
    (profile["email"].clone(), profile["email_verified"] == true)
}

#[tokio::test]
async fn an_address_counts_once_it_was_confirmed() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = bob(&app).await;
    postbox.letters(&app).await;
    browser.open("/account/profile").await;
    let without = browser.portal(Method::PUT, "/email", &json!({ "email": "new@example.org" }), None).await;
    assert_eq!((without.status, without.code().as_str()), (StatusCode::FORBIDDEN, "step_up_required"));
    assert_eq!(put(&mut browser, &mut passkey, &json!("new@example.org")).await.status, StatusCode::NO_CONTENT);
    // The one before stays until then: a slip costs nobody their letters.
    assert_eq!(address(&mut browser).await, (json!("bob@example.org"), true));
    assert!(browser.open("/account/profile").await.body.contains("new@example.org waits for its confirmation"));
    let asks = postbox.letter(&app).await;
    assert_eq!(asks.to, "new@example.org");
    assert!(!asks.text.contains("bob"), "nothing that somebody typed goes to a stranger: {}", asks.text);
    let link = asks.token("/account/email/");
    // Programs open links too.
    assert!(browser.open(&format!("/account/email/{link}")).await.body.contains("new@example.org"));
    assert_eq!(address(&mut browser).await.0, json!("bob@example.org"));
    let confirm = json!({ "link": link });
    let done = browser.portal(Method::POST, "/email/confirmation", &confirm, None).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.body);
    assert_eq!(address(&mut browser).await, (json!("new@example.org"), true));
    let told = postbox.letter(&app).await;
    assert!(told.to == "bob@example.org" && told.subject.contains("was changed"));
    let again = browser.portal(Method::POST, "/email/confirmation", &confirm, None).await;
    assert_eq!(again.code(), "link_spent");
    assert_eq!(browser.open(&format!("/account/email/{link}")).await.status, StatusCode::GONE);
    assert_eq!(put(&mut browser, &mut passkey, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(address(&mut browser).await, (Value::Null, false));
    assert_eq!(postbox.letter(&app).await.to, "new@example.org");
    let events = app.audit().await;
    assert!(events.contains(&"user.email_changed".to_owned()) && events.contains(&"user.email_verified".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_confirms_once() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = bob(&app).await;
    postbox.letters(&app).await;
    put(&mut browser, &mut passkey, &json!("new@example.org")).await;
    let confirm = json!({ "link": postbox.letter(&app).await.token("/account/email/") });
    let attempts: Vec<_> = (0..8)
        .map(|_| {
            let (mut browser, confirm) = (browser.clone(), confirm.clone());
            tokio::spawn(
                async move { browser.portal(Method::POST, "/email/confirmation", &confirm, None).await.status },
            )
        })
        .collect();
    let mut done = 0;
    for attempt in attempts {
        done += usize::from(attempt.await.unwrap() == StatusCode::NO_CONTENT);
    }
    assert_eq!(done, 1);
    assert_eq!(app.audit().await.iter().filter(|event| *event == "user.email_verified").count(), 1);
}

/// Without mail nobody can be asked, and the address is what somebody says it is.
#[tokio::test]
async fn without_mail_an_address_is_taken_and_vouched_for_by_nobody() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = bob(&app).await;
    assert_eq!(put(&mut browser, &mut passkey, &json!("new@example.org")).await.status, StatusCode::NO_CONTENT);
    assert_eq!(address(&mut browser).await, (json!("new@example.org"), false));
    let verified = browser.portal(Method::POST, "/email/verification", &json!({}), None).await;
    assert_eq!(verified.code(), "not_found");
}

/// Somebody who gives a stranger's address must not have it confirmed by the stranger's click.
#[tokio::test]
async fn nobody_confirms_an_address_for_somebody_else() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut mallory, mut passkey) = somebody_else(&app, "mallory").await;
    let (mut victim, mut own) = somebody_else(&app, "victim").await;
    postbox.letters(&app).await;
    put(&mut mallory, &mut passkey, &json!("victim@example.org")).await;
    let letters = postbox.letters(&app).await;
    let link = letters.iter().find(|letter| letter.to == "victim@example.org").unwrap().token("/account/email/");
    let page = format!("/account/email/{link}");
    let confirm = json!({ "link": link });
    assert_eq!(victim.open(&page).await.status, StatusCode::CONFLICT);
    victim.open("/account").await;
    assert_eq!(victim.portal(Method::POST, "/email/confirmation", &confirm, None).await.code(), "other_session");
    let mut nobody = app.browser();
    let sign_in = nobody.open(&page).await.location();
    assert!(sign_in.starts_with("/sign-in?continue="), "{sign_in}");
    nobody.get(&sign_in).await;
    assert_eq!(nobody.portal(Method::POST, "/email/confirmation", &confirm, None).await.code(), "session_required");
    // Whoever signs in comes back to the page of the letter, and is still somebody else.
    let sealed = sign_in.split_once('=').unwrap().1.to_owned();
    let there = nobody.authenticate(&json!({ "continue": sealed }), &mut own).await.json()["location"].clone();
    assert_eq!(there, json!(page));
    assert_eq!(nobody.get(&page).await.status, StatusCode::CONFLICT);
    assert_eq!(address(&mut mallory).await, (json!("mallory@example.org"), true));
}

#[tokio::test]
async fn a_link_is_for_its_address_and_its_day() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = bob(&app).await;
    put(&mut browser, &mut passkey, &json!("one@example.org")).await;
    let letters = postbox.letters(&app).await;
    let first = letters.iter().find(|letter| letter.to == "one@example.org").unwrap().token("/account/email/");
    put(&mut browser, &mut passkey, &json!("two@example.org")).await;
    let second = postbox.letter(&app).await.token("/account/email/");
    assert_ne!(first, second);
    let old = browser.portal(Method::POST, "/email/confirmation", &json!({ "link": first }), None).await;
    assert_eq!(old.code(), "link_spent");
    app.advance(24 * 3600);
    browser.sign_in(&mut passkey).await;
    browser.open("/account").await;
    let late = browser.portal(Method::POST, "/email/confirmation", &json!({ "link": second }), None).await;
    assert_eq!(late.code(), "link_spent");
    assert_eq!(address(&mut browser).await, (json!("bob@example.org"), true));
}

/// Whoever is asked did not ask for it.
#[tokio::test]
async fn strangers_get_few_letters() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = bob(&app).await;
    put(&mut browser, &mut passkey, &json!("victim@example.org")).await;
    for _ in 0..4 {
        let sent = browser.portal(Method::POST, "/email/verification", &json!({}), None).await;
        assert_eq!(sent.status, StatusCode::NO_CONTENT, "{}", sent.body);
    }
    let many = browser.portal(Method::POST, "/email/verification", &json!({}), None).await;
    assert_eq!((many.status, many.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
    let many = put(&mut browser, &mut passkey, &json!("other@example.org")).await;
    assert_eq!(many.code(), "rate_limited");
    let letters = postbox.letters(&app).await;
    assert_eq!(letters.iter().filter(|letter| letter.to == "victim@example.org").count(), 5);
    // Nor do many accounts get many more to one stranger, and nobody learns of the others; but the first of each always goes.
    let mut sent = 5;
    for name in ["mallory", "oscar", "trudy", "eve"] {
        let (mut other, mut key) = somebody_else(&app, name).await;
        postbox.letters(&app).await;
        assert_eq!(put(&mut other, &mut key, &json!("Victim@EXAMPLE.org")).await.status, StatusCode::NO_CONTENT);
        assert_eq!(postbox.letters(&app).await.len(), 1);
        for _ in 0..4 {
            let again = other.portal(Method::POST, "/email/verification", &json!({}), None).await;
            assert_eq!(again.status, StatusCode::NO_CONTENT);
        }
        sent += 1 + postbox.letters(&app).await.len();
    }
    assert_eq!(sent, 21, "twenty, and the first of the fifth account");
    app.advance(3600);
    browser.open("/account").await;
    let sent = browser.portal(Method::POST, "/email/verification", &json!({}), None).await;
    assert_eq!(sent.status, StatusCode::NO_CONTENT);
    assert_eq!(postbox.letter(&app).await.to, "victim@example.org");
}

/// What was given at sign-up is looked at too: it may be two addresses in one, or words for a stranger.
#[tokio::test]
async fn an_address_of_sign_up_is_one_plain_mailbox() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    for (at, email) in ["\"victim@corp.example\" <me@evil.example>", "Call 1-900 <victim@x.example>"].iter().enumerate()
    {
        let mut browser = app.browser();
        browser.open("/sign-up").await;
        let asked = json!({ "sign_up": { "username": format!("mallory{at}"), "email": email } });
        let refused = browser.call("/webauthn/registration/begin", &asked).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_email"));
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = bob(&app).await;
    for typed in ["bob", "a@b@c", "a@example.org\r\nBcc: x@example.org", "Bob <bob@example.org>"] {
        let answer = put(&mut browser, &mut passkey, &json!(typed)).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_email"), "{typed}");
    }
    let verified = browser.portal(Method::POST, "/email/verification", &json!({}), None).await;
    assert_eq!(verified.code(), "not_found", "there is nothing to confirm");
}

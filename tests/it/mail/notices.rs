//! Whoever has an account is told what happens to it, at a confirmed address and nowhere else.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::bob;
use crate::harness::{SoftPasskey, postbox::Postbox};

#[tokio::test]
async fn what_matters_is_told_and_names_are_no_markup() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = bob(&app).await;
    let letter = postbox.letter(&app).await;
    assert_eq!((&*letter.to, &*letter.subject), ("bob@example.org", "Claviger: A passkey was added to your account"));
    assert!(letter.text.contains("Account: bob") && letter.text.contains("From: 192.0.2.1"), "{}", letter.text);
    assert!(letter.html.contains("http://localhost:8080/account/passkeys\""), "{}", letter.html);
    let mut second = SoftPasskey::new();
    browser.add_passkey(&mut passkey, &mut second).await;
    assert!(postbox.letter(&app).await.subject.contains("added"));
    browser.open("/account/passkeys").await;
    let all = browser.portal(Method::GET, "/passkeys", &Value::Null, None).await.json();
    let id = all[0]["id"].as_str().unwrap();
    browser.portal(Method::PATCH, &format!("/passkeys/{id}"), &json!({ "name": "<b>x</b>" }), None).await;
    assert!(postbox.letters(&app).await.is_empty(), "a name is nothing to write about");
    let step_up = browser.stepped_up("passkey.remove", Some(id), &mut second).await;
    let gone = browser.portal(Method::DELETE, &format!("/passkeys/{id}"), &json!({}), Some(&step_up)).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    let letter = postbox.letter(&app).await;
    assert!(letter.subject.contains("removed") && letter.text.contains("Passkey: <b>x</b>"), "{}", letter.text);
    assert!(letter.html.contains("&#60;b&#62;x") && !letter.html.contains("<b>"), "{}", letter.html);
    browser.open("/account/recovery").await;
    let step_up = browser.stepped_up("recovery_codes", None, &mut second).await;
    let made = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&step_up)).await;
    let letter = postbox.letter(&app).await;
    assert!(letter.subject.contains("Recovery codes were made"));
    let code = made.json()["codes"][0].as_str().unwrap().to_owned();
    assert!(!letter.text.contains(&code));
    let mut back = app.browser();
    back.open("/recover").await;
    let answer = back.call("/recover/code", &json!({ "username": "bob", "code": code })).await;
    assert!(postbox.letter(&app).await.subject.contains("recovery code of your account was used"));
    let link = answer.json()["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut third = SoftPasskey::new();
    assert_eq!(back.enroll(&link, &mut third).await.status, StatusCode::OK);
    assert!(postbox.letter(&app).await.subject.contains("came back"));
    back.open("/account/profile").await;
    let step_up = back.stepped_up("delete", None, &mut third).await;
    back.portal(Method::POST, "/deletion", &json!({}), Some(&step_up)).await;
    assert!(postbox.letter(&app).await.subject.contains("will be deleted"));
    let events = app.audit().await;
    for event in ["credential.revoked", "recovery_codes.created", "recovery_code.used", "user.deletion_requested"] {
        assert!(events.iter().any(|line| line == event), "{event}");
    }
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const NEWER_FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";
const SAFARI: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1";

#[tokio::test]
async fn a_new_device_is_told_once_and_an_update_is_none() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (_, mut passkey) = bob(&app).await;
    postbox.letters(&app).await;
    for (agent, is_new) in [(FIREFOX, true), (FIREFOX, false), (NEWER_FIREFOX, false), (SAFARI, true), (SAFARI, false)]
    {
        let mut browser = app.browser();
        browser.user_agent = Some(agent);
        assert_eq!(browser.sign_in(&mut passkey).await.status, StatusCode::OK);
        let letters = postbox.letters(&app).await;
        assert_eq!(letters.len(), usize::from(is_new), "{agent}");
        assert!(letters.iter().all(|letter| letter.subject.contains("new device")));
    }
    app.advance(181 * 24 * 3600);
    let mut browser = app.browser();
    browser.user_agent = Some(FIREFOX);
    browser.sign_in(&mut passkey).await;
    let letter = postbox.letter(&app).await;
    assert!(letter.text.contains("With: Firefox, Linux"), "{}", letter.text);
}

/// An address that nobody confirmed may be a stranger's: what it would be told is somebody's own business.
#[tokio::test]
async fn an_address_that_nobody_confirmed_is_told_nothing() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.open("/sign-up").await;
    let asked = json!({ "sign_up": { "username": "mallory", "email": "victim@example.org" } });
    assert_eq!(browser.register(&asked, &mut passkey).await.status, StatusCode::OK);
    app.browser().sign_in(&mut passkey).await;
    assert!(postbox.letters(&app).await.is_empty());
}

/// One's own language comes before that of whoever calls: it may be somebody else.
#[tokio::test]
async fn letters_are_in_the_language_of_their_reader() {
    let postbox = Postbox::new().await;
    let app = postbox.app(&[]).await;
    let (mut browser, mut passkey) = bob(&app).await;
    browser.open("/account/profile").await;
    browser.portal(Method::PUT, "/profile", &json!({ "locale": "de-CH" }), None).await;
    postbox.letters(&app).await;
    browser.add_passkey(&mut passkey, &mut SoftPasskey::new()).await;
    let letter = postbox.letter(&app).await;
    assert_eq!(letter.subject, "Claviger: Ihrem Konto wurde ein Passkey hinzugefügt");
}

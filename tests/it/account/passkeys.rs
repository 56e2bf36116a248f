//! Passkeys: added, named, removed, and never the last.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{alice, elsewhere, ids, two_passkeys};
use crate::harness::{SoftPasskey, TestApp, client::text};

#[tokio::test]
async fn a_second_passkey_is_added_and_signs_in() {
    let app = TestApp::new().await;
    let (mut browser, mut first) = alice(&app).await;
    let mut second = SoftPasskey::new();
    let added = browser.add_passkey(&mut first, &mut second).await;
    assert_eq!((added.status, added.json()["location"].as_str()), (StatusCode::OK, Some("/account/passkeys")));
    let page = browser.open("/account/passkeys").await;
    assert_eq!(page.body.matches("class=\"item\"").count(), 2);
    let listed = browser.portal(Method::GET, "/passkeys", &Value::Null, None).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!((&listed[0]["is_current"], &listed[1]["is_current"]), (&json!(true), &json!(false)));
    assert_eq!(app.browser().sign_in(&mut second).await.status, StatusCode::OK);
    assert!(app.audit().await.contains(&"session.stepped_up".to_owned()));
}

#[tokio::test]
async fn without_a_step_up_nothing_is_added() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    let refused = browser.call("/webauthn/registration/begin", &json!({})).await;
    assert_eq!((refused.code().as_str(), &refused.json()["action"]), ("step_up_required", &json!("passkey.add")));
    let mut nobody = app.browser();
    nobody.open("/sign-in").await;
    assert_eq!(nobody.call("/webauthn/registration/begin", &json!({})).await.code(), "session_required");
}

/// Begun twice with one step-up: only one of both is stored.
#[tokio::test]
async fn one_step_up_adds_one_passkey() {
    let app = TestApp::new().await;
    let (mut browser, mut first) = alice(&app).await;
    let step_up = browser.stepped_up("passkey.add", None, &mut first).await;
    let mut other = browser.clone();
    assert_eq!(browser.add_with(&step_up, &mut SoftPasskey::new()).await.status, StatusCode::OK);
    other.cookies = browser.cookies.clone();
    other.open("/account/passkeys").await;
    assert_eq!(other.add_with(&step_up, &mut SoftPasskey::new()).await.code(), "step_up_required");
    assert_eq!(ids(&mut other, "/passkeys").await.len(), 2);
}

#[tokio::test]
async fn a_passkey_is_renamed_by_its_owner_alone() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    let path = format!("/passkeys/{}", ids(&mut browser, "/passkeys").await[0]);
    let named = browser.portal(Method::PATCH, &path, &json!({ "name": " Desk key " }), None).await;
    assert_eq!(named.status, StatusCode::NO_CONTENT, "{}", named.body);
    assert!(browser.open("/account/passkeys").await.body.contains("<h2>Desk key</h2>"));
    let odd = format!(" a\u{7}b{} ", "x".repeat(70));
    browser.portal(Method::PATCH, &path, &json!({ "name": odd }), None).await;
    let tidy = format!("<h2>ab{}</h2>", "x".repeat(61));
    assert!(browser.open("/account/passkeys").await.body.contains(&tidy), "no control character, and no end");
    let unknown = browser.portal(Method::PATCH, &path, &json!({ "name": "x", "user_id": "y" }), None).await;
    assert_eq!(unknown.code(), "invalid_request");
    browser.portal(Method::PATCH, &path, &json!({ "name": "Desk key" }), None).await;
    let (mut bob, mut passkey) = (app.browser(), SoftPasskey::new());
    bob.sign_up("bob", &mut passkey).await;
    bob.open("/account/passkeys").await;
    let foreign = bob.portal(Method::PATCH, &path, &json!({ "name": "mine" }), None).await;
    assert_eq!(foreign.code(), "not_found");
    assert!(browser.open("/account/passkeys").await.body.contains("Desk key"));
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing_and_ends_what_it_began() {
    let app = TestApp::new().await;
    let (mut browser, [mut first, mut second], all) = two_passkeys(&app).await;
    let mut elsewhere = elsewhere(&app, &mut second).await;
    let second_id = &all[1];
    let step_up = browser.stepped_up("passkey.remove", Some(second_id), &mut first).await;
    let removed = browser.portal(Method::DELETE, &format!("/passkeys/{second_id}"), &json!({}), Some(&step_up)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.body);
    assert_eq!(elsewhere.open("/account").await.status, StatusCode::SEE_OTHER, "its session is over");
    assert_eq!(browser.open("/account").await.status, StatusCode::OK, "this one is another's");
    let refused = app.browser().sign_in(&mut second).await;
    assert_eq!((refused.code().as_str(), &refused.json()["signal"]), ("credential_unknown", &json!(true)));
    assert_eq!(app.browser().sign_in(&mut first).await.status, StatusCode::OK);
    let again = browser.stepped_up("passkey.remove", Some(second_id), &mut first).await;
    let gone = browser.portal(Method::DELETE, &format!("/passkeys/{second_id}"), &json!({}), Some(&again)).await;
    assert_eq!(gone.code(), "not_found");
}

/// A session goes on under the passkey that was just shown for removing the one that began it.
#[tokio::test]
async fn removing_the_passkey_of_this_session_keeps_whoever_showed_another() {
    let app = TestApp::new().await;
    let (mut browser, [_, mut second], all) = two_passkeys(&app).await;
    let first_id = &all[0];
    let step_up = browser.stepped_up("passkey.remove", Some(first_id), &mut second).await;
    let removed = browser.portal(Method::DELETE, &format!("/passkeys/{first_id}"), &json!({}), Some(&step_up)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.body);
    assert_eq!(browser.open("/account/passkeys").await.status, StatusCode::OK);
    let listed = browser.portal(Method::GET, "/passkeys", &Value::Null, None).await.json();
    assert_eq!(listed[0]["is_current"], true);
}

#[tokio::test]
async fn the_last_passkey_stays_without_another_way_in() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let id = ids(&mut browser, "/passkeys").await[0].clone();
    let path = format!("/passkeys/{id}");
    let step_up = browser.stepped_up("passkey.remove", Some(&id), &mut passkey).await;
    let refused = browser.portal(Method::DELETE, &path, &json!({}), Some(&step_up)).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::CONFLICT, "last_passkey"));
    let codes = browser.stepped_up("recovery_codes", None, &mut passkey).await;
    assert_eq!(browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&codes)).await.status, StatusCode::OK);
    let step_up = browser.stepped_up("passkey.remove", Some(&id), &mut passkey).await;
    let removed = browser.portal(Method::DELETE, &path, &json!({}), Some(&step_up)).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "codes are another way in");
}

/// One code could be lost on the way: it is no way in that one could rest on.
#[tokio::test]
async fn few_codes_are_not_enough_to_go_without_a_passkey() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__ENABLED", "false")]).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let codes = browser.stepped_up("recovery_codes", None, &mut passkey).await;
    let made = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&codes)).await.json();
    for code in made["codes"].as_array().unwrap().iter().take(8) {
        let mut back = app.browser();
        back.open("/recover").await;
        let used = back.call("/recover/code", &json!({ "username": "alice", "code": code })).await;
        assert_eq!(used.status, StatusCode::OK, "{}", used.body);
    }
    let id = ids(&mut browser, "/passkeys").await[0].clone();
    let step_up = browser.stepped_up("passkey.remove", Some(&id), &mut passkey).await;
    let refused = browser.portal(Method::DELETE, &format!("/passkeys/{id}"), &json!({}), Some(&step_up)).await;
    assert_eq!(refused.code(), "last_passkey");
}

/// What a thief began with a stolen passkey ends with it, wherever they signed out meanwhile.
#[tokio::test]
async fn families_of_a_removed_passkey_die_though_their_session_ended_before() {
    let app = TestApp::new().await;
    let (mut browser, mut first) = alice(&app).await;
    let mut stolen = SoftPasskey::new();
    browser.add_passkey(&mut first, &mut stolen).await;
    browser.open("/account/passkeys").await;
    let client = app.client("house", |_| (), |client| client.require_consent = false).await;
    let mut thief = app.browser();
    thief.sign_in(&mut stolen).await;
    let extra = "scope=openid+offline_access";
    let code = thief.code(&client, extra, &mut stolen).await.redirected("code").unwrap();
    let answer = client.redeem(&thief, &code).await;
    let (refresh, hint) = (text(&answer, "refresh_token"), text(&answer, "id_token"));
    thief.open(&format!("/oauth2/logout?id_token_hint={hint}")).await;
    let alive = client.refresh(&app, &refresh, &[]).await;
    let refresh = text(&alive, "refresh_token");
    assert!(browser.open("/account/apps").await.body.contains("house"), "whoever is not asked sees it all the same");
    let id = ids(&mut browser, "/passkeys").await[1].clone();
    let step_up = browser.stepped_up("passkey.remove", Some(&id), &mut first).await;
    browser.portal(Method::DELETE, &format!("/passkeys/{id}"), &json!({}), Some(&step_up)).await;
    assert_eq!(client.refresh(&app, &refresh, &[]).await.code(), "invalid_grant");
}

/// A step-up dies with the passkey that was shown for it.
#[tokio::test]
async fn a_removed_passkey_steps_nobody_up() {
    let app = TestApp::new().await;
    let (mut browser, [mut first, mut second], all) = two_passkeys(&app).await;
    let id = &all[1];
    let pending = browser.stepped_up("recovery_codes", None, &mut second).await;
    let step_up = browser.stepped_up("passkey.remove", Some(id), &mut first).await;
    browser.portal(Method::DELETE, &format!("/passkeys/{id}"), &json!({}), Some(&step_up)).await;
    let late = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&pending)).await;
    assert_eq!(late.code(), "step_up_required");
}

/// A step-up that was good when the ceremony began is good at its end: the passkey is on the device by then.
#[tokio::test]
async fn a_slow_ceremony_keeps_its_step_up() {
    let app = TestApp::new().await;
    let (mut browser, mut first) = alice(&app).await;
    let step_up = browser.stepped_up("passkey.add", None, &mut first).await;
    app.advance(290);
    let begun = browser.begin_adding(&step_up).await.json();
    app.advance(60);
    let credential = SoftPasskey::new().create(begun["publicKey"].clone(), &browser.origin.clone()).await;
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
    let finished = browser.call("/webauthn/registration/finish", &body).await;
    assert_eq!(finished.status, StatusCode::OK, "{}", finished.body);
}

/// An enrolment in a session proves nothing to an app that asked for a fresh sign-in.
#[tokio::test]
async fn adding_a_passkey_is_no_sign_in_for_an_app() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    let client = app.confidential_client("a").await;
    let waiting = browser.authorize(&client.query("prompt=login")).await.location();
    let request = waiting.split("request=").nth(1).unwrap().to_owned();
    let refused = browser.call("/webauthn/registration/begin", &json!({ "request": request })).await;
    assert_eq!(refused.code(), "invalid_request");
    let user = app.user_id("alice").await;
    let link = app.link_of(user).await;
    browser.open(&format!("/enroll/{link}")).await;
    let enrolled = browser.register(&json!({ "link": link, "request": request }), &mut SoftPasskey::new()).await;
    assert_eq!(enrolled.status, StatusCode::OK, "{}", enrolled.body);
    let resumed = browser.get(enrolled.json()["location"].as_str().unwrap()).await;
    assert!(resumed.location().contains("/sign-in?request="), "{}", resumed.location());
}

/// Neither what is somebody else's, nor by saying in a body whose it is.
#[tokio::test]
async fn nobody_removes_somebody_elses() {
    let app = TestApp::new().await;
    let (mut alice, [mut first, mut second], all) = two_passkeys(&app).await;
    let (mut bob, mut passkey) = (app.browser(), SoftPasskey::new());
    bob.sign_up("bob", &mut passkey).await;
    bob.open("/account/passkeys").await;
    for id in &all {
        let step_up = bob.stepped_up("passkey.remove", Some(id), &mut passkey).await;
        let refused = bob.portal(Method::DELETE, &format!("/passkeys/{id}"), &json!({}), Some(&step_up)).await;
        assert_eq!(refused.code(), "not_found");
    }
    let step_up = bob.stepped_up("email", None, &mut passkey).await;
    let whose = json!({ "email": "bob@example.org", "user_id": app.user_id("alice").await });
    assert_eq!(bob.portal(Method::PUT, "/email", &whose, Some(&step_up)).await.code(), "invalid_request");
    let whose = json!({ "picture": "", "user_id": app.user_id("alice").await });
    assert_eq!(bob.portal(Method::PUT, "/picture", &whose, None).await.code(), "invalid_request");
    assert_eq!(ids(&mut alice, "/passkeys").await, all);
    for passkey in [&mut first, &mut second] {
        assert_eq!(app.browser().sign_in(passkey).await.status, StatusCode::OK);
    }
}

/// The link makes one passkey on the other device, which is signed in there; nothing ends here.
#[tokio::test]
async fn a_link_adds_a_passkey_on_another_device() {
    let app = TestApp::new().await;
    let (mut browser, mut first) = alice(&app).await;
    let refused = browser.portal(Method::POST, "/passkeys/link", &json!({}), None).await;
    assert_eq!(refused.code(), "step_up_required");
    let step_up = browser.stepped_up("passkey.add", None, &mut first).await;
    let made = browser.portal(Method::POST, "/passkeys/link", &json!({}), Some(&step_up)).await.json();
    let link = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert!(made["qr"].as_array().unwrap().len() > 20);
    let (mut phone, mut second) = (app.browser(), SoftPasskey::new());
    assert_eq!(phone.enroll(&link, &mut second).await.status, StatusCode::OK);
    assert_eq!(phone.open("/account").await.status, StatusCode::OK);
    assert_eq!(ids(&mut browser, "/passkeys").await.len(), 2, "this session goes on");
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.code(), "link_spent");
    let again = browser.stepped_up("passkey.add", None, &mut first).await;
    let late = browser.portal(Method::POST, "/passkeys/link", &json!({}), Some(&again)).await.json();
    app.advance(600);
    let link = late["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.code(), "link_spent");
}

/// Two removals at once must not leave nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_passkeys_removed_at_once_one_stays() {
    let app = TestApp::new().await;
    let (mut browser, [mut first, _], all) = two_passkeys(&app).await;
    let mut allowed = Vec::new();
    for id in all {
        allowed.push((browser.stepped_up("passkey.remove", Some(&id), &mut first).await, id));
    }
    let mut removals = Vec::new();
    for (step_up, id) in allowed {
        let mut browser = browser.clone();
        removals.push(tokio::spawn(async move {
            browser.portal(Method::DELETE, &format!("/passkeys/{id}"), &json!({}), Some(&step_up)).await.status
        }));
    }
    let mut done = 0;
    for removal in removals {
        done += usize::from(removal.await.unwrap() == StatusCode::NO_CONTENT);
    }
    assert_eq!(done, 1);
}

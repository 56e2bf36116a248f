//! Authentication: who gets in, who does not, and what is spent on the way.

use claviger::store::{credential, enrollment_link::Kind};
use poem::http::StatusCode;
use serde_json::json;

use crate::harness::{SoftPasskey, TestApp, client::tokens, passkey::bytes};

const FINISH: &str = "/webauthn/authentication/finish";

async fn with_alice() -> (TestApp, SoftPasskey) {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    assert_eq!(app.browser().sign_up("alice", &mut passkey).await.status, StatusCode::OK);
    (app, passkey)
}

#[tokio::test]
async fn one_touch_signs_in() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    assert!(page.body.contains("autocomplete=\"username webauthn\""));
    let begun = browser.call("/webauthn/authentication/begin", &json!({})).await.json();
    assert_eq!(begun["publicKey"]["allowCredentials"], json!([]));
    assert_eq!(begun["publicKey"]["userVerification"], "required");
    let answer = browser.sign_in(&mut passkey).await;
    assert_eq!(answer.json(), json!({ "location": "/account" }));
    assert!(browser.open("/account").await.body.contains("alice"));
    assert_eq!(app.audit().await.last().unwrap(), "session.authenticated");
}

#[tokio::test]
async fn a_finish_body_works_once_even_after_a_failure() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let body = browser.assertion(&json!({}), &mut passkey).await;
    let mut bad = body.clone();
    bad["credential"]["response"]["signature"] = "AAAA".into();
    assert_eq!(browser.call(FINISH, &bad).await.code(), "verification_failed");
    assert_eq!(browser.call(FINISH, &body).await.code(), "ceremony_spent");
    let body = browser.assertion(&json!({}), &mut passkey).await;
    assert_eq!(browser.call(FINISH, &body).await.status, StatusCode::OK);
    browser.open("/sign-in").await;
    let again = browser.call(FINISH, &body).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::CONFLICT, "ceremony_spent"));
}

#[tokio::test]
async fn challenges_are_long_and_never_the_same() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__ENABLED", "false")]).await;
    let mut browser = app.browser();
    browser.open("/sign-up").await;
    let (nothing, somebody) = (json!({}), json!({ "sign_up": { "username": "alice" } }));
    let mut seen = std::collections::HashSet::new();
    for i in 0..500 {
        let (path, asked) = match i % 2 {
            0 => ("/webauthn/authentication/begin", &nothing),
            _ => ("/webauthn/registration/begin", &somebody),
        };
        let begun = browser.call(path, asked).await.json();
        let challenge = bytes(&begun["publicKey"]["challenge"]);
        assert!(challenge.len() >= 32);
        assert!(seen.insert(challenge));
    }
}

#[tokio::test]
async fn a_ceremony_is_bound_to_browser_kind_and_time() {
    let (app, mut passkey) = with_alice().await;
    let (mut browser, mut other) = (app.browser(), app.browser());
    browser.open("/sign-in").await;
    other.open("/sign-in").await;
    let body = browser.assertion(&json!({}), &mut passkey).await;
    let answer = other.call(FINISH, &body).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::GONE, "ceremony_expired"));
    assert_eq!(browser.call("/webauthn/registration/finish", &body).await.code(), "ceremony_expired");
    let mut bent = body.clone();
    bent["ceremony"] = "AAAA".into();
    assert_eq!(browser.call(FINISH, &bent).await.code(), "ceremony_expired");
    app.advance(300);
    assert_eq!(browser.call(FINISH, &body).await.code(), "ceremony_expired");
}

#[tokio::test]
async fn an_unknown_passkey_is_told_and_only_a_revoked_one_signalled() {
    let (app, mut passkey) = with_alice().await;
    // A passkey of another installation under the same rp id.
    let elsewhere = TestApp::new().await;
    let mut foreign = SoftPasskey::new();
    elsewhere.browser().sign_up("mallory", &mut foreign).await;
    let answer = app.browser().sign_in(&mut foreign).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "credential_unknown"));
    assert_eq!(answer.json().get("signal"), None);
    let user = app.find_user("alice").await;
    let id = credential::list_by_user(&app.app.store.read(), user.id).await.unwrap()[0].id();
    let now = app.app.now();
    app.app.store.write(async |tx| credential::revoke(tx, (user.id, id), None, now).await).await.unwrap();
    let answer = app.browser().sign_in(&mut passkey).await;
    assert_eq!((answer.code().as_str(), &answer.json()["signal"]), ("credential_unknown", &json!(true)));
}

#[tokio::test]
async fn a_disabled_person_and_a_bad_signature_look_alike_and_cost_alike() {
    let (app, mut passkey) = with_alice().await;
    let user = app.find_user("alice").await;
    let mut answers = Vec::new();
    for (bad_signature, enabled) in [(true, true), (false, false)] {
        app.set_enabled(&user, enabled).await;
        let mut browser = app.browser();
        browser.open("/sign-in").await;
        let mut body = browser.assertion(&json!({}), &mut passkey).await;
        if bad_signature {
            body["credential"]["response"]["signature"] = "MEUCIQ".into();
        }
        let before = app.app.store.counts().statements;
        let answer = browser.call(FINISH, &body).await;
        let mut json = answer.json();
        json["request_id"] = json!(null);
        assert!(!browser.cookies.contains_key("claviger_sid"));
        answers.push((answer.status, json, app.app.store.counts().statements - before));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn counters_rise_or_stay_at_zero() {
    let app = TestApp::new().await;
    let mut hardware = SoftPasskey::new();
    hardware.counts = true;
    app.browser().sign_up("alice", &mut hardware).await;
    assert_eq!(app.browser().sign_in(&mut hardware).await.status, StatusCode::OK);
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let mut body = browser.assertion(&json!({}), &mut hardware).await;
    let seven = |data: &mut Vec<u8>| data[33..37].copy_from_slice(&7u32.to_be_bytes());
    hardware.forge(&mut body["credential"], seven, |_| ());
    assert_eq!(browser.call(FINISH, &body).await.status, StatusCode::OK);
    for (counter, status) in [(7u32, 401), (6, 401), (0, 401), (8, 200)] {
        let mut browser = app.browser();
        browser.open("/sign-in").await;
        let mut body = browser.assertion(&json!({}), &mut hardware).await;
        let edit = |data: &mut Vec<u8>| data[33..37].copy_from_slice(&counter.to_be_bytes());
        hardware.forge(&mut body["credential"], edit, |_| ());
        assert_eq!(browser.call(FINISH, &body).await.status.as_u16(), status, "counter {counter}");
    }
    assert!(app.audit().await.contains(&"!credential.counter_regressed".to_owned()));
}

const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKUP_STATE: u8 = 0x10;

#[tokio::test]
async fn backup_eligibility_may_be_gained_and_not_lost() {
    let (app, mut passkey) = with_alice().await;
    let mut attempt = async |flags: u8| {
        let mut browser = app.browser();
        browser.open("/sign-in").await;
        let mut body = browser.assertion(&json!({}), &mut passkey).await;
        let edit = |data: &mut Vec<u8>| data[32] = data[32] & !(BACKUP_ELIGIBLE | BACKUP_STATE) | flags;
        passkey.forge(&mut body["credential"], edit, |_| ());
        browser.call(FINISH, &body).await.status.as_u16()
    };
    // Registered as synced.
    assert_eq!(attempt(0).await, 401, "eligibility lost");
    assert_eq!(attempt(BACKUP_STATE).await, 401, "backed up without being eligible");
    assert_eq!(attempt(BACKUP_ELIGIBLE).await, 200, "no longer backed up");
    assert_eq!(attempt(BACKUP_ELIGIBLE | BACKUP_STATE).await, 200);
}

#[tokio::test]
async fn an_upgrade_to_synced_is_accepted_and_audited() {
    let (app, mut passkey) = with_alice().await;
    let user = app.find_user("alice").await;
    let id = credential::list_by_user(&app.app.store.read(), user.id).await.unwrap()[0].id();
    let seen = credential::Use { id, sign_count: 0, backup_eligible: false, backup_state: false };
    let now = app.app.now();
    assert!(app.app.store.write(async |tx| credential::update_use(tx, seen, now).await).await.unwrap());
    assert_eq!(app.browser().sign_in(&mut passkey).await.status, StatusCode::OK);
    assert!(app.audit().await.contains(&"credential.backup_eligible_upgraded".to_owned()));
    let stored = credential::list_by_user(&app.app.store.read(), user.id).await.unwrap();
    assert!(stored[0].backup_eligible());
}

#[tokio::test]
async fn a_foreign_user_handle_is_refused() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let mut body = browser.assertion(&json!({}), &mut passkey).await;
    body["credential"]["response"]["userHandle"] = claviger::crypto::mac::base64url(&[1; 32]).into();
    assert_eq!(browser.call(FINISH, &body).await.code(), "verification_failed");
}

/// With an allow list an authenticator may leave the handle out (WebAuthn 7.2 step 6).
#[tokio::test]
async fn the_handle_may_stay_away_where_the_person_was_asked_for() {
    let (app, mut passkey) = with_alice().await;
    let client = app.public_client("a").await;
    let mut browser = app.browser();
    browser.sign_in(&mut passkey).await;
    let location = browser.authorize(&client.query("prompt=login")).await.location();
    browser.get(&location).await;
    let request = json!({ "request": location.rsplit('=').next().unwrap() });
    for handle in [json!(null), json!(claviger::crypto::mac::base64url(&[1; 32]))] {
        let mut body = browser.assertion(&request, &mut passkey).await;
        body["credential"]["response"]["userHandle"] = handle.clone();
        let answer = browser.call(FINISH, &body).await;
        assert_eq!(answer.status == StatusCode::OK, handle.is_null(), "{handle}");
        browser.get(&location).await;
    }
}

/// An enrolment proves less than the session it happens in: it takes nothing from it and adds nothing.
#[tokio::test]
async fn an_enrolment_in_ones_own_session_changes_only_the_cookie() {
    let (app, mut passkey) = with_alice().await;
    let user = app.find_user("alice").await;
    let client = app.client("a", |_| (), |client| client.require_consent = false).await;
    let mut browser = app.browser();
    browser.sign_in(&mut passkey).await;
    let (auth_time, cookie) = (app.app.now().timestamp(), browser.cookies["claviger_sid"].clone());
    app.advance(100);
    let link = app.link(&user, Kind::Invitation).await;
    assert_eq!(browser.enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::OK);
    assert_ne!(browser.cookies["claviger_sid"], cookie);
    let code = browser.authorize(&client.query("")).await.redirected("code").unwrap();
    let (_, claims) = tokens(&client.redeem(&browser, &code).await);
    assert_eq!((&claims["acr"], &claims["auth_time"]), (&json!("phr"), &json!(auth_time)));
}

#[tokio::test]
async fn without_user_verification_nobody_gets_in() {
    let (app, mut passkey) = with_alice().await;
    passkey.verifies = false;
    assert_eq!(app.browser().sign_in(&mut passkey).await.code(), "verification_failed");
    let mut careless = SoftPasskey::new();
    careless.verifies = false;
    assert_eq!(app.browser().sign_up("bob", &mut careless).await.code(), "verification_failed");
}

#[tokio::test]
async fn the_cookie_changes_and_a_planted_one_never_works() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    let planted = "clv_si_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    browser.cookies.insert("claviger_sid".to_owned(), planted.to_owned());
    let mut who_planted_it = browser.clone();
    browser.sign_in(&mut passkey).await;
    assert_eq!(who_planted_it.open("/account").await.status, StatusCode::SEE_OTHER);
    let first = browser.cookies["claviger_sid"].clone();
    assert_ne!(first, planted);
    browser.sign_in(&mut passkey).await;
    let second = browser.cookies["claviger_sid"].clone();
    assert_ne!(first, second);
    let mut old = browser.clone();
    old.cookies.insert("claviger_sid".to_owned(), first);
    assert_eq!(old.open("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_second_person_in_one_browser_ends_the_first_session() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    browser.sign_in(&mut passkey).await;
    let alice = browser.clone();
    let mut bob = SoftPasskey::new();
    app.browser().sign_up("bob", &mut bob).await;
    browser.sign_in(&mut bob).await;
    assert!(browser.open("/account").await.body.contains("bob"));
    assert_eq!(alice.clone().open("/account").await.status, StatusCode::SEE_OTHER);
    assert!(app.audit().await.contains(&"session.ended".to_owned()));
}

#[tokio::test]
async fn sessions_end_idle_absolutely_and_with_their_person() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    browser.sign_in(&mut passkey).await;
    app.advance(12 * 3600 - 1);
    assert_eq!(browser.open("/account").await.status, StatusCode::OK);
    app.advance(1);
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER, "idle");
    browser.sign_in(&mut passkey).await;
    let user = app.find_user("alice").await;
    app.set_enabled(&user, false).await;
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER, "disabled");
    app.set_enabled(&user, true).await;
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER, "enabling brings no session back");
    let client = app.client("a", |_| (), |client| client.require_consent = false).await;
    browser.sign_in(&mut passkey).await;
    for _ in 0..60 {
        app.advance(12 * 3600 - 1);
        assert!(browser.authorize(&client.query("")).await.redirected("code").is_some(), "in use");
    }
    app.advance(60);
    assert!(browser.authorize(&client.query("")).await.location().contains("/sign-in"), "thirty days");
}

#[tokio::test]
async fn signing_out_asks_and_is_bound_to_the_session() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    browser.sign_in(&mut passkey).await;
    let page = browser.open("/oauth2/logout").await;
    assert_eq!(browser.open("/account").await.status, StatusCode::OK, "opening the page ends nothing");
    let page = if page.body.contains("data-logout") { page } else { panic!("{}", page.body) };
    let sealed = page.body.split("data-logout=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let ask = |decision: &str| json!({ "logout": sealed, "decision": decision });
    assert_eq!(browser.call("/oauth2/logout/confirm", &ask("stay")).await.json()["location"], "/account");
    assert_eq!(browser.open("/account").await.status, StatusCode::OK);
    let answer = browser.call("/oauth2/logout/confirm", &ask("sign_out")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!browser.cookies.contains_key("claviger_sid"));
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER);
    let bent = json!({ "logout": "x", "decision": "sign_out" });
    browser.open("/sign-in").await;
    assert_eq!(browser.call("/oauth2/logout/confirm", &bent).await.code(), "ceremony_expired");
}

/// Only what this browser was given counts; anything else leads to the account, never elsewhere.
#[tokio::test]
async fn after_signing_in_one_goes_on_to_a_page_of_ours() {
    let (app, mut passkey) = with_alice().await;
    let mut browser = app.browser();
    let location = browser.open("/account").await.location();
    let page = browser.get(&location).await;
    let sealed = page.body.split("data-continue=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for given in [sealed.as_str(), "https://evil.example", ""] {
        let done = browser.authenticate(&json!({ "continue": given }), &mut passkey).await;
        assert_eq!(done.json()["location"], "/account", "{given}");
        browser.open("/sign-in").await;
    }
}

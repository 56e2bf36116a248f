//! Recovery codes: made, told once, and a way back that ends in a new passkey.

use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::alice;
use crate::harness::{Browser, SoftPasskey, TestApp};

async fn make(browser: &mut Browser, passkey: &mut SoftPasskey) -> Vec<String> {
    browser.open("/account/recovery").await;
    let step_up = browser.stepped_up("recovery_codes", None, passkey).await;
    let made = browser.portal(Method::POST, "/recovery-codes", &json!({}), Some(&step_up)).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let codes = made.json()["codes"].clone();
    codes.as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

/// Many codes are tried here, from one address.
const UNLIMITED: [(&str, &str); 1] = [("CLAVIGER_RATE_LIMIT__RECOVERIES_PER_ADDRESS", "1000")];

async fn recover(app: &TestApp, username: &str, code: &str) -> (Browser, crate::harness::Answer) {
    let mut browser = app.browser();
    browser.open("/recover").await;
    let answer = browser.call("/recover/code", &json!({ "username": username, "code": code })).await;
    (browser, answer)
}

#[tokio::test]
async fn a_code_leads_to_a_new_passkey_and_ends_everything_else() {
    let app = TestApp::with(&UNLIMITED).await;
    let (mut browser, mut lost) = alice(&app).await;
    let codes = make(&mut browser, &mut lost).await;
    assert_eq!(codes.len(), 10);
    assert!(browser.open("/account/recovery").await.body.contains("10 recovery codes are left"));
    let typed = codes[3].to_lowercase().replace('-', " ");
    let (mut back, answer) = recover(&app, "Alice", &typed).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let location = answer.json()["location"].as_str().unwrap().to_owned();
    let link = location.strip_prefix("/enroll/").unwrap_or_else(|| panic!("{location}"));
    let mut new = SoftPasskey::new();
    assert_eq!(back.enroll(link, &mut new).await.status, StatusCode::OK);
    assert_eq!(app.browser().sign_in(&mut new).await.status, StatusCode::OK);
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER, "whoever has the lost device is out");
    assert!(back.open("/account/recovery").await.body.contains("9 recovery codes are left"));
    let (_, again) = recover(&app, "alice", &codes[3]).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::UNAUTHORIZED, "recovery_failed"));
    let (_, other) = recover(&app, "alice", &codes[4]).await;
    assert_eq!(other.status, StatusCode::OK);
}

/// The link of a code is good for ten minutes and proves less than a passkey: no session comes of the code itself.
#[tokio::test]
async fn a_code_is_no_sign_in() {
    let app = TestApp::with(&UNLIMITED).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let codes = make(&mut browser, &mut passkey).await;
    let (mut back, answer) = recover(&app, "alice", &codes[0]).await;
    assert_eq!(back.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.open("/account").await.status, StatusCode::OK, "nothing ends before the link is used");
    app.advance(600);
    let location = answer.json()["location"].as_str().unwrap().to_owned();
    assert_eq!(back.get(&location).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn new_codes_replace_the_old() {
    let app = TestApp::with(&UNLIMITED).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let old = make(&mut browser, &mut passkey).await;
    let new = make(&mut browser, &mut passkey).await;
    assert_eq!(recover(&app, "alice", &old[0]).await.1.code(), "recovery_failed");
    assert_eq!(recover(&app, "alice", &new[0]).await.1.status, StatusCode::OK);
}

/// Unknown name, wrong code, no codes, a disabled person: one answer, the same statements.
#[tokio::test]
async fn nobody_learns_who_is_here() {
    let app = TestApp::with(&UNLIMITED).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let codes = make(&mut browser, &mut passkey).await;
    app.browser().sign_up("bob", &mut SoftPasskey::new()).await;
    let wrong = "0000-0000-0000-0000";
    let mut told = Vec::new();
    for (name, code) in
        [("alice", wrong), ("nobody", wrong), ("bob", wrong), ("bob", &*codes[0]), ("nobody", &*codes[0])]
    {
        let before = app.app.store.counts();
        let (_, answer) = recover(&app, name, code).await;
        let after = app.app.store.counts();
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        told.push((answer.status, body, after.reads - before.reads, after.statements - before.statements));
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    assert_eq!(told[0].0, StatusCode::UNAUTHORIZED);
    let user = app.user_id("alice").await;
    let now = app.app.now();
    app.app.store.write(async |tx| claviger::store::user::disable(tx, user, now).await).await.unwrap();
    assert_eq!(recover(&app, "alice", &codes[1]).await.1.code(), "recovery_failed");
}

/// Of those who use one code at once, on whichever instance, one gets a link.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_used_once() {
    let app = std::sync::Arc::new(TestApp::with(&UNLIMITED).await);
    let other = std::sync::Arc::new(app.second_instance().await);
    let (mut browser, mut passkey) = alice(&app).await;
    let codes = make(&mut browser, &mut passkey).await;
    let attempts: Vec<_> = (0..4)
        .map(|i| {
            let (app, code) = (if i % 2 == 0 { app.clone() } else { other.clone() }, codes[0].clone());
            tokio::spawn(async move { recover(&app, "alice", &code).await.1.status })
        })
        .collect();
    let mut done = 0;
    for attempt in attempts {
        done += usize::from(attempt.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(done, 1);
}

/// Codes are kept as argon2id, and nothing that was told is in the database.
#[tokio::test]
async fn codes_are_kept_as_hashes_alone() {
    use sea_orm::{Database, EntityTrait};
    let app = TestApp::with(&UNLIMITED).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let codes = make(&mut browser, &mut passkey).await;
    let database = Database::connect(app.url()).await.unwrap();
    let rows = entity::recovery_code::Entity::find().all(&database).await.unwrap();
    assert_eq!(rows.len(), 10);
    assert!(rows.iter().all(|row| row.code_hash.starts_with("$argon2id$") && !row.code_hash.contains(&codes[0])));
}

/// Whoever guesses is slowed down, and writes nothing: neither does a flood fill the log, nor does it keep others out for long.
#[tokio::test]
async fn guesses_are_few_and_leave_nothing() {
    let app = TestApp::new().await;
    alice(&app).await;
    let before = app.app.store.counts().transactions;
    let mut told = Vec::new();
    for _ in 0..30 {
        told.push(recover(&app, "alice", "0000-0000-0000-0000").await.1.status);
    }
    assert_eq!(told.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count(), 10);
    assert_eq!(told[29], StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(app.app.store.counts().transactions, before);
}

/// Whoever has the lost device cannot keep a way in by a link that they made before its owner came back.
#[tokio::test]
async fn coming_back_ends_links_for_other_devices() {
    let app = TestApp::with(&UNLIMITED).await;
    let (mut browser, mut lost) = alice(&app).await;
    let codes = make(&mut browser, &mut lost).await;
    let step_up = browser.stepped_up("passkey.add", None, &mut lost).await;
    let made = browser.portal(Method::POST, "/passkeys/link", &json!({}), Some(&step_up)).await.json();
    let device = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let (mut back, answer) = recover(&app, "alice", &codes[0]).await;
    let location = answer.json()["location"].as_str().unwrap().to_owned();
    let link = location.strip_prefix("/enroll/").unwrap();
    assert_eq!(back.enroll(link, &mut SoftPasskey::new()).await.status, StatusCode::OK);
    let mut thief = app.browser();
    assert_eq!(thief.get(&format!("/enroll/{device}")).await.status, StatusCode::GONE);
    assert_eq!(thief.enroll(&device, &mut SoftPasskey::new()).await.code(), "link_spent");
}

/// Guesses for somebody else's account stop whoever guesses, not its owner.
#[tokio::test]
async fn guesses_lock_nobody_out() {
    let app = TestApp::with(&[("CLAVIGER_SERVER__TRUSTED_PROXIES", "192.0.2.0/24")]).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let codes = make(&mut browser, &mut passkey).await;
    let wrong = json!({ "username": "alice", "code": "0000-0000-0000-0000" });
    let mut guesser = app.browser().from("198.51.100.1");
    guesser.open("/recover").await;
    let mut last = guesser.call("/recover/code", &wrong).await;
    for _ in 0..29 {
        last = guesser.call("/recover/code", &wrong).await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.headers.contains_key("retry-after"), "{:?}", last.headers);
    assert_eq!(app.browser().from("198.51.100.2").sign_in(&mut passkey).await.status, StatusCode::OK);
    let mut owner = app.browser().from("198.51.100.2");
    owner.open("/recover").await;
    let right = json!({ "username": "alice", "code": codes[0] });
    assert_eq!(owner.call("/recover/code", &right).await.status, StatusCode::OK);
}

/// A link that a stolen code made is as good as the code: new codes end both.
#[tokio::test]
async fn new_codes_end_links_of_old_ones() {
    let app = TestApp::with(&UNLIMITED).await;
    let (mut browser, mut passkey) = alice(&app).await;
    let codes = make(&mut browser, &mut passkey).await;
    let (mut thief, answer) = recover(&app, "alice", &codes[0]).await;
    make(&mut browser, &mut passkey).await;
    assert_eq!(thief.get(answer.json()["location"].as_str().unwrap()).await.status, StatusCode::GONE);
}

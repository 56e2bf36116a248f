//! Oneself: what one says, what is held, and the end of it.

use claviger::{
    jobs,
    protocol::passkey_policy::PasskeyPolicy,
    store::{
        Tx,
        group::{self, Group},
    },
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{alice, elsewhere};
use crate::harness::{Answer, Browser, SoftPasskey, TestApp, client::text};

async fn put(browser: &mut Browser, body: &Value) -> Answer {
    browser.portal(Method::PUT, "/profile", body, None).await
}

#[tokio::test]
async fn what_one_says_of_oneself_reaches_apps() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = app.confidential_client("a").await;
    let change = json!({
        "name": "Alice Liddell", "given_name": " Alice ", "birthdate": "0000-05-04", "website": "https://alice.example/",
        "phone_number": "+44 20 7946 0000", "address": { "locality": "Oxford", "country": "" }, "nickname": "",
    });
    let changed = put(&mut browser, &change).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.body);
    let told = browser.portal(Method::GET, "/profile", &Value::Null, None).await.json();
    assert_eq!((&told["given_name"], &told["address"]), (&json!("Alice"), &json!({ "locality": "Oxford" })));
    assert!(told.get("nickname").is_none() && browser.open("/account/profile").await.body.contains("Oxford"));
    let extra = "scope=openid+profile+phone+address";
    let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let claims = app.userinfo(&text(&client.redeem(&browser, &code).await, "access_token")).await.json();
    assert_eq!((&claims["name"], &claims["birthdate"]), (&json!("Alice Liddell"), &json!("0000-05-04")));
    assert_ne!(claims["phone_number_verified"], true, "nobody vouched for it");
}

/// Whoever edits themselves changes nothing that others vouch for, and nobody else.
#[tokio::test]
async fn only_what_is_ones_own_can_be_said() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    for bad in [
        json!({ "email": "a@b.example" }),
        json!({ "email_verified": true }),
        json!({ "phone_number_verified": true }),
        json!({ "roles": ["administrator"] }),
        json!({ "sub": "x" }),
        json!({ "username": "root" }),
        json!({ "picture": "https://evil.example/x.png" }),
        json!({ "website": "javascript:alert(1)" }),
        json!({ "birthdate": "yesterday" }),
        json!({ "name": "x".repeat(257) }),
        json!({ "given_name": "a\u{0}" }),
        json!([]),
    ] {
        let refused = put(&mut browser, &bad).await;
        assert_eq!(refused.code(), "invalid_request", "{bad}");
    }
    let markup = put(&mut browser, &json!({ "name": "<img src=x onerror=alert(1)>" })).await;
    assert_eq!(markup.status, StatusCode::NO_CONTENT);
    for page in ["/account", "/account/profile"] {
        assert!(!browser.open(page).await.body.contains("<img src=x"), "{page}");
    }
}

/// What somebody else put there wrong keeps nobody from saying the rest.
#[tokio::test]
async fn an_old_row_can_be_saved() {
    use claviger::{protocol::claims::StandardClaims, store::user};
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    let (id, now) = (app.user_id("alice").await, app.app.now());
    let odd = StandardClaims { picture: Some("no address".to_owned()), ..StandardClaims::default() };
    app.app.store.write(async |tx| user::update_profile(tx, id, (None, &odd), now).await).await.unwrap();
    assert_eq!(put(&mut browser, &json!({ "nickname": "Al" })).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn an_export_has_everything_and_no_secret() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    assert_eq!(browser.portal(Method::POST, "/export", &json!({}), None).await.code(), "step_up_required");
    let mut left = elsewhere(&app, &mut passkey).await;
    left.open("/account/sessions").await;
    browser.open("/account/sessions").await;
    browser.portal(Method::DELETE, "/sessions", &json!({}), None).await;
    let client = app.confidential_client("a").await;
    let waiting = browser.authorize(&client.query("scope=openid+profile+email")).await.location();
    browser.get(&waiting).await;
    browser.call(&waiting, &json!({ "decision": "allow", "scopes": ["profile"] })).await;
    let (id, now) = (app.user_id("alice").await, app.app.now());
    let group = Group::new(app.app.uuid(), "admins".to_owned(), PasskeyPolicy::default(), app.app.now());
    let write = async |tx: &Tx| {
        group::insert(tx, app.app.uuid(), &group, now).await?;
        group::put_member(tx, (group.id, id), None, now).await
    };
    app.app.store.write(write).await.unwrap();
    let step_up = browser.stepped_up("export", None, &mut passkey).await;
    let export = browser.portal(Method::POST, "/export", &json!({}), Some(&step_up)).await;
    assert_eq!(export.status, StatusCode::OK, "{}", export.body);
    let document = export.json();
    assert_eq!(document["profile"]["username"], "alice");
    assert_eq!(document["passkeys"].as_array().unwrap().len(), 1);
    assert_eq!(document["groups"], json!([{ "name": "admins", "expires_at": null }]));
    let of = |name: &str| document[name].as_array().unwrap().clone();
    assert!(of("ended_sessions").iter().any(|one| one["ended_at"].is_string()), "{document}");
    assert_eq!(of("sessions").len(), 1);
    assert_eq!(
        (&of("apps")[0]["scope"], &of("apps")[0]["declined_scope"]),
        (&json!("openid profile"), &json!("email"))
    );
    let events: Vec<_> = document["activity"].as_array().unwrap().iter().map(|line| &line["event"]).collect();
    assert!(events.contains(&&json!("user.created")) && events.contains(&&json!("user.exported")), "{events:?}");
    for secret in ["clv_", "cose", "hash", "user_handle"] {
        assert!(!export.body.contains(secret), "{secret}");
    }
}

async fn ask(browser: &mut Browser, passkey: &mut SoftPasskey) -> Answer {
    browser.open("/account/profile").await;
    let step_up = browser.stepped_up("delete", None, passkey).await;
    browser.portal(Method::POST, "/deletion", &json!({}), Some(&step_up)).await
}

#[tokio::test]
async fn an_account_goes_after_a_while() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let client = app.confidential_client("a").await;
    let extra = "scope=openid+offline_access";
    let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let refresh = text(&client.redeem(&browser, &code).await, "refresh_token");
    let mut elsewhere = elsewhere(&app, &mut passkey).await;
    assert_eq!(browser.portal(Method::POST, "/deletion", &json!({}), None).await.code(), "step_up_required");
    let asked = ask(&mut browser, &mut passkey).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    assert_eq!(client.refresh(&app, &refresh, &[]).await.code(), "invalid_grant");
    assert_eq!(elsewhere.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER, "signed out here too");
    browser.sign_in(&mut passkey).await;
    assert!(browser.open("/account").await.body.contains("Keep my account"), "told on every page");
    let (_keep, stop) = tokio::sync::watch::channel(false);
    app.advance(7 * 86_400 - 60);
    jobs::run_due(&app.app, &stop).await;
    let mut last = app.browser();
    assert_eq!(last.sign_in(&mut passkey).await.status, StatusCode::OK, "not yet");
    let code = last.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let token = text(&client.redeem(&last, &code).await, "access_token");
    let before = app.find_user("alice").await;
    app.advance(120);
    let late = app.browser().sign_in(&mut passkey).await;
    assert_eq!(late.code(), "verification_failed", "at its end, whether the janitor runs or not");
    jobs::run_due(&app.app, &stop).await;
    assert_eq!(app.browser().sign_in(&mut passkey).await.code(), "credential_unknown");
    assert!(app.audit().await.contains(&"user.deleted".to_owned()));
    app.browser().sign_up("alice", &mut SoftPasskey::new()).await;
    let after = app.find_user("alice").await;
    assert!(after.id != before.id && after.sub != before.sub && after.user_handle != before.user_handle);
    assert_eq!(app.userinfo(&token).await.status, StatusCode::UNAUTHORIZED, "in the quarter of an hour it was for");
    assert_ne!(app.browser().sign_in(&mut passkey).await.status, StatusCode::OK, "a namesake is somebody else");
}

#[tokio::test]
async fn somebody_may_think_better_of_it() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    assert_eq!(browser.portal(Method::DELETE, "/deletion", &json!({}), None).await.code(), "not_found");
    ask(&mut browser, &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    browser.open("/account").await;
    let kept = browser.portal(Method::DELETE, "/deletion", &json!({}), None).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    app.advance(8 * 86_400);
    let (_keep, stop) = tokio::sync::watch::channel(false);
    jobs::run_due(&app.app, &stop).await;
    assert_eq!(app.browser().sign_in(&mut passkey).await.status, StatusCode::OK);
}

/// Somebody else may have asked for the end: whoever comes back by a recovery link stays.
#[tokio::test]
async fn recovery_keeps_the_account() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    ask(&mut browser, &mut passkey).await;
    let link = app.recovery_link(app.user_id("alice").await).await;
    let mut new = SoftPasskey::new();
    assert_eq!(app.browser().enroll(&link, &mut new).await.status, StatusCode::OK);
    app.advance(8 * 86_400);
    let (_keep, stop) = tokio::sync::watch::channel(false);
    jobs::run_due(&app.app, &stop).await;
    assert_eq!(app.browser().sign_in(&mut new).await.status, StatusCode::OK);
}

/// An operator who disables an account wants to look at it.
#[tokio::test]
async fn a_disabled_account_is_not_deleted() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    ask(&mut browser, &mut passkey).await;
    let (user, now) = (app.user_id("alice").await, app.app.now());
    app.app.store.write(async |tx| claviger::store::user::disable(tx, user, now).await).await.unwrap();
    app.advance(8 * 86_400);
    let (_keep, stop) = tokio::sync::watch::channel(false);
    jobs::run_due(&app.app, &stop).await;
    let now = app.app.now();
    app.app.store.write(async |tx| claviger::store::user::enable(tx, user, now).await).await.unwrap();
    assert_eq!(app.browser().sign_in(&mut passkey).await.status, StatusCode::OK);
}

/// Whoever has somebody's passkey can't close the way back that an operator made.
#[tokio::test]
async fn an_operators_link_goes_only_by_an_operator() {
    let app = TestApp::new().await;
    let (mut thief, mut stolen) = alice(&app).await;
    let link = app.recovery_link(app.user_id("alice").await).await;
    let step_up = thief.stepped_up("passkey.add", None, &mut stolen).await;
    thief.portal(Method::POST, "/passkeys/link", &json!({}), Some(&step_up)).await;
    let step_up = thief.stepped_up("recovery_codes", None, &mut stolen).await;
    thief.portal(Method::POST, "/recovery-codes", &json!({}), Some(&step_up)).await;
    let mut new = SoftPasskey::new();
    assert_eq!(app.browser().enroll(&link, &mut new).await.status, StatusCode::OK);
}

/// Of two administrators who want to go, one stays.
#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new().await;
    let mut people = Vec::new();
    for name in ["root", "other"] {
        let link = app.administrator(name).await;
        let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
        browser.enroll(&link, &mut passkey).await;
        people.push((browser, passkey));
    }
    let (browser, passkey) = &mut people[0];
    assert_eq!(ask(browser, passkey).await.status, StatusCode::OK);
    let (browser, passkey) = &mut people[1];
    let refused = ask(browser, passkey).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::CONFLICT, "last_administrator"));
}

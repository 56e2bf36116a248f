//! What groups demand of their members' passkeys.

use claviger::{
    protocol::passkey_policy::PasskeyPolicy,
    store::{
        Tx,
        group::{self, Group},
    },
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::policy::{bound, refused, sign_up};
use crate::harness::{Browser, SoftPasskey, TestApp};

/// A group demands it of its members, as long as they are; nobody else is concerned.
#[tokio::test]
async fn a_group_demands_it_of_its_members() {
    let app = TestApp::new().await;
    let (mut synced, mut device, mut other) = (SoftPasskey::new(), bound(), SoftPasskey::new());
    let (mut browser, _) = sign_up(&app, "alice", &mut synced).await;
    sign_up(&app, "bob", &mut other).await;
    browser.sign_in(&mut synced).await;
    let demands = PasskeyPolicy { device_bound: true, ..PasskeyPolicy::default() };
    let staff = Group::new(app.app.uuid(), "staff".to_owned(), demands, app.app.now());
    let (user, now) = (app.user_id("alice").await, app.app.now());
    let until = now + chrono::Duration::hours(1);
    let join = async |tx: &Tx| {
        group::insert(tx, Uuid::from_u128(1), &staff, now).await?;
        group::put_member(tx, (staff.id, user), Some(until), now).await
    };
    app.app.store.write(join).await.unwrap();
    app.app.refresh().await.unwrap();
    refused(&app.browser().sign_in(&mut synced).await);
    assert_eq!(app.browser().sign_in(&mut other).await.status, StatusCode::OK);
    // The session that there was is good for no app any more; its owner adds one that will do.
    let client = app.public_client("a").await;
    let page = browser.authorize(&client.query("")).await.location();
    assert!(browser.get(&page).await.body.contains("stays on one device"));
    let shown = browser.open("/account/passkeys").await.body;
    assert!(shown.contains("Not accepted here any more"), "{shown}");
    refused(&browser.step_up("export", None, &mut synced).await);
    browser.open("/account/passkeys").await;
    refused(&browser.add_passkey(&mut synced, &mut SoftPasskey::new()).await);
    browser.open("/account/passkeys").await;
    assert_eq!(browser.add_passkey(&mut synced, &mut device).await.status, StatusCode::OK);
    assert_eq!(app.browser().sign_in(&mut device).await.status, StatusCode::OK);
    // The last that will do stays.
    browser.open("/account/passkeys").await;
    let all = browser.portal(Method::GET, "/passkeys", &Value::Null, None).await.json();
    let good = all.as_array().unwrap().iter().find(|one| one["backup_eligible"] == false).unwrap();
    let good = good["id"].as_str().unwrap().to_owned();
    let step_up = browser.stepped_up("passkey.remove", Some(&good), &mut device).await;
    let kept = browser.portal(Method::DELETE, &format!("/passkeys/{good}"), &json!({}), Some(&step_up)).await;
    assert_eq!(kept.code(), "last_passkey");
    // By an invitation too, which says so.
    let link = app.link_of(user).await;
    assert!(app.browser().open(&format!("/enroll/{link}")).await.body.contains("stays on one device"));
    refused(&app.browser().enroll(&link, &mut SoftPasskey::new()).await);
    app.advance(3600);
    assert_eq!(app.browser().sign_in(&mut synced).await.status, StatusCode::OK, "a member for an hour");
}

/// A passkey that lacks nothing but its maker's word is made anew on the same authenticator; one that is synced would be refused
/// again, and is kept from being replaced.
#[tokio::test]
async fn what_can_be_made_anew_is_not_in_the_way() {
    let app = TestApp::new().await;
    for (name, attested, excluded) in [("alice", true, 0), ("bob", false, 1)] {
        let mut passkey = SoftPasskey::new();
        let (mut browser, _) = sign_up(&app, name, &mut passkey).await;
        browser.open("/account/passkeys").await;
        let count = async |browser: &mut Browser, passkey: &mut SoftPasskey| {
            let step_up = browser.stepped_up("passkey.add", None, passkey).await;
            let begun = browser.begin_adding(&step_up).await.json();
            begun["publicKey"]["excludeCredentials"].as_array().unwrap().len()
        };
        assert_eq!(count(&mut browser, &mut passkey).await, 1, "what will do is never replaced");
        let demands = PasskeyPolicy { attested, device_bound: !attested, ..PasskeyPolicy::default() };
        let group = Group::new(app.app.uuid(), name.to_owned(), demands, app.app.now());
        let (user, now) = (app.user_id(name).await, app.app.now());
        let join = async |tx: &Tx| {
            group::insert(tx, app.app.uuid(), &group, now).await?;
            group::put_member(tx, (group.id, user), None, now).await
        };
        assert!(app.app.store.write(join).await.unwrap());
        app.app.refresh().await.unwrap();
        assert_eq!(count(&mut browser, &mut passkey).await, excluded, "{name}");
    }
}

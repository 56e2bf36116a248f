//! What devices are told of passkeys: all that are known, or nothing at all where some may be missing.

use chrono::Duration;
use claviger::{
    crypto::mac::base64url,
    store::{
        self, credential,
        epoch::{self, Memory},
    },
};
use poem::http::{Method, StatusCode};
use sea_orm::EntityTrait;
use serde_json::json;
use uuid::Uuid;

use super::{alice, two_passkeys};
use crate::harness::{Browser, SoftPasskey, TestApp, database::Copy, start};

/// The credential ids that a page tells devices of.
async fn told(browser: &mut Browser, page: &str) -> Option<Vec<String>> {
    let body = browser.open(page).await.body;
    let all = body.split_once("data-accepted=\"")?.1.split('"').next().unwrap().to_owned();
    assert!(body.contains("data-rp-id=\"localhost\""), "{body}");
    Some(all.split(' ').map(str::to_owned).collect())
}

#[tokio::test]
async fn devices_are_told_of_all_passkeys_and_of_no_others() {
    let app = TestApp::new().await;
    let (mut browser, [mut first, _], ids) = two_passkeys(&app).await;
    let user = app.user_id("alice").await;
    let stored = credential::list_by_user(&app.app.store.read(), user).await.unwrap();
    let both: Vec<_> = stored.iter().map(|one| base64url(one.credential_id())).collect();
    for page in ["/account", "/account/passkeys"] {
        assert_eq!(told(&mut browser, page).await.unwrap(), both, "{page}");
    }
    let step_up = browser.stepped_up("passkey.remove", Some(&ids[1]), &mut first).await;
    browser.portal(Method::DELETE, &format!("/passkeys/{}", ids[1]), &json!({}), Some(&step_up)).await;
    assert_eq!(told(&mut browser, "/account").await.unwrap(), both[..1]);
    for page in ["/account/sessions", "/account/profile", "/account/recovery"] {
        assert_eq!(told(&mut browser, page).await, None, "{page}");
    }
}

/// Nobody gave a sign of life: the database may be an older one, and passkeys made since then would be deleted.
#[tokio::test]
async fn a_silent_heart_tells_devices_nothing_for_thirty_days() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    app.advance(180);
    assert!(told(&mut browser, "/account").await.is_some());
    app.advance(1);
    assert_eq!(told(&mut browser, "/account").await, None, "before anybody has noticed");
    // The instance that was here last knows that nobody has been here since; another one does not.
    app.second_instance().await;
    assert_eq!(told(&mut browser, "/account").await, None);
    assert!(app.audit().await.contains(&"server.epoch_changed".to_owned()));
    // Not even of a passkey that was removed here.
    let (mut old, id) = (SoftPasskey::new(), app.user_id("alice").await);
    app.browser().enroll(&app.link_of(id).await, &mut old).await;
    browser.open("/account/passkeys").await;
    let all = super::ids(&mut browser, "/passkeys").await;
    let step_up = browser.stepped_up("passkey.remove", Some(&all[1]), &mut passkey).await;
    browser.portal(Method::DELETE, &format!("/passkeys/{}", all[1]), &json!({}), Some(&step_up)).await;
    let refused = app.browser().sign_in(&mut old).await;
    assert_eq!((refused.status, refused.json().get("signal")), (StatusCode::NOT_FOUND, None));
    for page in ["/sign-up", "/account/profile"] {
        assert!(browser.open(page).await.body.contains("data-rp-id=\"\""), "{page}");
    }
    // Thirty days of life later.
    let now = app.app.now() - Duration::days(30);
    app.app.store.write(async |tx| epoch::change(tx, Uuid::nil(), now).await).await.unwrap();
    assert!(told(&mut browser, "/account").await.is_some());
}

/// What an instance that remembers these signs of life makes of it.
async fn beat(app: &TestApp, incarnation: &str, own: &[Uuid], nonce: u128, after: Duration) -> Option<&'static str> {
    let (now, memory) = (start() + after, Memory { own: own.to_vec() });
    let of = (incarnation, &memory);
    app.app.store.write(async |tx| epoch::beat(tx, of, Uuid::from_u128(nonce), now).await).await.unwrap()
}

/// Whoever gave the last sign of life is the same after any silence; whoever finds an older one, or a stranger's, is not.
#[tokio::test]
async fn the_last_sign_of_life_is_known_to_whoever_gave_it() {
    let app = TestApp::new().await;
    alice(&app).await;
    let here = epoch::incarnation(&app.app.store, app.url()).await.unwrap();
    let [one, two, three] = [1, 2, 3].map(Uuid::from_u128);
    let (second, day) = (Duration::seconds(1), Duration::days(1));
    assert_eq!(beat(&app, &here, &[], 1, second).await, None, "another instance was here a moment ago");
    assert_eq!(beat(&app, &here, &[one], 2, day).await, None, "one that rested, or slept");
    assert_eq!(beat(&app, &here, &[one, two], 3, day * 2).await, None);
    // A backup of before, put back while nobody looked: its last sign of life is an older one of ours.
    assert!(beat(&app, &here, &[one, two, three, Uuid::nil()], 4, day * 2 + second).await.is_some());
    assert!(beat(&app, &here, &[], 5, day * 3).await.is_some(), "nobody knows it, and it is a day old");
    assert_eq!(beat(&app, &here, &[], 6, day * 3 + second).await, None);
    assert!(beat(&app, "elsewhere", &[Uuid::from_u128(6)], 7, day * 3 + second).await.is_some(), "a copy");
    assert_eq!(beat(&app, "elsewhere", &[], 8, day * 3 + second * 2).await, None);
    assert!(beat(&app, "elsewhere", &[], 9, day).await.is_some(), "a clock that went back");
}

/// Replaced under a running server, it is not believed for a moment.
#[tokio::test]
async fn a_database_that_was_replaced_tells_devices_nothing_at_once() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    assert!(told(&mut browser, "/account").await.is_some());
    beat(&app, "elsewhere", &[], 1, Duration::zero()).await;
    app.app.store.write(async |tx| epoch::change(tx, Uuid::nil(), start() - Duration::days(40)).await).await.unwrap();
    assert_eq!(told(&mut browser, "/account").await, None);
}

/// A database with people in it that nobody watched over may be a restored one; an empty one cannot be.
#[tokio::test]
async fn nothing_is_known_of_a_database_that_nobody_watched() {
    let app = TestApp::new().await;
    alice(&app).await;
    let forget = sea_orm::Database::connect(app.url()).await.unwrap();
    for name in ["epoch", "heartbeat"] {
        entity::setting::Entity::delete_by_id(name).exec(&forget).await.unwrap();
    }
    assert_eq!(epoch::may_signal(&app.app.store.read(), start()).await.unwrap(), None);
    app.app.beat().await.unwrap();
    assert_eq!(epoch::may_signal(&app.app.store.read(), start()).await.unwrap(), None);
}

/// A copy of a database is known by where it lives, at once and however fresh it is.
#[tokio::test]
async fn a_copy_is_not_what_it_was_copied_from() {
    let (one, two) = (Copy::new().await, Copy::new().await);
    let mut known = Vec::new();
    for copy in [&one, &two, &one] {
        let store = store::Store::connect(&copy.url).await.unwrap();
        known.push(epoch::incarnation(&store, &copy.url).await.unwrap());
    }
    assert!(!known[0].is_empty() && known[0] == known[2] && known[0] != known[1], "{known:?}");
}

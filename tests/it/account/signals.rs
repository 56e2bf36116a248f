//! What devices are told of passkeys: all that are known, or nothing at all where some may be missing.

use chrono::Duration;
use claviger::{
    crypto::mac::base64url,
    store::{self, Tx, credential, epoch},
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
    app.app.beat().await.unwrap();
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

async fn beat(app: &TestApp, of: (&str, Option<Uuid>), after: Duration) -> Option<&'static str> {
    let now = start() + after;
    app.app.store.write(async |tx| epoch::beat(tx, of, Uuid::nil(), now).await).await.unwrap()
}

async fn write(app: &TestApp, f: impl AsyncFnOnce(&Tx) -> Result<(), store::Error> + Send) {
    app.app.store.write(f).await.unwrap();
}

/// Whoever ends in order and comes back is the same; whoever finds another's order, an older one or none, is not.
#[tokio::test]
async fn a_rest_in_order_is_no_silence() {
    let app = TestApp::new().await;
    alice(&app).await;
    let here = epoch::incarnation(&app.app.store, app.url()).await.unwrap();
    let (nonce, other, day) = (Uuid::from_u128(1), Uuid::from_u128(2), Duration::days(1));
    let rest = async || write(&app, async |tx| epoch::rest(tx, &here, nonce, start()).await).await;
    rest().await;
    assert_eq!(beat(&app, (&here, Some(nonce)), day).await, None);
    assert!(beat(&app, (&here, Some(nonce)), day * 2).await.is_some(), "it did not rest since");
    for wrong in [None, Some(other)] {
        rest().await;
        assert!(beat(&app, (&here, wrong), day).await.is_some(), "{wrong:?}");
    }
    rest().await;
    assert!(beat(&app, ("elsewhere", Some(nonce)), Duration::seconds(1)).await.is_some(), "a copy, however fresh");
    assert!(beat(&app, ("elsewhere", None), -day).await.is_some(), "a clock that went back");
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
    assert!(!epoch::may_signal(&app.app.store.read(), start()).await.unwrap());
    app.app.beat().await.unwrap();
    assert!(!epoch::may_signal(&app.app.store.read(), start()).await.unwrap());
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

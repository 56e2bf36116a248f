//! Keys at rest: the canary, rotation of the key-encryption key, rows that were altered or moved.

use std::sync::Arc;

use claviger::{
    app::App,
    clock::FakeClock,
    crypto::{data_keys::DataKeys, key_encryption::KeyEncryptionKeys, random::SeededRng},
    store::{self, Store, data_key},
};
use poem::http::StatusCode;
use sea_orm::{ActiveValue::Set, ColumnTrait, Database, EntityTrait, QueryFilter};

use crate::harness::{ENCRYPTION_KEY, SoftPasskey, TestApp, config, start};

async fn load(url: &str, keys: &[&str]) -> Result<DataKeys, store::Error> {
    let store = Store::connect(url).await.unwrap();
    let keys = KeyEncryptionKeys::parse(keys).unwrap();
    data_key::load_or_create(&store, &keys, &SeededRng::new(99), start()).await
}

#[tokio::test]
async fn a_wrong_key_refuses_and_touches_nothing() {
    let app = TestApp::new().await;
    let other = KeyEncryptionKeys::generate(&SeededRng::new(5));
    assert!(matches!(load(app.url(), &[&other]).await, Err(store::Error::WrongKey { .. })));
    assert!(matches!(load(app.url(), &[]).await, Err(store::Error::NoKey)));
    load(app.url(), &[ENCRYPTION_KEY]).await.unwrap();
    load(app.url(), &[&other, ENCRYPTION_KEY]).await.unwrap();
}

#[tokio::test]
async fn every_instance_unwraps_the_same_keys() {
    let app = TestApp::new().await;
    let again = load(app.url(), &[ENCRYPTION_KEY]).await.unwrap();
    assert_eq!(*again.sid, *app.app.data_keys.sid);
    assert_eq!(*again.pairwise, *app.app.data_keys.pairwise);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_starters_make_one_set_of_keys() {
    let copy = crate::harness::database::Copy::empty().await;
    let open = || async {
        let store = Store::connect(&copy.url).await.unwrap();
        store::migrate::up(&store, start()).await.unwrap();
        let keys = KeyEncryptionKeys::parse(&[ENCRYPTION_KEY]).unwrap();
        let clock = Arc::new(FakeClock::new(start()));
        let (config, rng) = (config(&copy.url, &[]), Arc::new(claviger::crypto::random::SystemRng::default()));
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let outside = claviger::app::Outside::open(&config).unwrap();
        App::open(config, store, &keys, outside, clock, rng).await
    };
    let (a, b) = tokio::join!(open(), open());
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!(*a.data_keys.csrf, *b.data_keys.csrf);
    assert_eq!(a.keys().jwks().bytes(), b.keys().jwks().bytes());
    assert_eq!(std::str::from_utf8(&a.keys().jwks().bytes()).unwrap().matches("\"kid\"").count(), 4);
}

/// Swaps the sealed keys of two people: neither opens, a third is untouched.
#[tokio::test]
async fn a_key_moved_to_another_row_does_not_open() {
    let app = TestApp::new().await;
    let mut devices = [SoftPasskey::new(), SoftPasskey::new(), SoftPasskey::new()];
    for (name, device) in ["alice", "bob", "carol"].into_iter().zip(&mut devices) {
        assert_eq!(app.browser().sign_up(name, device).await.status, StatusCode::OK);
    }
    let (alice, bob) = (app.find_user("alice").await, app.find_user("bob").await);
    swap(app.url(), alice.id, bob.id).await;
    let answers = [
        app.browser().sign_in(&mut devices[0]).await,
        app.browser().sign_in(&mut devices[1]).await,
        app.browser().sign_in(&mut devices[2]).await,
    ];
    assert_eq!(answers.map(|a| a.status), [StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED, StatusCode::OK]);
    let audit = app.audit().await;
    assert!(audit.contains(&"!session.authenticated".to_owned()));
    assert_eq!(audit.iter().filter(|event| *event == "!credential.unreadable").count(), 2);
}

/// One bit of the sealed column: this passkey fails closed and is told, everybody else signs in.
#[tokio::test]
async fn a_flipped_bit_costs_one_passkey_and_nobody_else() {
    use entity::credential::{ActiveModel, Column, Entity};
    let app = TestApp::new().await;
    let (mut alices, mut bobs) = (SoftPasskey::new(), SoftPasskey::new());
    app.browser().sign_up("alice", &mut alices).await;
    app.browser().sign_up("bob", &mut bobs).await;
    let alice = app.find_user("alice").await;
    let database = Database::connect(app.url()).await.unwrap();
    let row = Entity::find().filter(Column::UserId.eq(alice.id)).one(&database).await.unwrap().unwrap();
    let mut cose_key = row.cose_key;
    *cose_key.last_mut().unwrap() ^= 1;
    let bent =
        ActiveModel { id: sea_orm::ActiveValue::Unchanged(row.id), cose_key: Set(cose_key), ..Default::default() };
    Entity::update(bent).exec(&database).await.unwrap();
    assert_eq!(app.browser().sign_in(&mut alices).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.browser().sign_in(&mut bobs).await.status, StatusCode::OK);
    assert!(app.audit().await.contains(&"!credential.unreadable".to_owned()));
}

async fn swap(url: &str, a: uuid::Uuid, b: uuid::Uuid) {
    use entity::credential::{ActiveModel, Column, Entity};
    let database = Database::connect(url).await.unwrap();
    let find = |user: uuid::Uuid| Entity::find().filter(Column::UserId.eq(user)).one(&database);
    let (a, b) = (find(a).await.unwrap().unwrap(), find(b).await.unwrap().unwrap());
    for (id, cose_key) in [(a.id, b.cose_key), (b.id, a.cose_key)] {
        let row =
            ActiveModel { id: sea_orm::ActiveValue::Unchanged(id), cose_key: Set(cose_key), ..Default::default() };
        Entity::update(row).exec(&database).await.unwrap();
    }
}

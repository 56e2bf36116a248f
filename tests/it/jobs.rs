//! What the server does on its own: the janitor, and who may be it.

use chrono::Duration;
use claviger::{
    jobs,
    protocol::passkey_policy::PasskeyPolicy,
    store::{
        Tx,
        enrollment_link::Kind,
        group::{self, Group},
        job::{self, Lease},
        registration_token, replayed_jti,
    },
};
use sea_orm::{Database, DatabaseConnection, EntityTrait, PaginatorTrait};
use uuid::Uuid;

use crate::harness::{SoftPasskey, TestApp, client::text};

/// How many rows each table that expires has.
async fn rows(database: &DatabaseConnection) -> [(&'static str, u64); 7] {
    macro_rules! count {
        ($($entity:ident),+) => {[$((stringify!($entity), entity::$entity::Entity::find().count(database).await.unwrap())),+]};
    }
    count!(challenge, authorization_request, enrollment_link, access_token, authorization_code, token_family, session)
}

async fn run_due(app: &TestApp, stop: bool) {
    let (_keep, stop) = tokio::sync::watch::channel(stop);
    jobs::run_due(&app.app, &stop).await;
}

/// A person who signed in to an app, one who was invited, and a request that was left behind.
async fn lived_in(settings: &[(&str, &str)]) -> (TestApp, DatabaseConnection, SoftPasskey) {
    let app = TestApp::with(settings).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    client.redeem(&browser, &code).await;
    app.browser().authorize(&client.query("")).await;
    app.browser().sign_in(&mut passkey).await;
    let bob = app.user("bob").await;
    app.link(&bob, Kind::Invitation).await;
    let database = Database::connect(app.url()).await.unwrap();
    (app, database, passkey)
}

#[tokio::test]
async fn memberships_go_when_they_are_over() {
    let (app, database, _) = lived_in(&[]).await;
    let (user, now) = (app.user_id("alice").await, app.app.now());
    for (name, hours) in [("over", Some(1)), ("not yet", Some(5)), ("for good", None)] {
        let group = Group::new(app.app.uuid(), name.to_owned(), PasskeyPolicy::default(), app.app.now());
        let until = hours.map(|hours| now + Duration::hours(hours));
        let join = async |tx: &Tx| {
            group::insert(tx, app.app.uuid(), &group, now).await?;
            group::put_member(tx, (group.id, user), until, now).await
        };
        assert!(app.app.store.write(join).await.unwrap());
    }
    app.advance(2 * 3600);
    run_due(&app, false).await;
    let left = entity::membership::Entity::find().all(&database).await.unwrap();
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|row| row.expires_at.is_none_or(|at| at > app.app.now())));
}

#[tokio::test]
async fn expired_rows_go_and_live_ones_stay() {
    let (app, database, mut passkey) = lived_in(&[]).await;
    let before = rows(&database).await;
    assert!(before.iter().all(|(_, count)| *count > 0), "{before:?}");
    run_due(&app, false).await;
    assert_eq!(rows(&database).await, before, "nothing has expired yet");
    app.advance(2 * 3600);
    run_due(&app, false).await;
    let later = rows(&database).await;
    let of = |name: &str| later.iter().find(|(table, _)| *table == name).unwrap().1;
    for gone in ["challenge", "authorization_request", "access_token", "authorization_code", "token_family"] {
        assert_eq!(of(gone), 0, "{gone}");
    }
    assert!(of("enrollment_link") > 0 && of("session") > 0);
    app.advance(31 * 86_400);
    run_due(&app, false).await;
    assert!(rows(&database).await.iter().all(|(_, count)| *count == 0));
    let answer = app.browser().sign_in(&mut passkey).await;
    assert_eq!(answer.status, poem::http::StatusCode::OK, "people and passkeys are none of its business");
}

/// What refresh tokens hang on stays as long as they do, and goes with them; marks and tokens of registration go too.
#[tokio::test]
async fn a_family_stays_as_long_as_its_refresh_tokens() {
    let app = TestApp::with(&[("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "token")]).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.confidential_client("a").await;
    let code = browser.code(&client, "scope=openid+offline_access", &mut passkey).await.redirected("code").unwrap();
    let token = text(&client.redeem(&browser, &code).await, "refresh_token");
    let (hash, now) = ([7; 32], app.app.now());
    let soon = now + Duration::hours(1);
    app.app
        .store
        .write(async |tx| {
            replayed_jti::insert(tx, hash, soon).await?;
            registration_token::insert(tx, app.app.uuid(), hash, (now, soon));
            Ok::<_, claviger::store::Error>(())
        })
        .await
        .unwrap();
    let database = Database::connect(app.url()).await.unwrap();
    let rows = async || {
        [
            entity::refresh_token::Entity::find().count(&database).await.unwrap(),
            entity::token_family::Entity::find().count(&database).await.unwrap(),
            entity::replayed_jti::Entity::find().count(&database).await.unwrap(),
            entity::registration_token::Entity::find().count(&database).await.unwrap(),
        ]
    };
    run_due(&app, false).await;
    assert_eq!(rows().await, [1, 1, 1, 1]);
    app.advance(2 * 86_400);
    run_due(&app, false).await;
    assert_eq!(rows().await, [1, 1, 0, 0]);
    let next = text(&client.refresh(&app, &token, &[]).await, "refresh_token");
    app.advance(400 * 86_400);
    run_due(&app, false).await;
    assert_eq!(rows().await, [0, 0, 0, 0]);
    assert_eq!(client.refresh(&app, &next, &[]).await.code(), "invalid_grant");
}

/// A session past its end keeps its tokens alive: taking the row away would end them.
#[tokio::test]
async fn a_session_stays_as_long_as_its_tokens() {
    let (app, database, _) =
        lived_in(&[("CLAVIGER_SESSION__ABSOLUTE", "1m"), ("CLAVIGER_OIDC__ACCESS_TOKEN_LIFETIME", "1h")]).await;
    app.advance(30 * 60);
    run_due(&app, false).await;
    assert_eq!(entity::access_token::Entity::find().count(&database).await.unwrap(), 1);
    let kept = rows(&database).await;
    assert!(kept.iter().find(|(table, _)| *table == "session").unwrap().1 > 0, "{kept:?}");
}

#[tokio::test]
async fn batches_are_small_and_end_when_the_server_stops() {
    let (app, database, _) = lived_in(&[("CLAVIGER_JOBS__JANITOR_BATCH", "1")]).await;
    let challenges = entity::challenge::Entity::find().count(&database).await.unwrap();
    assert!(challenges > 1);
    app.advance(2 * 3600);
    run_due(&app, true).await;
    assert_eq!(entity::challenge::Entity::find().count(&database).await.unwrap(), challenges - 1);
    app.advance(60);
    run_due(&app, false).await;
    assert_eq!(entity::challenge::Entity::find().count(&database).await.unwrap(), 0);
}

#[tokio::test]
async fn switched_off_the_janitor_leaves_everything() {
    let (app, database, _) = lived_in(&[("CLAVIGER_JOBS__JANITOR", "false")]).await;
    let before = rows(&database).await;
    app.advance(40 * 86_400);
    run_due(&app, false).await;
    assert_eq!(rows(&database).await, before);
}

#[tokio::test]
async fn one_instance_at_a_time_has_the_lease() {
    let app = TestApp::new().await;
    let start = app.app.now();
    let lease = |holder: u128, at: Duration| {
        let (now, holder) = (start + at, Uuid::from_u128(holder));
        let lease = Lease { holder, until: now + Duration::minutes(2) };
        let store = app.app.store.clone();
        async move {
            store
                .write(async |tx| job::lease(tx, holder, "x", lease, (now, now + Duration::hours(10))).await)
                .await
                .unwrap()
        }
    };
    assert!(lease(1, Duration::zero()).await);
    assert!(!lease(2, Duration::seconds(119)).await, "somebody has it");
    assert!(lease(3, Duration::seconds(120)).await, "a lost instance's lease runs out");
    let (first, third) = (Uuid::from_u128(1), Uuid::from_u128(3));
    let finish = |holder: Uuid, run_at: Duration| {
        let store = app.app.store.clone();
        async move { store.write(async |tx| job::finish(tx, "x", holder, start + run_at, None).await).await.unwrap() }
    };
    finish(first, Duration::hours(9)).await;
    assert!(!lease(4, Duration::seconds(121)).await, "who lost a lease can't give it back");
    finish(third, Duration::hours(1)).await;
    assert!(!lease(5, Duration::minutes(59)).await, "not due yet");
    assert!(lease(6, Duration::minutes(60)).await);
    finish(Uuid::from_u128(6), Duration::days(3650)).await;
    assert!(lease(7, Duration::hours(2)).await, "a date far ahead was written by a clock that was off");
}

/// Whose clock is off does nothing: what is alive must not go, and no date must be written.
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the database has the real time")]
async fn an_instance_whose_clock_is_off_leaves_jobs_to_others() {
    if crate::harness::database::postgres().is_none() {
        return;
    }
    let (app, database, _) = lived_in(&[]).await;
    let off = chrono::Utc::now() + Duration::days(400);
    let off = app.instance_at(std::sync::Arc::new(claviger::clock::FakeClock::comparing(off))).await;
    let before = rows(&database).await;
    run_due(&off, false).await;
    assert_eq!(rows(&database).await, before);
    assert_eq!(entity::job::Entity::find().count(&database).await.unwrap(), 0);
    assert_eq!(off.app.keys().jwks().bytes(), app.app.keys().jwks().bytes(), "no key had its time");
}

//! Signing keys over their life, seen from two instances.

use claviger::{jobs, keys::Ask, protocol::signing_algorithm::SigningAlgorithm, store::notice::Notices};
use poem::http::{Method, StatusCode};
use sea_orm::{ActiveValue::Set, Database, EntityTrait};
use serde_json::Value;

use crate::harness::{Browser, Registered, SoftPasskey, TestApp, client::tokens, database};

const RS256: SigningAlgorithm = SigningAlgorithm::RS256;
const DAY: i64 = 86_400;

async fn kids(app: &TestApp) -> Vec<String> {
    let document = app.browser().open("/oauth2/jwks").await.json();
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    document["keys"].as_array().unwrap().iter().filter(|key| key["alg"] == "RS256").map(kid).collect()
}

fn signs_with(app: &TestApp) -> String {
    app.app.keys().signer(RS256).unwrap().jwk().kid.clone()
}

/// What the header of a fresh ID token says.
async fn issued_with(app: &TestApp, browser: &Browser, client: &Registered, passkey: &mut SoftPasskey) -> String {
    let mut browser = browser.on(app);
    browser.sign_in(passkey).await;
    let code = browser.code(client, "", passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    tokens(&answer);
    let token = answer.json()["id_token"].as_str().unwrap().to_owned();
    let header = claviger::crypto::mac::from_base64url(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

async fn run_jobs(app: &TestApp) {
    let (_keep, stop) = tokio::sync::watch::channel(false);
    jobs::run_due(&app.app, &stop).await;
}

#[tokio::test]
async fn a_successor_is_published_a_day_ahead_and_every_instance_signs_with_it() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let (mut browser, mut passkey) = (a.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = a.public_client("a").await;
    b.app.refresh().await.unwrap();
    let old = signs_with(&a);
    a.advance(89 * DAY);
    run_jobs(&a).await;
    b.app.refresh().await.unwrap();
    assert_eq!((kids(&a).await.len(), kids(&b).await.len()), (2, 2), "the successor is published");
    assert_eq!(issued_with(&b, &browser, &client, &mut passkey).await, old, "and does not sign yet");
    b.advance(DAY);
    run_jobs(&b).await;
    a.app.refresh().await.unwrap();
    let new = signs_with(&b);
    assert_ne!(new, old);
    for app in [&a, &b] {
        assert_eq!(issued_with(app, &browser, &client, &mut passkey).await, new);
        assert_eq!(kids(app).await.len(), 2, "the old key stays with its last token");
    }
    a.advance(DAY + 10 * 60);
    a.app.refresh().await.unwrap();
    assert_eq!(kids(&a).await, [new], "and leaves with it");
    let audit = a.audit().await;
    for event in ["signing_key.created", "signing_key.retired", "signing_key.activated"] {
        assert!(audit.iter().any(|known| known == event), "{event}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_turn_the_rings_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let ask = Ask::RotateNow(vec![RS256]);
    a.advance(89 * DAY);
    let (first, second) = tokio::join!(a.app.turn_keys(&Ask::Schedule), b.app.turn_keys(&Ask::Schedule));
    let created = first.unwrap().len() + second.unwrap().len();
    assert_eq!(created, SigningAlgorithm::ALL.len(), "one successor for each ring");
    a.app.turn_keys(&ask).await.unwrap();
    b.app.refresh().await.unwrap();
    assert_eq!(signs_with(&a), signs_with(&b));
}

#[tokio::test]
async fn a_revoked_key_is_gone_at_once_and_its_ring_signs_on() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let old = signs_with(&a);
    let keys = entity::signing_key::Entity::find().all(&Database::connect(a.url()).await.unwrap()).await.unwrap();
    let id = keys.iter().find(|key| key.kid == old).unwrap().id;
    a.app.turn_keys(&Ask::Revoke(id)).await.unwrap();
    b.app.refresh().await.unwrap();
    for app in [&a, &b] {
        let kids = kids(app).await;
        assert!(!kids.contains(&old));
        assert_eq!(kids, [signs_with(app)]);
    }
    assert!(a.audit().await.contains(&"signing_key.revoked".to_owned()));
}

/// One bit of the sealed column: this key alone fails, and the next start has another in its place.
#[tokio::test]
async fn an_altered_key_is_replaced_and_told() {
    let a = TestApp::new().await;
    let (old, es256) = (signs_with(&a), a.app.keys().signer(SigningAlgorithm::ES256).unwrap().jwk().kid.clone());
    let database = Database::connect(a.url()).await.unwrap();
    let row = entity::signing_key::Entity::find().all(&database).await.unwrap();
    let row = row.into_iter().find(|key| key.kid == old).unwrap();
    let mut private_key = row.private_key;
    private_key[40] ^= 1;
    let bent = entity::signing_key::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(row.id),
        private_key: Set(private_key),
        ..Default::default()
    };
    entity::signing_key::Entity::update(bent).exec(&database).await.unwrap();
    let b = a.second_instance().await;
    assert_ne!(signs_with(&b), old);
    assert_eq!(b.app.keys().signer(SigningAlgorithm::ES256).unwrap().jwk().kid, es256, "the other rings are whole");
    assert!(b.app.keys().is_complete());
    assert!(a.audit().await.contains(&"!signing_key.unreadable".to_owned()));
}

/// A newer binary's ring, or a column that somebody bent: the other keys sign on.
#[tokio::test]
async fn a_row_that_cannot_be_read_costs_itself_alone() {
    let a = TestApp::new().await;
    let database = Database::connect(a.url()).await.unwrap();
    let row = entity::signing_key::Entity::find().all(&database).await.unwrap().remove(0);
    let bent = entity::signing_key::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(row.id),
        algorithm: Set("ML-DSA-44".to_owned()),
        public_jwk: Set(serde_json::json!("bent")),
        ..Default::default()
    };
    entity::signing_key::Entity::update(bent).exec(&database).await.unwrap();
    a.app.turn_keys(&Ask::Schedule).await.unwrap();
    assert!(a.app.keys().is_complete(), "its ring got another");
    assert!(a.second_instance().await.app.keys().is_complete());
}

/// What could not be compared with the database for five seconds issues nothing; public documents are served on.
#[tokio::test]
async fn nothing_is_issued_from_what_may_be_out_of_date() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    app.app.follow().await.unwrap();
    app.advance(5);
    assert_eq!(browser.authorize(&client.query("")).await.status, StatusCode::SEE_OTHER);
    app.advance(1);
    let refused = client.redeem(&browser, &code).await;
    assert_eq!(
        (refused.status, refused.code()),
        (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable".to_owned())
    );
    assert!(refused.header("retry-after").is_some());
    assert_eq!(browser.authorize(&client.query("")).await.status, StatusCode::SERVICE_UNAVAILABLE);
    for path in ["/oauth2/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(browser.send(Method::GET, path, &[], vec![]).await.status, StatusCode::OK);
    }
    app.app.follow().await.unwrap();
    assert_eq!(client.redeem(&browser, &code).await.status, StatusCode::OK, "the code was not lost meanwhile");
}

/// PostgreSQL tells the others at the commit; without it they would look twice a second.
#[tokio::test]
async fn other_instances_are_woken_by_a_change() {
    if database::postgres().is_none() {
        return;
    }
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let mut notices = Notices::default();
    let changing = async {
        // The first may come before anybody listens.
        for number in 0.. {
            a.public_client(&format!("client-{number}")).await;
        }
    };
    let woken = async {
        tokio::select! {
            () = notices.changed(&b.app.store) => {}
            () = changing => {}
        }
    };
    let patience = std::time::Duration::from_secs(30);
    tokio::time::timeout(patience, Box::pin(woken)).await.expect("nobody was told");
}

//! Logout tokens on their way to clients.

use std::sync::Arc;

use chrono::Duration;
use claviger::jobs::deliver_logouts;
use sea_orm::{Database, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use super::{BYE, scene_in};
use crate::harness::{
    SoftPasskey, TestApp,
    client::{payload, tokens},
    site::Site,
};

pub(super) async fn deliver(app: &TestApp) {
    deliver_logouts::run_due(&Arc::clone(&app.app)).await.unwrap();
}

/// The one parameter of a delivery, and what its token says.
fn logout_token(body: &str) -> (Value, Value) {
    let (name, token) = body.split_once('=').unwrap();
    assert_eq!(name, "logout_token");
    assert!(!token.contains('&'), "nothing else is sent");
    let header = claviger::crypto::mac::from_base64url(token.split('.').next().unwrap()).unwrap();
    (serde_json::from_slice(&header).unwrap(), payload(token))
}

#[tokio::test]
async fn clients_of_the_session_are_told_in_a_signed_token() {
    let site = Site::new().await;
    site.publish("/backchannel", "text/plain", "");
    let uri = site.url("/backchannel");
    let app = TestApp::beside(&site, &[]).await;
    let mut scene = scene_in(app, |metadata| metadata.backchannel_logout_uri = Some(uri)).await;
    let id_token = payload(&scene.hint);
    let hint = scene.hint.clone();
    scene.logout(&[("id_token_hint", &hint)]).await;
    deliver(&scene.app).await;
    deliver(&scene.app).await;
    let told = site.asked("/backchannel");
    assert_eq!(told.len(), 1);
    let (header, claims) = logout_token(&told[0]);
    assert_eq!(header["typ"], "logout+jwt");
    assert!(scene.app.browser().open("/oauth2/jwks").await.body.contains(header["kid"].as_str().unwrap()));
    for claim in ["iss", "aud", "sub", "sid"] {
        assert_eq!(claims[claim], id_token[claim], "{claim}");
    }
    assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 120);
    assert!(claims["jti"].is_string() && claims["nonce"].is_null());
    assert!(scene.app.audit().await.contains(&"backchannel_logout.sent".to_owned()));
}

/// An app that is down hears of it later: signed anew, under the same `jti`, by whichever instance is there.
#[tokio::test]
async fn a_client_that_does_not_answer_is_told_again() {
    let site = Site::new().await;
    site.answer("/backchannel", 500, "text/plain", "");
    let uri = site.url("/backchannel");
    let app = TestApp::beside(&site, &[]).await;
    let mut scene = scene_in(app, |metadata| metadata.backchannel_logout_uri = Some(uri)).await;
    let hint = scene.hint.clone();
    let back = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(back.location(), BYE, "the person does not wait");
    deliver(&scene.app).await;
    deliver(&scene.app).await;
    assert_eq!(site.asked("/backchannel").len(), 1, "not before its time");
    let other = scene.app.second_instance().await;
    for app in [&scene.app, &other] {
        app.advance(11);
    }
    site.publish("/backchannel", "text/plain", "");
    deliver(&other).await;
    deliver(&scene.app).await;
    let told: Vec<_> = site.asked("/backchannel").iter().map(|body| logout_token(body).1).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["jti"], told[1]["jti"]);
    assert!(told[0]["iat"].as_i64() < told[1]["iat"].as_i64());
}

/// Every way in which a session ends: by disabling the person, by another person's sign-in in the same browser.
#[tokio::test]
async fn every_end_of_a_session_is_told() {
    let site = Site::new().await;
    site.publish("/backchannel", "text/plain", "");
    let uri = site.url("/backchannel");
    let app = TestApp::beside(&site, &[]).await;
    let mut scene = scene_in(app, |metadata| metadata.backchannel_logout_uri = Some(uri)).await;
    let mut bobs = SoftPasskey::new();
    scene.app.browser().sign_up("bob", &mut bobs).await;
    scene.browser.sign_in(&mut bobs).await;
    deliver(&scene.app).await;
    assert_eq!(site.asked("/backchannel").len(), 1, "bob signed in where alice was");
    let code = scene.browser.code(&scene.client, "", &mut bobs).await.redirected("code").unwrap();
    let (_, claims) = tokens(&scene.client.redeem(&scene.browser, &code).await);
    scene.app.set_enabled(&scene.app.find_user("bob").await, false).await;
    deliver(&scene.app).await;
    let told = site.asked("/backchannel");
    assert_eq!(told.len(), 2);
    assert_eq!(logout_token(&told[1]).1["sub"], claims["sub"]);
}

/// After a day of silence nobody is told any more, and that is on record.
#[tokio::test]
async fn somebody_who_never_answers_is_given_up() {
    let site = Site::new().await;
    let uri = site.url("/nowhere");
    let app = TestApp::beside(&site, &[]).await;
    let mut scene = scene_in(app, |metadata| metadata.backchannel_logout_uri = Some(uri)).await;
    let hint = scene.hint.clone();
    scene.logout(&[("id_token_hint", &hint)]).await;
    for _ in 0..12 {
        deliver(&scene.app).await;
        scene.app.advance(13 * 3600);
    }
    assert_eq!(site.asked("/nowhere").len(), 9);
    assert!(scene.app.audit().await.contains(&"!backchannel_logout.sent".to_owned()));
}

/// Many sign-outs of an app that takes calls and never answers: who comes after them is told meanwhile.
#[tokio::test]
async fn a_client_that_hangs_holds_up_nobody_else() {
    let (site, tarpit) = (Site::new().await, TcpListener::bind("127.0.0.1:0").await.unwrap());
    site.publish("/backchannel", "text/plain", "");
    let (uri, hanging) =
        (site.url("/backchannel"), format!("https://127.0.0.1:{}/", tarpit.local_addr().unwrap().port()));
    let app = TestApp::beside(&site, &[]).await;
    let scene = scene_in(app, |metadata| metadata.backchannel_logout_uri = Some(uri)).await;
    let slow = scene.app.client("slow", |metadata| metadata.backchannel_logout_uri = Some(hanging), |_| ()).await;
    let user = scene.app.find_user("alice").await;
    scene.app.set_enabled(&user, false).await;
    let database = Database::connect(scene.app.url()).await.unwrap();
    let due = entity::job::Entity::find().all(&database).await.unwrap();
    let due = due.into_iter().find(|job| job.kind == "backchannel_logout").unwrap();
    let earlier = (0..600).map(|_| {
        let mut job = due.clone();
        job.id = scene.app.app.uuid();
        job.unique_key = Some(format!("backchannel_logout {} {}", job.id, slow.client.id));
        job.payload = json!({ "client": slow.client.id, "session": job.id, "sub": user.sub });
        job.run_at -= Duration::seconds(1);
        job.into_active_model()
    });
    entity::job::Entity::insert_many(earlier).exec(&database).await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(deliver_logouts::run(scene.app.app.clone(), stopped));
    let _taken = tarpit.accept().await.unwrap();
    while site.asked("/backchannel").is_empty() {
        tokio::task::yield_now().await;
    }
    let open = entity::job::Entity::find().all(&database).await.unwrap();
    let tried = |job: &&entity::job::Model| job.payload["client"] == json!(slow.client.id) && job.attempts > 0;
    assert_eq!(open.iter().filter(tried).count(), 0, "nobody had to give up first");
    stop.send_replace(true);
    running.await.unwrap();
}

/// However many sessions somebody has, one word ends them all.
#[tokio::test]
async fn thousands_of_sessions_end_at_once() {
    const SESSIONS: usize = 7_000;
    let site = Site::new().await;
    let uri = site.url("/backchannel");
    let app = TestApp::beside(&site, &[]).await;
    let scene = scene_in(app, |metadata| metadata.backchannel_logout_uri = Some(uri)).await;
    let database = Database::connect(scene.app.url()).await.unwrap();
    let session = entity::session_client::Entity::find().one(&database).await.unwrap().unwrap();
    let model = entity::session::Entity::find_by_id(session.session_id).one(&database).await.unwrap().unwrap();
    let ids: Vec<_> = (0..SESSIONS).map(|_| scene.app.app.uuid()).collect();
    for ids in ids.chunks(1_000) {
        let sessions = ids.iter().map(|id| {
            let mut session = model.clone();
            (session.id, session.token_hash) = (*id, [id.as_bytes().as_slice(), id.as_bytes()].concat());
            session.into_active_model()
        });
        entity::session::Entity::insert_many(sessions).exec(&database).await.unwrap();
        let clients = ids.iter().map(|id| {
            let mut known = session.clone();
            known.session_id = *id;
            known.into_active_model()
        });
        entity::session_client::Entity::insert_many(clients).exec(&database).await.unwrap();
    }
    scene.app.set_enabled(&scene.app.find_user("alice").await, false).await;
    let jobs = entity::job::Entity::find().all(&database).await.unwrap();
    assert_eq!(jobs.iter().filter(|job| job.kind == "backchannel_logout").count(), SESSIONS + 1);
}

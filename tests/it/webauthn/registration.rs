//! Registration: sign-up, enrolment links, options, refusals.

use claviger::store::{credential, enrollment_link::Kind};
use poem::http::StatusCode;
use serde_json::json;

use crate::harness::{SoftPasskey, TestApp, passkey::AAGUID};

#[tokio::test]
async fn sign_up_makes_an_account_with_a_discoverable_verified_passkey() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.open("/sign-up").await;
    let asked = json!({ "sign_up": { "username": "Alice" } });
    let options = browser.call("/webauthn/registration/begin", &asked).await.json()["publicKey"].clone();
    let selection = &options["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["requireResidentKey"], true);
    assert_eq!(selection["userVerification"], "required");
    assert_eq!(options["attestation"], "none");
    let algorithms: Vec<_> = options["pubKeyCredParams"].as_array().unwrap().iter().map(|p| &p["alg"]).collect();
    assert_eq!(algorithms, [-7, -35, -257]);
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["user"]["name"], "alice", "names are case-mapped");
    let answer = browser.sign_up("alice", &mut SoftPasskey::new()).await;
    assert_eq!(answer.json(), json!({ "location": "/account" }));
    let user = app.find_user("alice").await;
    let stored = credential::list_by_user(&app.app.store.read(), user.id).await.unwrap();
    assert_eq!(stored[0].aaguid().as_bytes(), &AAGUID);
    assert_eq!(stored[0].transports(), ["internal", "hybrid"]);
    assert!(stored[0].backup_eligible());
    assert_eq!(app.audit().await, ["user.created", "credential.registered"]);
    assert!(browser.open("/account").await.body.contains("alice"));
}

#[tokio::test]
async fn a_finish_body_works_once_even_after_a_failure() {
    const FINISH: &str = "/webauthn/registration/finish";
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.open("/sign-up").await;
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let begun = browser.call("/webauthn/registration/begin", &json!({ "sign_up": { "username": "alice" } })).await;
        let begun = begun.json();
        let credential = SoftPasskey::new().create(begun["publicKey"].clone(), &browser.origin).await;
        bodies.push(json!({ "ceremony": begun["ceremony"], "credential": credential }));
    }
    let mut bent = bodies[0].clone();
    bent["credential"]["response"]["clientDataJSON"] = "AAAA".into();
    assert_eq!(browser.call(FINISH, &bent).await.code(), "verification_failed");
    assert_eq!(browser.call(FINISH, &bodies[0]).await.code(), "ceremony_spent");
    assert_eq!(browser.call(FINISH, &bodies[1]).await.status, StatusCode::OK);
    browser.open("/account").await;
    assert_eq!(browser.call(FINISH, &bodies[1]).await.code(), "ceremony_spent");
    let user = app.find_user("alice").await;
    assert_eq!(credential::list_by_user(&app.app.store.read(), user.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_taken_name_is_told_at_both_calls() {
    let app = TestApp::new().await;
    app.browser().sign_up("alice", &mut SoftPasskey::new()).await;
    let again = app.browser().sign_up("ALICE", &mut SoftPasskey::new()).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::CONFLICT, "username_taken"));
    // Two begin with a free name, the second to finish is told.
    let (mut a, mut b) = (app.browser(), app.browser());
    let mut bodies = Vec::new();
    for browser in [&mut a, &mut b] {
        browser.open("/sign-up").await;
        let begun = browser.call("/webauthn/registration/begin", &json!({ "sign_up": { "username": "bob" } })).await;
        let begun = begun.json();
        let credential = SoftPasskey::new().create(begun["publicKey"].clone(), &browser.origin).await;
        bodies.push(json!({ "ceremony": begun["ceremony"], "credential": credential }));
    }
    assert_eq!(a.call("/webauthn/registration/finish", &bodies[0]).await.status, StatusCode::OK);
    assert_eq!(b.call("/webauthn/registration/finish", &bodies[1]).await.code(), "username_taken");
}

#[tokio::test]
async fn sign_up_is_closed_unless_opened() {
    let app = TestApp::with(&[("CLAVIGER_REGISTRATION__SIGN_UP", "closed")]).await;
    assert_eq!(app.browser().open("/sign-up").await.status, StatusCode::FORBIDDEN);
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let answer = browser.call("/webauthn/registration/begin", &json!({ "sign_up": { "username": "x" } })).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "sign_up_closed"));
    assert!(!browser.open("/sign-in").await.body.contains("/sign-up"));
}

#[tokio::test]
async fn bad_names_are_refused() {
    let app = TestApp::new().await;
    for name in ["", "a b", "a\u{0}b", &"x".repeat(65)] {
        let answer = app.browser().sign_up(name, &mut SoftPasskey::new()).await;
        assert_eq!(answer.code(), "invalid_request", "{name:?}");
    }
}

#[tokio::test]
async fn a_link_registers_one_passkey_once() {
    let app = TestApp::new().await;
    let user = app.user("alice").await;
    let link = app.link(&user, Kind::Invitation).await;
    let (mut first, mut passkey) = (app.browser(), SoftPasskey::new());
    assert!(first.open(&format!("/enroll/{link}")).await.body.contains("alice Example"));
    assert_eq!(first.enroll(&link, &mut passkey).await.status, StatusCode::OK);
    assert_eq!(app.browser().open(&format!("/enroll/{link}")).await.status, StatusCode::GONE);
    let mut second = app.browser();
    second.open("/sign-in").await;
    let again = second.register(&json!({ "link": link }), &mut SoftPasskey::new()).await;
    assert_eq!((again.status, again.code().as_str()), (StatusCode::GONE, "link_spent"));
    assert_eq!(app.browser().sign_in(&mut passkey).await.status, StatusCode::OK);
}

#[tokio::test]
async fn links_end_by_time_by_a_newer_link_and_with_their_person() {
    let app = TestApp::new().await;
    let user = app.user("alice").await;
    let old = app.link(&user, Kind::Invitation).await;
    let new = app.link(&user, Kind::Invitation).await;
    assert_eq!(app.browser().open(&format!("/enroll/{old}")).await.status, StatusCode::GONE);
    assert_eq!(app.browser().open(&format!("/enroll/{new}")).await.status, StatusCode::OK);
    app.set_enabled(&user, false).await;
    assert_eq!(app.browser().open(&format!("/enroll/{new}")).await.status, StatusCode::GONE);
    app.set_enabled(&user, true).await;
    app.advance(24 * 3600);
    assert_eq!(app.browser().open(&format!("/enroll/{new}")).await.status, StatusCode::GONE);
    for junk in ["x", "clv_en_x", "clv_ac_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(app.browser().open(&format!("/enroll/{junk}")).await.status, StatusCode::GONE, "{junk}");
    }
}

/// The link was fine when the ceremony began; what counts is the moment of the finish.
#[tokio::test]
async fn a_link_that_ends_during_the_ceremony_gives_nothing() {
    let app = TestApp::new().await;
    let user = app.user("alice").await;
    let link = app.link(&user, Kind::Invitation).await;
    let mut browser = app.browser();
    browser.open(&format!("/enroll/{link}")).await;
    let begun = browser.call("/webauthn/registration/begin", &json!({ "link": link })).await.json();
    let credential = SoftPasskey::new().create(begun["publicKey"].clone(), &browser.origin).await;
    app.link(&user, Kind::Invitation).await;
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
    assert_eq!(browser.call("/webauthn/registration/finish", &body).await.code(), "link_spent");
    assert!(credential::list_by_user(&app.app.store.read(), user.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_link_is_not_for_whoever_is_signed_in() {
    let app = TestApp::new().await;
    let user = app.user("alice").await;
    let link = app.link(&user, Kind::Invitation).await;
    let mut browser = app.browser();
    browser.sign_up("bob", &mut SoftPasskey::new()).await;
    let page = browser.open(&format!("/enroll/{link}")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    browser.open("/account").await;
    browser.open("/sign-in").await;
    let answer = browser.register(&json!({ "link": link }), &mut SoftPasskey::new()).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "other_session"));
}

/// A session that has run out keeps nobody from their own link.
#[tokio::test]
async fn a_link_works_where_somebody_else_was_signed_in_long_ago() {
    let app = TestApp::new().await;
    let user = app.user("alice").await;
    let mut browser = app.browser();
    browser.sign_up("bob", &mut SoftPasskey::new()).await;
    app.advance(13 * 3600);
    let link = app.link(&user, Kind::Invitation).await;
    assert_eq!(browser.enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::OK);
    assert!(browser.open("/account").await.body.contains("alice"));
}

#[tokio::test]
async fn known_passkeys_are_excluded_with_their_transports() {
    let app = TestApp::new().await;
    let user = app.user("alice").await;
    let mut passkey = SoftPasskey::new();
    let link = app.link(&user, Kind::Invitation).await;
    app.browser().enroll(&link, &mut passkey).await;
    let link = app.link(&user, Kind::Recovery).await;
    let mut browser = app.browser();
    browser.open(&format!("/enroll/{link}")).await;
    let begun = browser.call("/webauthn/registration/begin", &json!({ "link": link })).await.json();
    let excluded = &begun["publicKey"]["excludeCredentials"][0];
    assert_eq!(excluded["transports"], json!(["internal", "hybrid"]));
    assert!(passkey.try_create(begun["publicKey"].clone(), &browser.origin).await.is_err());
}

#[tokio::test]
async fn recovery_ends_other_sessions() {
    let app = TestApp::new().await;
    let mut thief = app.browser();
    thief.sign_up("alice", &mut SoftPasskey::new()).await;
    let user = app.find_user("alice").await;
    let link = app.link(&user, Kind::Recovery).await;
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::OK);
    assert_eq!(thief.open("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_same_credential_id_is_nobody_elses() {
    let app = TestApp::new().await;
    let mut passkey = SoftPasskey::new();
    let (mut alice, mut bob) = (app.browser(), app.browser());
    alice.open("/sign-up").await;
    let begin = |name: &str| json!({ "sign_up": { "username": name } });
    let begun = alice.call("/webauthn/registration/begin", &begin("alice")).await.json();
    let credential = passkey.create(begun["publicKey"].clone(), &alice.origin).await;
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
    assert_eq!(alice.call("/webauthn/registration/finish", &body).await.status, StatusCode::OK);
    bob.open("/sign-up").await;
    let begun = bob.call("/webauthn/registration/begin", &begin("bob")).await.json();
    let mut stolen = credential.clone();
    let mut client_data: serde_json::Value =
        serde_json::from_slice(&crate::harness::passkey::bytes(&credential["response"]["clientDataJSON"])).unwrap();
    client_data["challenge"] = begun["publicKey"]["challenge"].clone();
    stolen["response"]["clientDataJSON"] = claviger::crypto::mac::base64url(client_data.to_string().as_bytes()).into();
    let body = json!({ "ceremony": begun["ceremony"], "credential": stolen });
    let answer = bob.call("/webauthn/registration/finish", &body).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "verification_failed"));
    let bob = claviger::protocol::username::Username::parse("bob").unwrap();
    let found = claviger::store::user::find_by_username(&app.app.store.read(), &bob).await.unwrap();
    assert!(found.is_none(), "a refusal leaves no account behind");
}

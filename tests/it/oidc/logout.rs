//! RP-initiated logout and back-channel logout.

mod delivery;

use claviger::protocol::client_metadata::ClientMetadata;
use poem::http::{Method, StatusCode};
use serde_json::json;

use delivery::deliver;

use crate::harness::{
    Answer, Browser, Registered, SoftPasskey, TestApp,
    client::{payload, text},
    site::Site,
};

struct Scene {
    app: TestApp,
    browser: Browser,
    passkey: SoftPasskey,
    client: Registered,
    hint: String,
}

const BYE: &str = "https://a.example/bye?x=1";

async fn scene_in(app: TestApp, more: impl FnOnce(&mut ClientMetadata)) -> Scene {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    let metadata = |metadata: &mut ClientMetadata| {
        metadata.post_logout_redirect_uris = Some(vec![BYE.to_owned()]);
        more(metadata);
    };
    let client = app.client("a", metadata, |_| ()).await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let hint = text(&client.redeem(&browser, &code).await, "id_token");
    Scene { app, browser, passkey, client, hint }
}

async fn scene() -> Scene {
    scene_in(TestApp::new().await, |_| ()).await
}

fn query(parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/oauth2/logout?{query}")
}

impl Scene {
    async fn logout(&mut self, parameters: &[(&str, &str)]) -> Answer {
        self.browser.open(&query(parameters)).await
    }

    async fn is_signed_in(&mut self) -> bool {
        let silent = self.browser.authorize(&self.client.query("prompt=none")).await;
        silent.redirected("code").is_some()
    }
}

/// Presses a button of the confirmation page.
async fn decide(browser: &mut Browser, page: &Answer, decision: &str) -> String {
    let logout = page.body.split("data-logout=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = browser.call("/oauth2/logout/confirm", &json!({ "logout": logout, "decision": decision })).await;
    text(&answer, "location")
}

/// A hint for this session: out at once, back with `state` and nothing else.
#[tokio::test]
async fn an_app_that_shows_its_sign_in_ends_it() {
    let mut scene = scene().await;
    let (hint, state) = (scene.hint.clone(), "s".repeat(128));
    let back = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE), ("state", &state)]).await;
    assert_eq!(back.location(), format!("{BYE}&state={state}"));
    assert!(!scene.is_signed_in().await);
    assert!(scene.app.audit().await.contains(&"session.ended".to_owned()));
    // Again: nobody is there, and the way back is the same.
    let again = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(again.location(), BYE);
}

#[tokio::test]
async fn an_expired_hint_is_good_and_by_form_too() {
    let mut scene = scene().await;
    scene.app.advance(3600);
    let hint = scene.hint.clone();
    let fields = [("id_token_hint", &*hint), ("post_logout_redirect_uri", BYE)];
    let bounced = scene.app.browser().form("/oauth2/logout", &fields, &[]).await;
    let location = bounced.location();
    assert!(location.starts_with("/oauth2/logout?id_token_hint="), "{location}");
    assert_eq!(scene.browser.get(&location).await.location(), BYE);
    assert!(!scene.is_signed_in().await);
}

/// The browser's session rested too long; its tokens and its apps have not heard of that.
#[tokio::test]
async fn a_session_that_expired_is_ended_too() {
    let site = Site::new().await;
    site.publish("/backchannel", "text/plain", "");
    let uri = site.url("/backchannel");
    let app = TestApp::beside(&site, &[("CLAVIGER_SESSION__IDLE", "5m")]).await;
    let mut scene = scene_in(app, |metadata| metadata.backchannel_logout_uri = Some(uri)).await;
    scene.app.advance(301);
    let hint = scene.hint.clone();
    let back = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(back.location(), BYE);
    deliver(&scene.app).await;
    assert_eq!(site.asked("/backchannel").len(), 1);
}

/// Never redirected, and asked first: whatever the hint lacks.
#[tokio::test]
async fn a_hint_that_is_not_ours_leads_nowhere() {
    let mut scene = scene().await;
    let claims = payload(&scene.hint);
    let (head, body) = (claviger::crypto::mac::base64url(br#"{"alg":"none"}"#), scene.hint.split('.').nth(1).unwrap());
    let unsigned = format!("{head}.{body}.");
    let foreign = super::assertions::key(claviger::protocol::signing_algorithm::SigningAlgorithm::RS256);
    let foreign = foreign.sign("JWT", &claims).unwrap();
    let own = super::strange_keys::Pair::new();
    let header = json!({ "alg": "ES256", "jwk": own.signer.jwk(), "kid": "../../etc/passwd" });
    let odd = own.sign(&header, &claims);
    for hint in [unsigned.as_str(), &foreign, &odd, "x"] {
        let page = scene.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)]).await;
        assert_eq!(page.status, StatusCode::OK);
        let location = decide(&mut scene.browser.clone(), &page, "stay").await;
        assert_eq!(location, "/account");
        assert!(scene.is_signed_in().await);
    }
    let page = scene.logout(&[("id_token_hint", &foreign), ("post_logout_redirect_uri", BYE)]).await;
    let location = decide(&mut scene.browser, &page, "sign_out").await;
    assert_eq!(location, "/oauth2/logout", "not to where a stranger says");
    let mismatch = [("id_token_hint", &*scene.hint.clone()), ("client_id", "other"), ("post_logout_redirect_uri", BYE)];
    assert_eq!(scene.logout(&mismatch).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_a_registered_uri_is_gone_back_to() {
    for uri in ["https://a.example/bye", "https://a.example/bye?x=1&y=2", "https://evil.example/", "x"] {
        let mut scene = scene().await;
        let hint = scene.hint.clone();
        let answer = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri), ("state", "s")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{uri}");
        assert!(answer.body.contains("You are signed out") && answer.header("location").is_none(), "{uri}");
    }
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked_and_stays_here() {
    for parameters in [vec![], vec![("state", "s")], vec![("post_logout_redirect_uri", BYE), ("state", "s")]] {
        let mut scene = scene().await;
        let page = scene.logout(&parameters).await;
        assert!(page.body.contains("Sign out?"), "{parameters:?}");
        assert!(scene.is_signed_in().await, "asking ends nothing");
        let location = decide(&mut scene.browser, &page, "sign_out").await;
        let page = scene.browser.get(&location).await;
        assert!(page.body.contains("You are signed out"), "{parameters:?}");
        assert!(!scene.is_signed_in().await);
    }
    let nobody = TestApp::new().await;
    let uri = [("post_logout_redirect_uri", BYE), ("client_id", "client-a")];
    assert_eq!(nobody.browser().open(&query(&uri)).await.status, StatusCode::OK);
}

/// The cookie may have changed in another tab since the question was asked.
#[tokio::test]
async fn the_session_that_was_asked_about_ends() {
    let mut scene = scene().await;
    let page = scene.logout(&[]).await;
    let mut old = scene.browser.clone();
    scene.browser.sign_in(&mut scene.passkey).await;
    assert!(scene.is_signed_in().await, "the same session under another cookie");
    decide(&mut old, &page, "sign_out").await;
    assert!(!scene.is_signed_in().await);
}

/// Whoever signed in since is not signed out by somebody else's old page.
#[tokio::test]
async fn an_old_question_signs_nobody_else_out() {
    let mut scene = scene().await;
    let page = scene.logout(&[]).await;
    let mut bobs = SoftPasskey::new();
    scene.app.browser().sign_up("bob", &mut bobs).await;
    scene.browser.sign_in(&mut bobs).await;
    scene.browser.open("/account").await;
    decide(&mut scene.browser, &page, "sign_out").await;
    assert_eq!(scene.browser.open("/account").await.status, StatusCode::OK, "Bob stays signed in");
}

/// With its name an app may say where to, once the person has agreed.
#[tokio::test]
async fn a_client_id_and_a_nod_lead_back() {
    let mut scene = scene().await;
    let id = scene.client.client_id.clone();
    let page = scene.logout(&[("client_id", &id), ("post_logout_redirect_uri", BYE), ("state", "s")]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(decide(&mut scene.browser, &page, "sign_out").await, format!("{BYE}&state=s"));
}

/// A hint of another session, even of the same person, is no proof that this one is meant.
#[tokio::test]
async fn a_hint_of_another_session_asks() {
    let mut scene = scene().await;
    let old = scene.hint.clone();
    scene.browser = scene.app.browser();
    scene.browser.sign_in(&mut scene.passkey).await;
    let page = scene.logout(&[("id_token_hint", &old), ("post_logout_redirect_uri", BYE)]).await;
    assert!(page.body.contains("Sign out?"), "{}", page.body);
    assert_eq!(decide(&mut scene.browser, &page, "sign_out").await, BYE);
}

#[tokio::test]
async fn what_looks_ahead_or_is_repeated_signs_nobody_out() {
    let mut scene = scene().await;
    let target = query(&[("id_token_hint", &scene.hint), ("post_logout_redirect_uri", BYE)]);
    let ahead = scene.browser.send(Method::GET, &target, &[("sec-purpose", "prefetch")], vec![]).await;
    assert_eq!(ahead.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(scene.browser.send(Method::HEAD, &target, &[], vec![]).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let twice = format!("{target}&state=a&state=b");
    assert_eq!(scene.browser.open(&twice).await.status, StatusCode::BAD_REQUEST);
    assert!(scene.is_signed_in().await);
}

//! Which passkeys will do: for the service, for an app, and what their makers say of them.

use std::collections::HashMap;

use claviger::{
    app::discovery,
    attestation::{Files, Metadata, Model},
    jobs::send_mail,
    protocol::{client_metadata::ClientMetadata, passkey_policy::PasskeyPolicy},
    store::enrollment_link::Kind,
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_attestation_ca::{AttestationCaList, AttestationCaListBuilder};

use crate::harness::{
    Answer, Browser, SoftPasskey, TestApp,
    client::tokens,
    maker::Authority,
    passkey::{AAGUID, Maker},
    postbox::Postbox,
};

pub(super) fn bound() -> SoftPasskey {
    let mut passkey = SoftPasskey::new();
    passkey.bound = true;
    passkey
}

fn vouched_for(maker: Maker) -> SoftPasskey {
    let mut passkey = bound();
    passkey.maker = Some(maker);
    passkey
}

pub(super) async fn sign_up(app: &TestApp, name: &str, passkey: &mut SoftPasskey) -> (Browser, Answer) {
    let mut browser = app.browser();
    browser.open("/sign-up").await;
    let answer = browser.register(&json!({ "sign_up": { "username": name } }), passkey).await;
    (browser, answer)
}

pub(super) fn refused(answer: &Answer) {
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "policy_refused"), "{}", answer.body);
}

/// What was demanded since counts, too; one's account says which passkey is concerned.
#[tokio::test]
async fn a_policy_bites_at_registration_and_at_every_sign_in() {
    let app = TestApp::new().await;
    let (mut synced, mut device) = (SoftPasskey::new(), bound());
    let (mut browser, answer) = sign_up(&app, "alice", &mut synced).await;
    assert_eq!(answer.status, StatusCode::OK);
    let user = app.user_id("alice").await;
    let link = app.link_of(user).await;
    browser.enroll(&link, &mut device).await;
    let strict = app.again_with(&[("CLAVIGER_WEBAUTHN__DEVICE_BOUND_ONLY", "true")]).await;
    refused(&strict.browser().sign_in(&mut synced).await);
    assert!(app.audit().await.contains(&"!session.authenticated".to_owned()));
    let mut owner = strict.browser();
    assert_eq!(owner.sign_in(&mut device).await.status, StatusCode::OK);
    let page = owner.open("/account/passkeys").await.body;
    assert_eq!(page.matches("Not accepted here any more").count(), 1, "{page}");
    refused(&sign_up(&strict, "bob", &mut SoftPasskey::new()).await.1);
    assert!(strict.browser().open("/sign-in").await.body.contains("stays on one device"));
    assert_eq!(sign_up(&strict, "carol", &mut bound()).await.1.status, StatusCode::OK);
    // Nor is it asked for to step up, in a session that began before.
    let mut before = browser.on(&strict);
    before.open("/account").await;
    for (action, offered) in [("export", 1), ("passkey.add", 2)] {
        let asked = json!({ "step_up": { "action": action } });
        let begun = before.call("/webauthn/authentication/begin", &asked).await.json();
        assert_eq!(begun["publicKey"]["allowCredentials"].as_array().unwrap().len(), offered, "{action}");
    }
    let chosen = app.again_with(&[("CLAVIGER_WEBAUTHN__AAGUIDS", &Uuid::from_u128(1).to_string())]).await;
    refused(&chosen.browser().sign_in(&mut device).await);
    let chosen = app.again_with(&[("CLAVIGER_WEBAUTHN__AAGUIDS", &Uuid::from_bytes(AAGUID).to_string())]).await;
    assert_eq!(chosen.browser().sign_in(&mut device).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_app_demands_more_than_the_service() {
    let app = TestApp::new().await;
    let demands = PasskeyPolicy { device_bound: true, ..PasskeyPolicy::default() };
    let describe = |metadata: &mut ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("none".to_owned());
        metadata.passkey_policy = Some(demands);
    };
    let vault = app.client("vault", describe, |_| ()).await;
    let (mut synced, mut device) = (SoftPasskey::new(), bound());
    let (mut browser, _) = sign_up(&app, "alice", &mut synced).await;
    browser.enroll(&app.link_of(app.user_id("alice").await).await, &mut device).await;
    browser.sign_in(&mut synced).await;
    let silent = browser.authorize(&vault.query("prompt=none")).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("login_required"));
    // The session is good for other apps, not for this one; the page says which of one's own will do.
    let page = browser.authorize(&vault.query("")).await.location();
    assert!(page.starts_with("/sign-in?request="), "{page}");
    let shown = browser.get(&page).await.body;
    assert!(shown.contains("stays on one device") && shown.matches("<li><strong>").count() == 1, "{shown}");
    let request = page.rsplit('=').next().unwrap().to_owned();
    refused(&browser.authenticate(&json!({ "request": request }), &mut synced).await);
    // Nor is there a way past the sign-in page.
    let resumed = browser.get(&format!("/oauth2/authorize/{request}")).await.location();
    assert_eq!(resumed, page);
    assert!(browser.get(&format!("/interaction/{request}/consent")).await.location().contains(&request));
    let allow = json!({ "decision": "allow" });
    let decided = browser.call(&format!("/interaction/{request}/consent"), &allow).await;
    assert_eq!(browser.get(decided.json()["location"].as_str().unwrap()).await.location(), page);
    let done = browser.authenticate(&json!({ "request": request }), &mut device).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let answer = browser.get(done.json()["location"].as_str().unwrap()).await;
    assert!(browser.code_after(answer, &vault, &mut device).await.redirected("code").is_some());
    // Whoever makes an account for it brings one that will do.
    let mut new = app.browser();
    let page = new.authorize(&vault.query("")).await.location();
    let request = page.rsplit('=').next().unwrap().to_owned();
    new.open("/sign-up").await;
    let asked = json!({ "sign_up": { "username": "bob" }, "request": request });
    refused(&new.register(&asked, &mut SoftPasskey::new()).await);
    assert_eq!(new.register(&asked, &mut bound()).await.status, StatusCode::OK);
}

/// What an operator demands for an app is not the app's to say.
#[tokio::test]
async fn apps_do_not_choose_for_themselves() {
    let app = TestApp::with(&[("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open")]).await;
    let metadata = json!({
        "redirect_uris": ["https://a.example/callback"], "passkey_policy": { "attested": true },
    });
    let headers = [("content-type", "application/json")];
    let body = metadata.to_string().into_bytes();
    let made = app.browser().send(Method::POST, "/oauth2/register", &headers, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.json().get("passkey_policy"), None);
}

#[tokio::test]
async fn attestation_is_asked_for_as_configured() {
    let mut asked = Vec::new();
    for wish in ["none", "indirect", "direct", "enterprise"] {
        let app = TestApp::with(&[("CLAVIGER_WEBAUTHN__ATTESTATION", wish)]).await;
        let mut browser = app.browser();
        browser.open("/sign-up").await;
        let begun = browser.call("/webauthn/registration/begin", &json!({ "sign_up": { "username": "alice" } })).await;
        asked.push(begun.json()["publicKey"]["attestation"].clone());
    }
    assert_eq!(asked, ["none", "indirect", "direct", "enterprise"]);
}

#[tokio::test]
async fn a_chain_must_lead_to_somebody_trusted() {
    let (trusted, other) = (Authority::new(), Authority::new());
    let file = trusted.file().display().to_string();
    let app = TestApp::with(&[
        ("CLAVIGER_WEBAUTHN__ATTESTATION", "direct"),
        ("CLAVIGER_WEBAUTHN__ATTESTATION_CA", &file),
        ("CLAVIGER_WEBAUTHN__ATTESTED_ONLY", "true"),
    ])
    .await;
    let mut good = vouched_for(trusted.maker());
    let (mut browser, answer) = sign_up(&app, "alice", &mut good).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(browser.open("/account/passkeys").await.body.contains("Vouched for"));
    assert_eq!(app.browser().sign_in(&mut good).await.status, StatusCode::OK);
    refused(&sign_up(&app, "bob", &mut vouched_for(other.maker())).await.1);
    refused(&sign_up(&app, "bob", &mut SoftPasskey::new()).await.1);
    // A statement that is no signature is no passkey at all.
    let lie: Maker = {
        let maker = trusted.maker();
        std::sync::Arc::new(move |_| maker(b"something else"))
    };
    let answer = sign_up(&app, "bob", &mut vouched_for(lie)).await.1;
    assert_eq!(answer.code(), "verification_failed");
}

#[derive(Default)]
struct Known {
    models: HashMap<Uuid, Model>,
    authorities: AttestationCaList,
    own: AttestationCaList,
}

impl Metadata for Known {
    fn find(&self, aaguid: Uuid) -> Option<&Model> {
        self.models.get(&aaguid)
    }

    fn authorities(&self) -> &AttestationCaList {
        &self.authorities
    }

    fn own_authorities(&self) -> &AttestationCaList {
        &self.own
    }

    fn knows_hardware(&self) -> bool {
        self.models.values().any(|model| model.is_hardware)
    }

    fn knows_broken(&self) -> bool {
        self.models.values().any(|model| model.keys_are_broken)
    }
}

/// As FIDO would tell of one model.
fn known(authority: &Authority, aaguid: Uuid, model: Model) -> Known {
    let mut authorities = AttestationCaListBuilder::new();
    authorities.insert_device_der(&authority.der, aaguid, "Key".to_owned(), [].into()).unwrap();
    let models = [(Uuid::from_bytes(AAGUID), model)].into();
    Known { models, authorities: authorities.build(), ..Known::default() }
}

const DIRECT: [(&str, &str); 1] = [("CLAVIGER_WEBAUTHN__ATTESTATION", "direct")];

async fn told(app: &TestApp, extra: &str, passkey: &mut SoftPasskey) -> (Value, Value) {
    let client = app.public_client(&format!("c{}", app.app.uuid().simple())).await;
    let mut browser = app.browser();
    let code = browser.code(&client, extra, passkey).await.redirected("code").unwrap();
    let claims = tokens(&client.redeem(&browser, &code).await).1;
    (claims["acr"].clone(), claims["amr"].clone())
}

/// Hardware is what a trusted maker says of a key that stays: nothing else is `hwk` and `phrh`.
#[tokio::test]
async fn hardware_is_what_its_maker_vouches_for() {
    let authority = Authority::new();
    let hardware = || Model { is_hardware: true, ..Model::default() };
    let model = Uuid::from_bytes(AAGUID);
    let app = TestApp::with(&DIRECT).await.again_knowing(Box::new(known(&authority, model, hardware()))).await;
    let mut key = vouched_for(authority.maker());
    sign_up(&app, "alice", &mut key).await;
    assert_eq!(
        told(&app, "acr_values=phrh+phr", &mut key).await,
        (json!("phrh"), json!(["pop", "hwk", "user", "mfa"]))
    );
    let mut alone = bound();
    sign_up(&app, "bob", &mut alone).await;
    assert_eq!(told(&app, "acr_values=phrh+phr", &mut alone).await, (json!("phr"), json!(["pop", "user", "mfa"])));
    let mut synced = vouched_for(authority.maker());
    synced.bound = false;
    sign_up(&app, "carol", &mut synced).await;
    assert_eq!(told(&app, "", &mut synced).await, (json!("phr"), json!(["pop", "swk", "user", "mfa"])));
    // Another model's authority vouches for nothing here.
    let others = known(&authority, Uuid::from_u128(1), hardware());
    let app = TestApp::with(&DIRECT).await.again_knowing(Box::new(others)).await;
    let mut key = vouched_for(authority.maker());
    sign_up(&app, "alice", &mut key).await;
    assert_eq!(told(&app, "", &mut key).await.0, json!("phr"));
}

#[tokio::test]
async fn what_an_app_cannot_do_without_is_tried_once() {
    let authority = Authority::new();
    let model = Model { is_hardware: true, ..Model::default() };
    let known = known(&authority, Uuid::from_bytes(AAGUID), model);
    let app = TestApp::with(&DIRECT).await.again_knowing(Box::new(known)).await;
    let (mut key, mut synced) = (vouched_for(authority.maker()), SoftPasskey::new());
    sign_up(&app, "alice", &mut key).await;
    sign_up(&app, "bob", &mut synced).await;
    let client = app.public_client("a").await;
    let claims = r#"claims={"id_token":{"acr":{"essential":true,"values":["phrh"]}}}"#;
    let extra = claims.replace('{', "%7B").replace('}', "%7D").replace('"', "%22");
    let mut browser = app.browser();
    let answer = browser.code(&client, &extra, &mut synced).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("unmet_authentication_requirements"));
    assert!(app.browser().code(&client, &extra, &mut key).await.redirected("code").is_some());
}

/// FIDO says that its keys can be taken out: it signs nobody in and nobody up, and sessions that it began get nothing more.
#[tokio::test]
async fn broken_models_are_refused() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    let mut passkey = SoftPasskey::new();
    let (mut browser, _) = sign_up(&app, "alice", &mut passkey).await;
    browser.code(&client, "", &mut passkey).await;
    let broken = Model { keys_are_broken: true, is_refused: true, ..Model::default() };
    let model = Uuid::from_bytes(AAGUID);
    let later = app.again_knowing(Box::new(known(&Authority::new(), model, broken))).await;
    refused(&later.browser().sign_in(&mut passkey).await);
    refused(&sign_up(&later, "bob", &mut SoftPasskey::new()).await.1);
    let mut before = browser.on(&later);
    assert!(before.authorize(&client.query("")).await.location().starts_with("/sign-in?"));
    // Whoever is still signed in adds no other with it.
    before.open("/account").await;
    refused(&before.step_up("passkey.add", None, &mut passkey).await);
    // A model whose makers' key was stolen: what was made before is good.
    let revoked = Model { is_refused: true, ..Model::default() };
    let later = app.again_knowing(Box::new(known(&Authority::new(), model, revoked))).await;
    assert_eq!(later.browser().sign_in(&mut passkey).await.status, StatusCode::OK);
    refused(&sign_up(&later, "bob", &mut SoftPasskey::new()).await.1);
}

/// Statements that the library can't verify vouch for nothing, and keep nobody out who was only asked.
#[tokio::test]
async fn other_formats_are_taken_as_if_nothing_had_been_said() {
    let authority = Authority::new();
    let file = authority.file().display().to_string();
    let asked = [DIRECT[0], ("CLAVIGER_WEBAUTHN__ATTESTATION_CA", &*file)];
    for format in ["tpm", "android-safetynet", "compound"] {
        for (settings, expected) in [(&asked[..], StatusCode::OK), (&[], StatusCode::UNAUTHORIZED)] {
            let app = TestApp::with(settings).await;
            let mut passkey = vouched_for(authority.maker());
            passkey.format = Some(format);
            let (mut browser, answer) = sign_up(&app, "alice", &mut passkey).await;
            assert_eq!(answer.status, expected, "{format}: {}", answer.body);
            if expected == StatusCode::OK {
                assert!(!browser.open("/account/passkeys").await.body.contains("Vouched for"));
                assert_eq!(app.browser().sign_in(&mut passkey).await.status, StatusCode::OK);
            }
        }
    }
}

/// Whoever an operator believes vouches for a passkey; that its keys are hardware, only whoever vouches for its model says.
#[tokio::test]
async fn an_authority_of_ones_own_tells_of_no_hardware() {
    let authority = Authority::new();
    let own = AttestationCaList::try_from(&std::fs::read(authority.file()).unwrap()[..]).unwrap();
    let models = [(Uuid::from_bytes(AAGUID), Model { is_hardware: true, ..Model::default() })].into();
    let known = Known { models, own, ..Known::default() };
    let app = TestApp::with(&DIRECT).await.again_knowing(Box::new(known)).await;
    let mut key = vouched_for(authority.maker());
    let (mut browser, _) = sign_up(&app, "alice", &mut key).await;
    assert!(browser.open("/account/passkeys").await.body.contains("Vouched for"));
    assert_eq!(told(&app, "acr_values=phrh+phr", &mut key).await.0, json!("phr"));
}

/// The last passkey that will do stays, and one that will not do any more is enough to add one that will.
#[tokio::test]
async fn what_will_not_do_is_no_way_in_but_leads_to_one() {
    let app = TestApp::new().await;
    let (mut synced, mut device) = (SoftPasskey::new(), bound());
    let (mut browser, _) = sign_up(&app, "alice", &mut synced).await;
    browser.sign_in(&mut synced).await;
    browser.open("/account/passkeys").await;
    let strict = app.again_with(&[("CLAVIGER_WEBAUTHN__DEVICE_BOUND_ONLY", "true")]).await;
    let mut browser = browser.on(&strict);
    browser.open("/account/passkeys").await;
    let added = browser.add_passkey(&mut synced, &mut device).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    browser.open("/account/passkeys").await;
    let all = browser.portal(Method::GET, "/passkeys", &Value::Null, None).await.json();
    let good = all.as_array().unwrap().iter().find(|one| one["backup_eligible"] == false).unwrap();
    let good = good["id"].as_str().unwrap().to_owned();
    let step_up = browser.stepped_up("passkey.remove", Some(&good), &mut device).await;
    let refused = browser.portal(Method::DELETE, &format!("/passkeys/{good}"), &json!({}), Some(&step_up)).await;
    assert_eq!(refused.code(), "last_passkey");
}

/// A way back leads to a passkey that will do, or to none; trying with another costs nothing.
#[tokio::test]
async fn whoever_comes_back_brings_what_will_do() {
    let app = TestApp::new().await;
    sign_up(&app, "alice", &mut SoftPasskey::new()).await;
    let link = app.recovery_link(app.user_id("alice").await).await;
    let strict = app.again_with(&[("CLAVIGER_WEBAUTHN__DEVICE_BOUND_ONLY", "true")]).await;
    refused(&strict.browser().enroll(&link, &mut SoftPasskey::new()).await);
    let mut back = bound();
    assert_eq!(strict.browser().enroll(&link, &mut back).await.status, StatusCode::OK);
    assert_eq!(strict.browser().sign_in(&mut back).await.status, StatusCode::OK);
}

/// A passkey that will not do is tried in vain, and the way back by mail goes on.
#[tokio::test]
async fn trying_what_will_not_do_closes_no_way_back() {
    let postbox = Postbox::new().await;
    let mail = postbox.settings();
    let mail = mail.iter().map(|(name, value)| (*name, value.as_str()));
    let settings = [("CLAVIGER_MAIL__RECOVERY", "true"), ("CLAVIGER_WEBAUTHN__DEVICE_BOUND_ONLY", "true")];
    let app = TestApp::new().await;
    let user = app.user("bob").await;
    let mut synced = SoftPasskey::new();
    app.browser().enroll(&app.link(&user, Kind::Invitation).await, &mut synced).await;
    let strict = app.again_with(&mail.chain(settings).collect::<Vec<_>>()).await;
    app.advance(1);
    let mut browser = strict.browser();
    browser.open("/recover").await;
    browser.call("/recover/email", &json!({ "username": "bob" })).await;
    send_mail::run_due(&strict.app).await.unwrap();
    assert!(postbox.take()[0].subject.contains("wants to come back"));
    app.advance(1);
    refused(&strict.browser().sign_in(&mut synced).await);
    app.advance(24 * 3600);
    send_mail::run_due(&strict.app).await.unwrap();
    let link = postbox.take()[0].token("/enroll/");
    assert_eq!(strict.browser().enroll(&link, &mut bound()).await.status, StatusCode::OK);
}

/// FIDO's roots are in the library, so that nobody but FIDO can sign; a server starts all the same.
#[tokio::test]
async fn a_forged_blob_vouches_for_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("blob.jwt");
    let settings = [("CLAVIGER_WEBAUTHN__METADATA", file.to_str().unwrap())];
    for blob in ["", "no JWS", "eyJhbGciOiJFUzI1NiJ9.eyJlbnRyaWVzIjpbXX0.AAAA"] {
        std::fs::write(&file, blob).unwrap();
        let app = TestApp::with(&settings).await;
        let files = Files::open(&app.app.config);
        assert!(files.problems().len() == 1 && files.count() == 0 && files.authorities().is_empty(), "{blob}");
        assert_eq!(sign_up(&app, "alice", &mut SoftPasskey::new()).await.1.status, StatusCode::OK);
    }
}

/// `phrh` is advertised where it can be had.
#[tokio::test]
async fn hardware_is_advertised_where_it_can_be_shown() {
    let hardware = Known {
        models: [(Uuid::from_u128(1), Model { is_hardware: true, ..Model::default() })].into(),
        ..Known::default()
    };
    for (settings, metadata, expected) in [
        (vec![], &Known::default(), json!(["phr"])),
        (DIRECT.to_vec(), &Known::default(), json!(["phr"])),
        (vec![], &hardware, json!(["phr"])),
        (DIRECT.to_vec(), &hardware, json!(["phrh", "phr"])),
    ] {
        let app = TestApp::with(&settings).await;
        let document = discovery(&app.app.urls, &app.app.config, metadata).unwrap();
        let document: Value = serde_json::from_slice(&document.bytes()).unwrap();
        assert_eq!(document["acr_values_supported"], expected);
    }
}

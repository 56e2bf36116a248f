//! What the OpenID Foundation's certification asks for and no other test shows: each named after the demand.

use claviger::protocol::{
    id_token::half_hash,
    jwk_set::JwkSet,
    jws::{Claims, Unverified},
    signing_algorithm::SigningAlgorithm,
};
use poem::http::StatusCode;
use sea_orm::{ActiveValue::Set, ColumnTrait, Database, EntityTrait, QueryFilter};
use serde_json::json;

use crate::harness::{
    Browser, Registered, SoftPasskey, TestApp,
    client::{text, tokens},
};

const OPEN: (&str, &str) = ("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open");
const LEGACY: (&str, &str) = ("CLAVIGER_OIDC__LEGACY_RESPONSE_TYPES", "true");

async fn signed_in(app: &TestApp) -> (Browser, SoftPasskey) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    (browser, passkey)
}

/// What a token says once a published key verified it, with the header's algorithm and `kid`.
async fn verified(app: &TestApp, token: &str) -> (String, Claims) {
    let keys = JwkSet::parse(app.browser().open("/oauth2/jwks").await.json()).unwrap();
    let token = Unverified::parse(token).unwrap();
    let kid = token.header.kid.clone();
    assert!(kid.is_some(), "no kid");
    let keys = keys.verifying(token.algorithm().unwrap(), kid.as_deref());
    assert_eq!(keys.len(), 1, "one key of that name");
    (token.header.alg.clone(), token.verify(&keys).unwrap())
}

/// oidcc-idtoken-signature, oidcc-idtoken-rs256: RS256 where nothing is named, and the others where they are.
#[tokio::test]
async fn an_id_token_verifies_with_a_published_key() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    for name in [None, Some("RS256"), Some("ES256"), Some("PS256"), Some("EdDSA")] {
        let label = name.unwrap_or("default");
        let metadata = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
            metadata.id_token_signed_response_alg = name.map(str::to_owned);
        };
        let client = app.client(&label.to_lowercase(), metadata, |_| ()).await;
        let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
        let answer = client.redeem(&browser, &code).await;
        let (algorithm, claims) = verified(&app, &text(&answer, "id_token")).await;
        assert_eq!(algorithm, name.unwrap_or("RS256"));
        let expected = SigningAlgorithm::parse(&algorithm).unwrap();
        assert_eq!(claims["at_hash"], half_hash(expected, &text(&answer, "access_token")), "{algorithm}");
        let known = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"];
        assert!(claims.keys().all(|name| known.contains(&name.as_str())), "nothing that was not asked for: {claims:?}");
    }
}

/// oidcc-userinfo-rs256.
#[tokio::test]
async fn signed_userinfo_verifies_with_a_published_key() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let metadata = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.userinfo_signed_response_alg = Some("RS256".into());
    };
    let client = app.client("a", metadata, |_| ()).await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let (token, id_token) = tokens(&client.redeem(&browser, &code).await);
    let (algorithm, claims) = verified(&app, &app.userinfo(&token).await.body).await;
    assert_eq!((algorithm.as_str(), &claims["sub"]), ("RS256", &id_token["sub"]));
}

/// oidcc-scope-profile, -email, -address, -phone, -all: every claim of each scope, and in userinfo alone.
#[tokio::test]
async fn a_person_who_has_all_claims_is_told_whole() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let database = Database::connect(app.url()).await.unwrap();
    let claims = json!({
        "given_name": "Alice", "family_name": "Example", "middle_name": "M", "nickname": "al",
        "profile": "https://alice.example/", "picture": "https://alice.example/p.png",
        "website": "https://alice.example/", "gender": "female", "birthdate": "1990-01-02",
        "zoneinfo": "Europe/Paris", "locale": "fr-FR", "phone_number": "+33 1 23 45 67 89",
        "phone_number_verified": true, "address": { "formatted": "1 rue X, Paris", "country": "France" },
    });
    let whole = entity::user::ActiveModel {
        claims: Set(claims.clone()),
        email: Set(Some("alice@example.org".to_owned())),
        email_verified: Set(true),
        ..Default::default()
    };
    let alice = entity::user::Column::Username.eq("alice");
    entity::user::Entity::update_many().set(whole).filter(alice).exec(&database).await.unwrap();
    let client = app.public_client("a").await;
    let scope = "scope=openid+profile+email+address+phone";
    let code = browser.code(&client, scope, &mut passkey).await.redirected("code").unwrap();
    let (token, id_token) = tokens(&client.redeem(&browser, &code).await);
    let told = app.userinfo(&token).await.json();
    for (name, value) in claims.as_object().unwrap() {
        assert_eq!(&told[name], value, "{name}");
        assert!(id_token[name].is_null(), "{name} is for userinfo");
    }
    assert_eq!((&told["email"], &told["email_verified"]), (&"alice@example.org".into(), &true.into()));
    let updated_at = told["updated_at"].as_i64().unwrap();
    assert!((app.app.now().timestamp() - updated_at).abs() < 3600, "in seconds, lately");
    assert!(told["name"].is_string() && told["preferred_username"] == "alice");
}

/// oidcc-prompt-none-logged-in, oidcc-max-age-10000, oidcc-id-token-hint, oidcc-prompt-login.
#[tokio::test]
async fn who_and_when_stay_the_same_until_a_new_ceremony() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.public_client("a").await;
    let mut redeem = async |extra: &str| {
        let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
        let answer = client.redeem(&browser, &code).await;
        (tokens(&answer).1, text(&answer, "id_token"))
    };
    let (first, hint) = redeem("").await;
    app.advance(5);
    for extra in ["prompt=none", "max_age=15000", "max_age=10000", &format!("prompt=none&id_token_hint={hint}")] {
        let (again, _) = redeem(extra).await;
        assert_eq!((&again["sub"], &again["auth_time"]), (&first["sub"], &first["auth_time"]), "{extra:.20}");
    }
    let (anew, _) = redeem("prompt=login").await;
    assert_eq!(anew["sub"], first["sub"]);
    assert!(anew["auth_time"].as_i64() > first["auth_time"].as_i64());
    let (right_after, _) = redeem("prompt=none").await;
    assert_eq!(right_after["auth_time"], anew["auth_time"], "it counts at once");
}

/// oidcc-login-hint, -ui-locales, -claims-locales, -display-page, -display-popup, -acr-values: from a browser that nobody knows.
#[tokio::test]
async fn unknown_values_lead_to_the_same_page() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    for extra in [
        "login_hint=buffy%40id.example",
        "ui_locales=se",
        "claims_locales=se",
        "display=page",
        "display=popup",
        "display=other",
        "acr_values=1+2",
        "extra=foobar",
    ] {
        let mut browser = app.browser();
        let location = browser.authorize(&client.query(extra)).await.location();
        assert!(location.contains("/sign-in?request="), "{extra}: {location}");
        let page = browser.get(&location).await;
        assert!(page.status == StatusCode::OK && page.body.contains("id=\"sign-in\""), "{extra}");
    }
}

/// The form post plan: the answer travels as asked after every page, and so does a refusal.
#[tokio::test]
async fn a_form_comes_at_the_end_of_the_whole_way() {
    let app = TestApp::new().await;
    let (mut passkey, client) = (SoftPasskey::new(), app.public_client("a").await);
    app.browser().sign_up("alice", &mut passkey).await;
    for (decision, member) in [("deny", "error"), ("allow", "code")] {
        let mut browser = app.browser();
        let location = browser.authorize(&client.query("response_mode=form_post")).await.location();
        browser.get(&location).await;
        let request = location.split("request=").nth(1).unwrap().to_owned();
        let resume = text(&browser.authenticate(&json!({ "request": request }), &mut passkey).await, "location");
        let consent = browser.get(&resume).await.location();
        browser.get(&consent).await;
        let resume = text(&browser.call(&consent, &json!({ "decision": decision })).await, "location");
        let page = browser.get(&resume).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("method=\"post\"") && page.header("location").is_none());
        assert!(page.body.contains(&format!("name=\"{member}\"")), "{decision}: {}", page.body);
    }
}

/// Trap 5: only these members, only these characters, however the request is wrong.
#[tokio::test]
async fn errors_have_known_members_and_plain_words() {
    let app = TestApp::with(&[LEGACY]).await;
    let client = app.public_client("a").await;
    let base = client.query("");
    for query in [
        base.replace("response_type=code", "response_type=%22%C3%A9%0A"),
        base.replace("scope=openid", "scope=%22"),
        format!("{base}&prompt=%C3%A9"),
        format!("{base}&max_age=%0D%0A"),
        format!("{base}&claims=%22"),
        format!("{base}&request=%C3%A9"),
        format!("{base}&resource=%22"),
        format!("{base}&id_token_hint=%C3%A9"),
        format!("{base}&prompt=none"),
    ] {
        let answer = app.browser().authorize(&query).await;
        let location = url::Url::parse(&answer.location()).unwrap();
        let known = ["error", "error_description", "state", "iss"];
        for (name, value) in location.query_pairs() {
            assert!(known.contains(&&*name), "{name}: {query}");
            let plain = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
            assert!(name != "error_description" || value.chars().all(plain), "{value}");
        }
        assert!(answer.redirected("error").is_some(), "{query}");
    }
}

/// oidcc-codereuse-30seconds: everything that came of the code is dead, refresh tokens too.
#[tokio::test]
async fn a_code_that_comes_again_kills_every_token() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.confidential_client("a").await;
    let extra = "scope=openid+offline_access";
    let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    assert!(code.strip_prefix("clv_ac_").unwrap().len() >= 43, "256 random bits");
    let answer = client.redeem(&browser, &code).await;
    let (access_token, refresh_token) = (text(&answer, "access_token"), text(&answer, "refresh_token"));
    assert!(refresh_token.strip_prefix("clv_rt_").unwrap().len() >= 43);
    app.advance(30);
    let again = client.redeem(&browser, &code).await;
    assert_eq!((again.status, again.code()), (StatusCode::BAD_REQUEST, "invalid_grant".into()));
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::UNAUTHORIZED);
    let told = client.post(&app, "/oauth2/introspect", &[("token", &refresh_token)]).await.json();
    assert_eq!(told, json!({ "active": false }));
    assert_eq!(client.refresh(&app, &refresh_token, &[]).await.code(), "invalid_grant");
}

/// oidcc-server-rotate-keys: a new key is there, the old one still is, and what it signed is still a hint when it no longer is.
#[tokio::test]
async fn a_rotated_key_is_still_published_and_believed() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.confidential_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let hint = text(&client.redeem(&browser, &code).await, "id_token");
    let old = Unverified::parse(&hint).unwrap().header.kid.unwrap();
    let ask = claviger::keys::Ask::RotateNow(vec![SigningAlgorithm::RS256]);
    app.app.turn_keys(&ask).await.unwrap();
    let published = app.browser().open("/oauth2/jwks").await.body;
    assert!(published.contains(&old) && published.matches("RS256").count() == 2, "{published}");
    app.advance(3 * 86_400);
    app.app.refresh().await.unwrap();
    assert!(!app.browser().open("/oauth2/jwks").await.body.contains(&old), "its last token is over");
    browser.sign_in(&mut passkey).await;
    let silent = browser.authorize(&client.query(&format!("prompt=none&id_token_hint={hint}"))).await;
    assert!(silent.redirected("code").is_some(), "{}", silent.location());
}

/// Dynamic OP: with old response types on, discovery says so; and Config OP's members.
#[tokio::test]
async fn discovery_says_what_the_profiles_look_for() {
    let app = TestApp::with(&[OPEN, LEGACY]).await;
    let document = app.browser().open("/.well-known/openid-configuration").await.json();
    let has = |member: &str, value: &str| {
        let list = document[member].as_array().unwrap_or_else(|| panic!("no {member}"));
        list.iter().any(|known| known == value)
    };
    for (member, values) in [
        ("response_types_supported", &["code", "id_token", "id_token token", "code id_token token"][..]),
        ("grant_types_supported", &["authorization_code", "implicit", "refresh_token"]),
        ("subject_types_supported", &["public", "pairwise"]),
        ("scopes_supported", &["openid", "offline_access"]),
        ("id_token_signing_alg_values_supported", &["RS256"]),
        ("userinfo_signing_alg_values_supported", &["RS256"]),
        ("request_object_signing_alg_values_supported", &["RS256"]),
        ("token_endpoint_auth_methods_supported", &["private_key_jwt", "client_secret_basic"]),
        ("claims_supported", &["sub", "name"]),
        ("ui_locales_supported", &["en", "de"]),
    ] {
        assert!(values.iter().all(|value| has(member, value)), "{member}: {}", document[member]);
    }
    for member in ["id_token_signing_alg_values_supported", "request_object_signing_alg_values_supported"] {
        assert!(!has(member, "none"), "{member}");
    }
    for (member, value) in document.as_object().unwrap() {
        let is_endpoint = member.ends_with("_endpoint") || member == "jwks_uri";
        assert!(!is_endpoint || value.as_str().unwrap().starts_with(app.issuer()), "{member}");
    }
}

/// oidcc-rp-initiated-logout-no-post-logout-redirect-uri: out, and told so here.
#[tokio::test]
async fn a_hint_alone_ends_the_session_on_a_page_of_ours() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client: Registered = app.confidential_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let hint = text(&client.redeem(&browser, &code).await, "id_token");
    let page = browser.open(&format!("/oauth2/logout?id_token_hint={hint}")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("You are signed out"));
    let silent = browser.authorize(&client.query("prompt=none")).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("login_required"));
}

/// What is one kind of token is no other.
#[tokio::test]
async fn no_token_passes_for_another() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let jwt = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.access_token_format = Some("jwt".into());
        metadata.userinfo_signed_response_alg = Some("RS256".into());
    };
    let client = app.client("a", jwt, |_| ()).await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    let (access_token, id_token) = (text(&answer, "access_token"), text(&answer, "id_token"));
    let userinfo = app.userinfo(&access_token).await.body;
    for wrong in [&id_token, &userinfo] {
        let refused = app.userinfo(wrong).await;
        assert_eq!((refused.status, refused.code()), (StatusCode::UNAUTHORIZED, "invalid_token".into()));
        let told = client.post(&app, "/oauth2/introspect", &[("token", wrong)]).await.json();
        assert_eq!(told, json!({ "active": false }));
    }
    for wrong in [&access_token, &userinfo] {
        let refused = browser.authorize(&client.query(&format!("prompt=none&id_token_hint={wrong}"))).await;
        assert_eq!(refused.redirected("error").as_deref(), Some("invalid_request"));
        let page = browser.open(&format!("/oauth2/logout?id_token_hint={wrong}")).await;
        assert!(page.body.contains("Sign out?"), "it is asked");
    }
}

/// Tokens of a client that was removed, or switched off, open nothing and are nothing.
#[tokio::test]
async fn tokens_die_with_their_client() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.confidential_client("a").await;
    let extra = "scope=openid+offline_access";
    let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    let (access_token, refresh_token) = (text(&answer, "access_token"), text(&answer, "refresh_token"));
    app.update_client(&client, |client| client.enabled = false).await;
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.refresh(&app, &refresh_token, &[]).await.code(), "invalid_client");
    app.update_client(&client, |_| ()).await;
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::OK, "it rested with its client");
    let (change, now, id) = (app.app.uuid(), app.app.now(), client.client.id);
    app.app.store.write(async |tx| claviger::store::client::delete(tx, change, id, now).await).await.unwrap();
    app.app.refresh().await.unwrap();
    assert_eq!(app.userinfo(&access_token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(client.refresh(&app, &refresh_token, &[]).await.code(), "invalid_client");
}

/// Every grant asks for consent: the old response types too.
#[tokio::test]
async fn no_response_type_goes_around_consent() {
    let app = TestApp::with(&[LEGACY]).await;
    let (mut browser, _) = signed_in(&app).await;
    let types = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.response_types = Some(vec!["code".into(), "id_token token".into()]);
        metadata.grant_types = Some(vec!["authorization_code".into(), "implicit".into()]);
    };
    let client = app.client("a", types, |_| ()).await;
    let query =
        |kind: &str| client.query("prompt=none").replace("response_type=code", &format!("response_type={kind}"));
    let silent = browser.authorize(&query("id_token+token")).await.location();
    assert!(silent.contains("#error=consent_required") && !silent.contains("access_token"), "{silent}");
    let unregistered = browser.authorize(&query("code+id_token")).await.location();
    assert!(unregistered.contains("#error=unauthorized_client"), "{unregistered}");
    for kind in ["none", "CODE", "token", "code+code"] {
        let refused = browser.authorize(&query(kind)).await.location();
        assert!(refused.contains("error=unsupported_response_type"), "{kind}: {refused}");
    }
}

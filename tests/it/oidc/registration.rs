//! Dynamic client registration (RFC 7591, OpenID Connect) and its management (RFC 7592).

mod remote;

use claviger::{
    crypto::token,
    store::{self, registration_token},
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, SoftPasskey, TestApp};

const OPEN: [(&str, &str); 1] = [("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open")];
const TOKEN: [(&str, &str); 1] = [("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "token")];

async fn call(app: &TestApp, method: Method, path: &str, token: Option<&str>, body: &Value) -> Answer {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(bearer.iter().map(|bearer| ("authorization", bearer.as_str())));
    app.browser().send(method, path, &headers, body.to_string().into_bytes()).await
}

async fn register(app: &TestApp, body: &Value) -> Answer {
    call(app, Method::POST, "/oauth2/register", None, body).await
}

fn minimal() -> Value {
    json!({ "redirect_uris": ["https://rp.example/cb"] })
}

/// Path and token of a registration.
fn management(registered: &Value, app: &TestApp) -> (String, String) {
    let text = |name: &str| registered[name].as_str().unwrap().to_owned();
    (text("registration_client_uri").replace(app.issuer(), ""), text("registration_access_token"))
}

async fn registration_token_of(app: &TestApp) -> String {
    let made = token::generate(&*app.app.rng, token::TokenKind::RegistrationToken);
    let (id, now) = (app.app.uuid(), app.app.now());
    let write = app.app.store.write(async |tx| {
        registration_token::insert(tx, id, made.hash, (now, now + chrono::Duration::hours(1)));
        Ok::<_, claviger::store::Error>(())
    });
    write.await.unwrap();
    made.token.expose().clone()
}

#[tokio::test]
async fn it_is_off_until_somebody_turns_it_on() {
    let app = TestApp::new().await;
    let answer = register(&app, &minimal()).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "access_denied".into()));
    let metadata = app.browser().open("/.well-known/openid-configuration").await.json();
    assert!(metadata["registration_endpoint"].is_null());
    let app = TestApp::with(&OPEN).await;
    let metadata = app.browser().open("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["registration_endpoint"], format!("{}/oauth2/register", app.issuer()));
}

/// The client that comes back works at once, without PKCE, and is told everything about itself.
#[tokio::test]
async fn a_registered_client_signs_people_in() {
    let app = TestApp::with(&OPEN).await;
    let answer = register(&app, &minimal()).await;
    assert_eq!((answer.status, answer.header("cache-control").as_deref()), (StatusCode::CREATED, Some("no-store")));
    let told = answer.json();
    assert_eq!(
        (&told["client_secret_expires_at"], &told["token_endpoint_auth_method"]),
        (&0.into(), &"client_secret_basic".into())
    );
    assert_eq!(told["grant_types"], json!(["authorization_code"]));
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let (id, secret) = (told["client_id"].as_str().unwrap(), told["client_secret"].as_str().unwrap());
    let query =
        format!("response_type=code&client_id={id}&scope=openid&state=s&redirect_uri=https%3A%2F%2Frp.example%2Fcb");
    let location = browser.authorize(&query).await.location();
    browser.get(&location).await;
    let resumed = browser.call(&location, &json!({ "decision": "allow" })).await.json();
    let code = browser.get(resumed["location"].as_str().unwrap()).await.redirected("code").unwrap();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", "https://rp.example/cb"),
        ("client_id", id),
        ("client_secret", secret),
    ];
    assert_eq!(browser.form("/oauth2/token", &fields, &[]).await.status, StatusCode::OK);
    assert!(app.audit().await.contains(&"client.created".to_owned()));
}

#[tokio::test]
async fn a_registration_is_read_changed_and_removed() {
    let app = TestApp::with(&OPEN).await;
    let mut body = minimal();
    body["initiate_login_uri"] = "https://rp.example/start".into();
    let told = register(&app, &body).await.json();
    let (path, token) = management(&told, &app);
    let read = call(&app, Method::GET, &path, Some(&token), &json!(null)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(read.json()["initiate_login_uri"], "https://rp.example/start");
    let change = json!({
        "client_id": told["client_id"], "client_secret": told["client_secret"], "client_name": "Renamed",
        "redirect_uris": ["https://rp.example/other"],
    });
    let changed = call(&app, Method::PUT, &path, Some(&token), &change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let changed = changed.json();
    assert_eq!(
        (&changed["client_name"], &changed["redirect_uris"][0]),
        (&"Renamed".into(), &"https://rp.example/other".into())
    );
    assert!(changed["initiate_login_uri"].is_null(), "what is left out is gone");
    for wrong in [
        json!({ "redirect_uris": ["https://rp.example/x"] }),
        json!({ "client_id": "other", "redirect_uris": ["https://rp.example/x"] }),
        json!({ "client_id": told["client_id"], "client_secret": "guess", "redirect_uris": ["https://rp.example/x"] }),
    ] {
        let refused = call(&app, Method::PUT, &path, Some(&token), &wrong).await;
        assert_eq!(refused.code(), "invalid_client_metadata", "{wrong}");
    }
    let removed = call(&app, Method::DELETE, &path, Some(&token), &json!(null)).await;
    assert_eq!((removed.status, removed.body.as_str()), (StatusCode::NO_CONTENT, ""));
    let gone = call(&app, Method::GET, &path, Some(&token), &json!(null)).await;
    assert_eq!((gone.status, gone.code()), (StatusCode::UNAUTHORIZED, "invalid_token".into()));
}

#[tokio::test]
async fn only_its_own_token_manages_a_client() {
    let app = TestApp::with(&OPEN).await;
    let (a, b) = (register(&app, &minimal()).await.json(), register(&app, &minimal()).await.json());
    let ((path, _), (_, other)) = (management(&a, &app), management(&b, &app));
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        for token in [None, Some("x"), Some(&*other), Some("clv_ra_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
            let refused = call(&app, method.clone(), &path, token, &minimal()).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{method} {token:?}");
            assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"));
        }
    }
    let registered = app.confidential_client("by-operator").await;
    let path = format!("/oauth2/register/{}", registered.client_id);
    assert_eq!(call(&app, Method::GET, &path, Some(&other), &json!(null)).await.status, StatusCode::UNAUTHORIZED);
}

/// Neither moves a client away from how it knows people, nor does it become somebody else's sector on the way.
#[tokio::test]
async fn a_pairwise_client_keeps_its_sector() {
    let app = TestApp::with(&OPEN).await;
    let body = json!({ "redirect_uris": ["https://victim.example/cb"], "subject_type": "pairwise" });
    let told = register(&app, &body).await.json();
    let (path, token) = management(&told, &app);
    let with =
        |uri: &str, kind: &str| json!({ "client_id": told["client_id"], "redirect_uris": [uri], "subject_type": kind });
    let moved = call(&app, Method::PUT, &path, Some(&token), &with("https://evil.example/cb", "pairwise")).await;
    assert_eq!(moved.code(), "invalid_client_metadata");
    let public = call(&app, Method::PUT, &path, Some(&token), &with("https://evil.example/cb", "public")).await;
    assert_eq!(public.code(), "invalid_client_metadata");
    let same = call(&app, Method::PUT, &path, Some(&token), &with("https://victim.example/other", "pairwise")).await;
    assert_eq!(same.status, StatusCode::OK, "{}", same.body);
}

/// A public client that became pairwise would know nobody again.
#[tokio::test]
async fn people_stay_who_they_are_for_a_client() {
    let app = TestApp::with(&OPEN).await;
    let told = register(&app, &minimal()).await.json();
    let (path, token) = management(&told, &app);
    let uris = &told["redirect_uris"];
    let pairwise = json!({ "client_id": told["client_id"], "redirect_uris": uris, "subject_type": "pairwise" });
    let refused = call(&app, Method::PUT, &path, Some(&token), &pairwise).await;
    assert_eq!(refused.code(), "invalid_client_metadata");
}

#[tokio::test]
async fn a_nul_inside_keys_is_refused() {
    let app = TestApp::with(&OPEN).await;
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "a\u{0}" });
    let with_keys = json!({ "redirect_uris": ["https://rp.example/cb"], "jwks": { "keys": [key] } });
    assert_eq!(register(&app, &with_keys).await.code(), "invalid_client_metadata");
}

/// Strangers who register must not make every instance forget the clients that it knows.
#[tokio::test]
async fn a_new_client_drops_nobody_from_the_cache() {
    let app = TestApp::with(&OPEN).await;
    let versions = async || {
        let names = [store::client::VERSION, store::client::ORIGINS_VERSION];
        let mut versions = store::setting::find_many(&app.app.store.read(), &names).await.unwrap();
        names.map(|name| versions.remove(name))
    };
    let before = versions().await;
    let told = register(&app, &minimal()).await.json();
    let after = versions().await;
    assert_eq!(after[0], before[0]);
    assert_ne!(after[1], before[1], "its origin may call");
    let (path, token) = management(&told, &app);
    let change = json!({ "client_id": told["client_id"], "redirect_uris": ["https://rp.example/other"] });
    assert_eq!(call(&app, Method::PUT, &path, Some(&token), &change).await.status, StatusCode::OK);
    assert_ne!(versions().await[0], after[0]);
}

/// What an operator decides while a client changes itself stands, on whichever instance the client asks.
#[tokio::test]
async fn a_client_that_was_disabled_does_not_enable_itself() {
    let a = TestApp::with(&OPEN).await;
    let b = a.second_instance().await;
    let told = register(&a, &minimal()).await.json();
    let (path, token) = management(&told, &a);
    call(&a, Method::GET, &path, Some(&token), &json!(null)).await;
    b.app.refresh().await.unwrap();
    let id = told["client_id"].as_str().unwrap();
    let mut client = (*b.app.clients.find(id).await.unwrap().unwrap()).clone();
    client.enabled = false;
    let (change, now) = (b.app.uuid(), b.app.now());
    b.app.store.write(async |tx| store::client::update(tx, change, &client, now).await).await.unwrap();
    let change = json!({ "client_id": id, "redirect_uris": ["https://rp.example/other"] });
    let refused = call(&a, Method::PUT, &path, Some(&token), &change).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::UNAUTHORIZED, "invalid_token".into()));
    b.app.refresh().await.unwrap();
    assert!(!b.app.clients.find(id).await.unwrap().unwrap().enabled);
}

/// Schemes of an app's own are for those that say they run on people's devices, and such apps prove with PKCE.
#[tokio::test]
async fn only_native_apps_have_schemes_of_their_own() {
    let app = TestApp::with(&OPEN).await;
    let with = |method: &str, kind: Option<&str>, uri: &str| json!({ "redirect_uris": [uri], "token_endpoint_auth_method": method, "application_type": kind });
    let web = register(&app, &with("none", None, "com.example.app:/cb")).await;
    assert_eq!(web.code(), "invalid_redirect_uri");
    for uri in ["myapp:/cb", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://a@b.example/"] {
        let answer = register(&app, &with("none", Some("native"), uri)).await;
        assert_eq!(answer.code(), "invalid_redirect_uri", "{uri}");
    }
    let native = register(&app, &with("client_secret_basic", Some("native"), "com.example.app:/cb")).await.json();
    let client = app.app.clients.find(native["client_id"].as_str().unwrap()).await.unwrap().unwrap();
    assert!(client.needs_pkce());
}

#[tokio::test]
async fn wrong_metadata_is_told_in_json() {
    let app = TestApp::with(&OPEN).await;
    for (body, code) in [
        (json!({ "redirect_uris": ["https://rp.example/cb#x"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (json!({}), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["http://rp.example/cb"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": "https://rp.example/cb" }), "invalid_client_metadata"),
        (
            json!({ "redirect_uris": ["https://rp.example/cb"], "initiate_login_uri": "http://rp.example" }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": ["https://rp.example/cb"], "response_types": ["id_token"] }),
            "invalid_client_metadata",
        ),
        (json!({ "redirect_uris": ["https://rp.example/cb"], "scope": "openid admin:all" }), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
        (json!("x\"é"), "invalid_client_metadata"),
    ] {
        let answer = register(&app, &body).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, code.into()), "{body}");
        let description = answer.json()["error_description"].as_str().unwrap().to_owned();
        let allowed = |c: char| matches!(c, ' '..='!' | '#'..='[' | ']'..='~');
        assert!(description.chars().all(allowed), "{description}");
    }
}

/// Nobody gets more by asking for it: what operators decide is not in the request's hands.
#[tokio::test]
async fn extensions_and_unknown_members_change_nothing() {
    let app = TestApp::with(&OPEN).await;
    let body = json!({
        "redirect_uris": ["https://rp.example/cb"], "strict_assertion_audience": true, "require_consent": false,
        "release_unverified_email": true, "client_id": "chosen", "software_statement": "x",
    });
    let told = register(&app, &body).await.json();
    assert_ne!(told["client_id"], "chosen");
    let client = app.app.clients.find(told["client_id"].as_str().unwrap()).await.unwrap().unwrap();
    assert!(client.require_consent && !client.release_unverified_email && !client.details.strict_assertion_audience);
}

#[tokio::test]
async fn a_token_registers_one_client() {
    let app = TestApp::with(&TOKEN).await;
    assert_eq!(register(&app, &minimal()).await.status, StatusCode::UNAUTHORIZED);
    let token = registration_token_of(&app).await;
    let refused = call(&app, Method::POST, "/oauth2/register", Some(&token), &json!({})).await;
    assert_eq!(refused.code(), "invalid_redirect_uri", "and it is not spent by that");
    let made = call(&app, Method::POST, "/oauth2/register", Some(&token), &minimal()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let again = call(&app, Method::POST, "/oauth2/register", Some(&token), &minimal()).await;
    assert_eq!((again.status, again.code()), (StatusCode::UNAUTHORIZED, "invalid_token".into()));
    let late = registration_token_of(&app).await;
    app.advance(3600);
    assert_eq!(
        call(&app, Method::POST, "/oauth2/register", Some(&late), &minimal()).await.status,
        StatusCode::UNAUTHORIZED
    );
}

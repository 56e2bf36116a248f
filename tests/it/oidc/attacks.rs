//! Attacks on what clients sign, name and hold: each refused in the right words, with nothing asked of anybody.

use aws_lc_rs::hmac;
use claviger::{
    crypto::mac::base64url,
    keys::Signer,
    protocol::{
        client_details::AccessTokenFormat, client_metadata::ClientMetadata, scope::ScopeSet,
        signing_algorithm::SigningAlgorithm,
    },
    store::enrollment_link::Kind,
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::assertions::{jwks, key};
use crate::harness::{
    Browser, Registered, SoftPasskey, TestApp,
    client::{payload, text},
    site::Site,
};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const OFFLINE: &str = "scope=openid+profile+offline_access";

async fn signed_in(app: &TestApp) -> (Browser, SoftPasskey) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    (browser, passkey)
}

/// A confidential client's access and refresh token.
async fn offline(browser: &mut Browser, passkey: &mut SoftPasskey, client: &Registered) -> (String, String) {
    let code = browser.code(client, OFFLINE, passkey).await.redirected("code").unwrap();
    let answer = client.redeem(browser, &code).await;
    (text(&answer, "access_token"), text(&answer, "refresh_token"))
}

async fn is_active(app: &TestApp, client: &Registered, token: &str) -> bool {
    let told = client.post(app, "/oauth2/introspect", &[("token", token)]).await.json();
    told["active"].as_bool().unwrap()
}

/// Less is allowed than before, and what hangs on the rest is over.
#[tokio::test]
async fn a_consent_that_shrinks_ends_refreshing() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.confidential_client("a").await;
    let (access_token, refresh_token) = offline(&mut browser, &mut passkey, &client).await;
    let location = browser.authorize(&client.query(&format!("{OFFLINE}&prompt=consent"))).await.location();
    browser.get(&location).await;
    browser.call(&location, &json!({ "decision": "allow", "scopes": ["openid"] })).await;
    assert_eq!(client.refresh(&app, &refresh_token, &[]).await.code(), "invalid_grant");
    assert!(!is_active(&app, &client, &refresh_token).await && !is_active(&app, &client, &access_token).await);
}

/// What died with a person's sessions stays dead when the person comes back.
#[tokio::test]
async fn nothing_comes_back_with_the_person() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let jwt = |metadata: &mut ClientMetadata| metadata.access_token_format = Some("jwt".into());
    let client = app.client("jwt", jwt, |_| ()).await;
    let before = offline(&mut browser, &mut passkey, &client).await;
    let alice = app.find_user("alice").await;
    app.set_enabled(&alice, false).await;
    app.set_enabled(&alice, true).await;
    assert_eq!(client.refresh(&app, &before.1, &[]).await.code(), "invalid_grant");
    assert!(!is_active(&app, &client, &before.0).await && !is_active(&app, &client, &before.1).await);
    browser.sign_in(&mut passkey).await;
    let again = offline(&mut browser, &mut passkey, &client).await;
    let link = app.link(&alice, Kind::Recovery).await;
    let mut elsewhere = app.browser();
    assert_eq!(elsewhere.enroll(&link, &mut SoftPasskey::new()).await.status, StatusCode::OK);
    assert_eq!(client.refresh(&app, &again.1, &[]).await.code(), "invalid_grant");
    assert!(!is_active(&app, &client, &again.0).await);
}

/// To strangers a good token of another is exactly like one that never was.
#[tokio::test]
async fn foreign_tokens_are_like_none() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let (server, stranger) = (app.confidential_client("server").await, app.confidential_client("stranger").await);
    app.resource("https://api.example/", "read", AccessTokenFormat::Jwt, Some(&server)).await;
    app.resource("https://other.example/", "read", AccessTokenFormat::Opaque, Some(&stranger)).await;
    let read = |client: &mut claviger::protocol::client::Client| {
        client.scopes = client.scopes.union(&ScopeSet::parse("read").unwrap());
    };
    let client = app.client("a", |_| (), read).await;
    let extra = "scope=openid+read&resource=https%3A%2F%2Fapi.example%2F";
    let code = browser.code(&client, extra, &mut passkey).await.redirected("code").unwrap();
    let jwt = text(&client.redeem(&browser, &code).await, "access_token");
    assert!(is_active(&app, &server, &jwt).await && is_active(&app, &client, &jwt).await);
    let told = stranger.post(&app, "/oauth2/introspect", &[("token", &jwt)]).await.json();
    assert_eq!(told, json!({ "active": false }));
    // At the code and at every refresh, only what was granted.
    let both = "scope=openid+read+offline_access&resource=https%3A%2F%2Fapi.example%2F";
    let code = browser.code(&client, both, &mut passkey).await.redirected("code").unwrap();
    let other = [("resource", "https://other.example/")];
    assert_eq!(client.redeem_with(&browser, &code, &other).await.code(), "invalid_target");
    let code = browser.code(&client, both, &mut passkey).await.redirected("code").unwrap();
    let refresh_token = text(&client.redeem(&browser, &code).await, "refresh_token");
    assert_eq!(client.refresh(&app, &refresh_token, &other).await.code(), "invalid_target");
    text(&client.refresh(&app, &refresh_token, &[]).await, "access_token");
}

/// What would end the family when it is used is no token any more.
#[tokio::test]
async fn a_superseded_refresh_token_is_not_active() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.confidential_client("a").await;
    let (_, first) = offline(&mut browser, &mut passkey, &client).await;
    let second = text(&client.refresh(&app, &first, &[]).await, "refresh_token");
    assert!(is_active(&app, &client, &first).await, "its answer may have been lost");
    let third = text(&client.refresh(&app, &second, &[]).await, "refresh_token");
    assert!(!is_active(&app, &client, &first).await);
    assert!(is_active(&app, &client, &third).await);
}

/// Claims under a header of the attacker's choice, signed with an HMAC under `secret`, or not at all.
fn forged(header: &Value, claims: &Value, secret: Option<&[u8]>) -> String {
    let part = |value: &Value| base64url(value.to_string().as_bytes());
    let input = format!("{}.{}", part(header), part(claims));
    let signature = secret.map(|secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        base64url(hmac::sign(&key, input.as_bytes()).as_ref())
    });
    format!("{input}.{}", signature.unwrap_or_default())
}

/// `none` however it is spelt, HMAC under a public key, keys that the token brings along, names that
/// lead elsewhere, heads that must be understood.
fn forgeries(claims: &Value, public: &Value, theirs: &Signer) -> Vec<String> {
    let headers = [
        json!({ "alg": "none" }),
        json!({ "alg": "nOnE" }),
        json!({ "alg": "" }),
        json!({ "alg": "HS256", "kid": public["kid"] }),
        json!({ "alg": "ES256", "jwk": theirs.jwk(), "kid": theirs.jwk().kid }),
        json!({ "alg": "ES256", "jku": "https://evil.example/jwks", "kid": "x" }),
        json!({ "alg": "ES256", "x5u": "https://evil.example/x", "kid": "../../../etc/passwd" }),
        json!({ "alg": "ES256", "kid": "' OR 1=1 --" }),
        json!({ "alg": "ES256", "kid": "x".repeat(10_000) }),
        json!({ "alg": "ES256", "crit": ["exp"], "kid": public["kid"] }),
    ];
    let mut out: Vec<_> = headers.iter().map(|header| forged(header, claims, None)).collect();
    let hs256 = json!({ "alg": "HS256", "kid": public["kid"] });
    out.push(forged(&hs256, claims, Some(public.to_string().as_bytes())));
    out.push(forged(&hs256, claims, Some(public["n"].as_str().or(public["x"].as_str()).unwrap().as_bytes())));
    out.push(theirs.sign("JWT", claims).unwrap());
    out
}

#[tokio::test]
async fn no_forgery_passes_as_a_hint() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let client = app.confidential_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let claims = payload(&text(&client.redeem(&browser, &code).await, "id_token"));
    let published = app.browser().open("/oauth2/jwks").await.json();
    for token in forgeries(&claims, &published["keys"][0], &key(SigningAlgorithm::ES256)) {
        let query = client.query(&format!("prompt=none&id_token_hint={token}"));
        let refused = browser.authorize(&query).await;
        if query.len() < 12_000 {
            assert_eq!(refused.redirected("error").as_deref(), Some("invalid_request"), "{token:.80}");
            let page = browser.open(&format!("/oauth2/logout?id_token_hint={token}")).await;
            assert!(page.status == StatusCode::OK && page.body.contains("Sign out?"), "{token:.80}");
        } else {
            assert!(refused.status.is_client_error() || refused.redirected("error").is_some());
        }
    }
}

#[tokio::test]
async fn no_forgery_passes_as_a_clients_own() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[]).await;
    let (mut browser, _) = signed_in(&app).await;
    let own = key(SigningAlgorithm::ES256);
    let keys = jwks(&[&own]);
    let metadata = |metadata: &mut ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("private_key_jwt".into());
        metadata.jwks = Some(keys.clone());
    };
    let client = app.client("a", metadata, |_| ()).await;
    let (id, now) = (&client.client_id, app.app.now().timestamp());
    let (public, theirs) = (keys["keys"][0].clone(), key(SigningAlgorithm::ES256));
    let claims = json!({ "iss": id, "sub": id, "aud": app.issuer(), "exp": now + 60, "jti": "one" });
    for token in forgeries(&claims, &public, &theirs) {
        let fields = [("client_assertion_type", TYPE), ("client_assertion", &*token), ("token", "x")];
        let refused = app.browser().form("/oauth2/revoke", &fields, &[]).await;
        assert!(refused.status.is_client_error(), "{token:.80}");
    }
    let claims =
        json!({ "client_id": id, "response_type": "code", "redirect_uri": client.redirect_uri, "scope": "openid" });
    for token in forgeries(&claims, &public, &theirs).into_iter().filter(|token| token.len() < 8_000) {
        let refused = browser.authorize(&client.query(&format!("request={token}"))).await;
        assert_eq!(refused.redirected("error").as_deref(), Some("invalid_request_object"), "{token:.80}");
    }
}

/// Keys that are none of their kind verify nothing, and break nothing.
#[tokio::test]
async fn weak_and_broken_keys_verify_nothing() {
    let app = TestApp::new().await;
    let own = key(SigningAlgorithm::ES256);
    for broken in [
        json!({ "kty": "EC", "crv": "P-256", "x": base64url(&[1; 32]), "y": base64url(&[2; 32]) }),
        json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }),
        json!({ "kty": "RSA", "n": base64url(&[0xff; 64]), "e": "AQAB" }),
        json!({ "kty": "RSA", "n": "", "e": "" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "" }),
        json!({ "kty": "other" }),
        json!({}),
    ] {
        let keys = json!({ "keys": [broken] });
        let metadata = |metadata: &mut ClientMetadata| {
            metadata.token_endpoint_auth_method = Some("private_key_jwt".into());
            metadata.jwks = Some(keys);
        };
        let client = app.client("a", metadata, |_| ()).await;
        let (id, now) = (&client.client_id, app.app.now().timestamp());
        let claims = json!({ "iss": id, "sub": id, "aud": app.issuer(), "exp": now + 60, "jti": "one" });
        for algorithm in ["RS256", "ES256", "EdDSA", "PS256"] {
            let token = forged(&json!({ "alg": algorithm }), &claims, Some(b"x"));
            for token in [token, own.sign("JWT", &claims).unwrap()] {
                let fields = [("client_assertion_type", TYPE), ("client_assertion", &*token), ("token", "x")];
                let refused = app.browser().form("/oauth2/revoke", &fields, &[]).await;
                assert_eq!(refused.code(), "invalid_client", "{broken} {algorithm}");
            }
        }
        let (change, at) = (app.app.uuid(), app.app.now());
        let row = client.client.id;
        app.app.store.write(async |tx| claviger::store::client::delete(tx, change, row, at).await).await.unwrap();
        app.app.refresh().await.unwrap();
    }
}

/// Whatever member names our own neighbour, nobody is called.
#[tokio::test]
async fn no_member_leads_to_a_neighbour() {
    let site = Site::new().await;
    let app = TestApp::with(&[("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open")]).await;
    let (mut browser, mut passkey) = signed_in(&app).await;
    let port = site.origin.rsplit(':').next().unwrap().to_owned();
    for host in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]"] {
        let at = |path: &str| format!("https://{host}:{port}/{path}");
        let body = json!({
            "redirect_uris": ["https://rp.example/cb"], "logo_uri": at("logo"), "request_uris": [at("request")],
            "backchannel_logout_uri": at("backchannel"),
        });
        let register = async |body: &Value| {
            let headers = [("content-type", "application/json")];
            app.browser().send(Method::POST, "/oauth2/register", &headers, body.to_string().into_bytes()).await
        };
        let told = register(&body).await;
        assert_eq!(told.status, StatusCode::CREATED, "{}", told.body);
        let id = told.json()["client_id"].as_str().unwrap().to_owned();
        let uri: String = url::form_urlencoded::byte_serialize(at("request").as_bytes()).collect();
        let query = format!("client_id={id}&response_type=code&scope=openid&request_uri={uri}");
        let refused = browser.authorize(&query).await;
        assert_eq!(refused.redirected("error").as_deref(), Some("invalid_request_uri"), "{host}");
        let listed = json!({
            "redirect_uris": ["https://a.example/", "https://b.example/"], "subject_type": "pairwise",
            "sector_identifier_uri": at("list"),
        });
        assert_eq!(register(&listed).await.code(), "invalid_client_metadata", "{host}");
        let uri = at("backchannel");
        let name = format!("b{}", app.app.uuid().simple());
        let client = app.client(&name, |metadata| metadata.backchannel_logout_uri = Some(uri), |_| ()).await;
        browser.code(&client, "", &mut passkey).await;
        app.set_enabled(&app.find_user("alice").await, false).await;
        app.set_enabled(&app.find_user("alice").await, true).await;
        claviger::jobs::deliver_logouts::run_due(&app.app).await.unwrap();
        browser.sign_in(&mut passkey).await;
    }
    assert!(site.asked("").is_empty());
}

/// Of two values each reader would take another, so neither is taken; and nothing is fetched for it.
#[tokio::test]
async fn parameters_come_once_everywhere() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[]).await;
    let uri = site.url("/request");
    let client = app.client("a", |metadata| metadata.request_uris = Some(vec![uri]), |_| ()).await;
    for path in ["/oauth2/introspect", "/oauth2/revoke"] {
        let twice = client.post(&app, path, &[("token", "a"), ("token", "b")]).await;
        assert_eq!(twice.code(), "invalid_request", "{path}");
    }
    for name in ["grant_type", "refresh_token", "scope"] {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("scope", "openid"), (name, "y")];
        assert_eq!(client.post(&app, "/oauth2/token", &fields).await.code(), "invalid_request", "{name}");
    }
    let encoded: String = url::form_urlencoded::byte_serialize(site.url("/request").as_bytes()).collect();
    for extra in [format!("request_uri={encoded}&nonce=again"), format!("request_uri={encoded}&request_uri={encoded}")]
    {
        let refused = app.browser().authorize(&client.query(&extra)).await;
        assert_eq!(refused.redirected("error").as_deref(), Some("invalid_request"), "{extra}");
    }
    assert!(site.asked("/request").is_empty());
}

/// What was not registered is not granted, at either endpoint.
#[tokio::test]
async fn a_grant_that_was_not_registered_is_none() {
    let app = TestApp::new().await;
    let grants = Some(vec!["client_credentials".to_owned()]);
    let machine = app.client("machine", |metadata| metadata.grant_types = grants, |_| ()).await;
    let refused = app.browser().authorize(&machine.query("")).await;
    assert_eq!(refused.redirected("error").as_deref(), Some("unauthorized_client"));
    let fields = [("grant_type", "authorization_code"), ("code", "x")];
    assert_eq!(machine.post(&app, "/oauth2/token", &fields).await.code(), "unauthorized_client");
}

/// A form goes to the web; an app on a device is answered as it can be.
#[tokio::test]
async fn a_form_never_goes_to_a_scheme_of_an_app() {
    let app = TestApp::new().await;
    let native = |metadata: &mut ClientMetadata| {
        metadata.application_type = Some("native".into());
        metadata.redirect_uris = vec!["com.example.app:/cb".into()];
        metadata.token_endpoint_auth_method = Some("none".into());
    };
    let mut client = app.client("native", native, |_| ()).await;
    client.redirect_uri = "com.example.app:/cb".to_owned();
    let refused = app.browser().authorize(&client.query("response_mode=form_post")).await;
    assert!(refused.location().starts_with("com.example.app:/cb?error=invalid_request"), "{}", refused.location());
}

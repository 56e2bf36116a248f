//! Dynamic OP: clients that register themselves with their keys behind a URI, as that profile has them.

use claviger::{keys::Signer, protocol::signing_algorithm::SigningAlgorithm};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::assertions::{jwks, key};
use crate::harness::{
    Answer, Browser, SoftPasskey, TestApp,
    client::{text, tokens},
    site::Site,
};

const OPEN: (&str, &str) = ("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open");
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn signed_in(app: &TestApp) -> (Browser, SoftPasskey) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    (browser, passkey)
}

/// A client that registered itself with private_key_jwt, as the Dynamic OP plan has it.
struct Dynamic {
    told: Value,
    key: Signer,
}

impl Dynamic {
    async fn register(app: &TestApp, site: &Site, key: Signer) -> Self {
        site.publish("/jwks", "application/json", jwks(&[&key]).to_string());
        let body = json!({
            "redirect_uris": ["https://rp.example/cb"], "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": site.url("/jwks"), "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"], "contacts": ["a@rp.example"], "request_uris": [site.url("/request#mark")],
            "request_object_signing_alg": "RS256", "initiate_login_uri": "https://rp.example/start",
            "userinfo_signed_response_alg": "RS256", "id_token_signed_response_alg": "RS256",
            "post_logout_redirect_uris": ["https://rp.example/bye"],
        });
        let headers = [("content-type", "application/json")];
        let bytes = body.to_string().into_bytes();
        let answer = app.browser().send(Method::POST, "/oauth2/register", &headers, bytes).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let told = answer.json();
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name} is echoed");
        }
        assert!(told["client_secret"].is_null(), "it has none");
        Self { told, key }
    }

    fn id(&self) -> &str {
        self.told["client_id"].as_str().unwrap()
    }

    async fn post(&self, app: &TestApp, fields: &[(&str, &str)]) -> Answer {
        let now = app.app.now().timestamp();
        let claims = json!({
            "iss": self.id(), "sub": self.id(), "aud": app.issuer(), "exp": now + 60, "iat": now,
            "jti": app.app.uuid().to_string(),
        });
        let assertion = self.key.sign("JWT", &claims).unwrap();
        let own = [("client_assertion_type", TYPE), ("client_assertion", &*assertion)];
        app.browser().form("/oauth2/token", &[&own[..], fields].concat(), &[]).await
    }

    /// Through consent to a code.
    async fn code(&self, browser: &mut Browser, query: &str) -> String {
        let location = browser.authorize(&format!("client_id={}&{query}", self.id())).await.location();
        let resume = if location.contains("/consent") {
            browser.get(&location).await;
            text(&browser.call(&location, &json!({ "decision": "allow" })).await, "location")
        } else {
            location
        };
        let answer = if resume.starts_with('/') { browser.get(&resume).await.location() } else { resume };
        let url = url::Url::parse(&answer).unwrap();
        url.query_pairs().find(|(name, _)| name == "code").unwrap_or_else(|| panic!("{url}")).1.into_owned()
    }
}

const QUERY: &str = "response_type=code&scope=openid+offline_access&redirect_uri=https%3A%2F%2Frp.example%2Fcb&state=s";

/// oidcc-server (dynamic), oidcc-registration-jwks-uri, oidcc-refresh-token-rp-key-rotation.
#[tokio::test]
async fn a_dynamic_client_signs_at_the_token_endpoint_and_rotates_its_keys() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[OPEN]).await;
    let (mut browser, _) = signed_in(&app).await;
    let mut client = Dynamic::register(&app, &site, key(SigningAlgorithm::RS256)).await;
    let code = client.code(&mut browser, QUERY).await;
    let redeem = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", "https://rp.example/cb")];
    let answer = client.post(&app, &redeem).await;
    tokens(&answer);
    let refresh_token = text(&answer, "refresh_token");
    let unsigned = [("grant_type", "refresh_token"), ("refresh_token", &*refresh_token), ("client_id", client.id())];
    assert_eq!(app.browser().form("/oauth2/token", &unsigned, &[]).await.code(), "invalid_client");
    let new = key(SigningAlgorithm::RS256);
    site.publish("/jwks", "application/json", jwks(&[&new]).to_string());
    client.key = new;
    app.advance(60);
    let answer = client.post(&app, &[("grant_type", "refresh_token"), ("refresh_token", &refresh_token)]).await;
    tokens(&answer);
}

/// oidcc-request-uri-signed-rs256, with a fragment on what was registered.
#[tokio::test]
async fn a_dynamic_client_refers_to_its_signed_request() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[OPEN]).await;
    let (mut browser, _) = signed_in(&app).await;
    let client = Dynamic::register(&app, &site, key(SigningAlgorithm::RS256)).await;
    let claims = json!({
        "iss": client.id(), "aud": app.issuer(), "client_id": client.id(), "response_type": "code", "scope": "openid",
        "redirect_uri": "https://rp.example/cb", "state": "inside", "nonce": "n",
        "claims": { "id_token": { "auth_time": { "essential": true } } },
    });
    site.publish("/request", "application/jwt", client.key.sign("oauth-authz-req+jwt", &claims).unwrap());
    let uri: String = url::form_urlencoded::byte_serialize(site.url("/request#mark").as_bytes()).collect();
    let code = client.code(&mut browser, &format!("response_type=code&scope=openid&request_uri={uri}")).await;
    let redeem = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", "https://rp.example/cb")];
    let (_, id_token) = tokens(&client.post(&app, &redeem).await);
    assert_eq!(id_token["nonce"], "n");
}

//! Signatures whose header or key wants more than to be checked (RFC 8725 3.4, 3.5, 3.7, 3.10), on every path that reads one.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use claviger::{
    crypto::mac::base64url,
    keys::{GeneratedKey, Signer},
    protocol::signing_algorithm::SigningAlgorithm,
};
use poem::http::StatusCode;
use serde_json::{Value, json};

use super::assertions::{jwks, present, token_claims};
use crate::harness::{Registered, TestApp, client::S256, site::Site};

/// A key of a client's, and what it signs under whatever header.
pub(super) struct Pair {
    pub signer: Signer,
    pair: EcdsaKeyPair,
}

impl Pair {
    pub fn new() -> Self {
        let generated = GeneratedKey::generate(SigningAlgorithm::ES256).unwrap();
        let signer = Signer::parse(SigningAlgorithm::ES256, &generated.pkcs8).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &generated.pkcs8).unwrap();
        Self { signer, pair }
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_bytes(header, claims.to_string().as_bytes())
    }

    fn sign_bytes(&self, header: &Value, payload: &[u8]) -> String {
        let input = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(payload));
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        format!("{input}.{}", base64url(signature.as_ref()))
    }
}

async fn client(app: &TestApp, name: &str, jwks: Value) -> Registered {
    let more = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("private_key_jwt".into());
        metadata.request_object_signing_alg = Some("ES256".into());
        metadata.jwks = Some(jwks);
    };
    app.client(name, more, |client| client.require_consent = false).await
}

fn request(app: &TestApp, client: &Registered) -> Value {
    json!({
        "iss": client.client_id, "aud": app.issuer(), "client_id": client.client_id, "response_type": "code",
        "redirect_uri": client.redirect_uri, "scope": "openid", "code_challenge": S256.1, "code_challenge_method": "S256",
    })
}

/// How an authorization request ends that says everything in a request object.
async fn authorize(app: &TestApp, client: &Registered, object: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &client.client_id)
        .append_pair("redirect_uri", &client.redirect_uri)
        .append_pair("request", object)
        .finish();
    app.browser().authorize(&query).await.location()
}

/// The key is the registered one, and only that: whatever a header points to is neither fetched nor believed.
#[tokio::test]
async fn a_header_brings_no_key() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[]).await;
    let (own, foreign) = (Pair::new(), Pair::new());
    let client = client(&app, "a", jwks(&[&own.signer])).await;
    site.publish("/keys", "application/json", jwks(&[&foreign.signer]).to_string());
    let (uri, jwk) = (site.url("/keys"), foreign.signer.jwk());
    let good = json!({ "alg": "ES256", "kid": own.signer.jwk().kid });
    let mut headers = vec![
        json!({ "alg": "ES256", "jku": uri }),
        json!({ "alg": "ES256", "x5u": uri }),
        json!({ "alg": "ES256", "jwk": jwk }),
        json!({ "alg": "ES256", "jwk": jwk, "kid": jwk.kid, "jku": uri }),
    ];
    let kids = ["../../etc/passwd", "' OR '1'='1", "a\u{0}b", &uri, ""];
    headers.extend(kids.map(|kid| json!({ "alg": "ES256", "kid": kid })));
    headers.push(json!({ "alg": "ES256", "kid": "k".repeat(10_000) }));
    for header in &headers {
        let assertion = foreign.sign(header, &token_claims(&app, &client, &json!({})));
        let answer = present(&app, &assertion).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "invalid_client".into()), "{header}");
        let location = authorize(&app, &client, &foreign.sign(header, &request(&app, &client))).await;
        assert!(location.contains("error=invalid_request_object"), "{header}: {location}");
    }
    assert_eq!(present(&app, &own.sign(&good, &token_claims(&app, &client, &json!({})))).await.status, StatusCode::OK);
    let location = authorize(&app, &client, &own.sign(&good, &request(&app, &client))).await;
    assert!(location.starts_with("/sign-in?"), "{location}");
    assert!(site.asked("").is_empty(), "somebody was called");
}

/// Points beside the curve and curves that nobody here verifies: such a key signs nothing in, and harms nobody else's.
#[tokio::test]
async fn a_key_that_is_none_verifies_nothing() {
    let app = TestApp::new().await;
    let own = Pair::new();
    let mut bent = serde_json::to_value(own.signer.jwk()).unwrap();
    let swapped = json!({ "kty": "EC", "crv": "P-256", "x": bent["y"], "y": bent["x"] });
    bent["y"] = json!(base64url(&[7; 32]));
    let zero = json!({ "kty": "EC", "crv": "P-256", "x": base64url(&[0; 32]), "y": base64url(&[0; 32]) });
    let short = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "" });
    let high = json!({ "kty": "EC", "crv": "P-521", "x": base64url(&[1; 66]), "y": base64url(&[1; 66]) });
    let k1 = json!({ "kty": "EC", "crv": "secp256k1", "x": base64url(&[1; 32]), "y": base64url(&[1; 32]) });
    for (name, key) in ["a", "b", "c", "d", "e", "f"].into_iter().zip([&bent, &swapped, &zero, &short, &high, &k1]) {
        let client = client(&app, name, json!({ "keys": [key] })).await;
        for alg in ["ES256", "ES512", "ES256K", "EdDSA"] {
            let assertion = own.sign(&json!({ "alg": alg }), &token_claims(&app, &client, &json!({})));
            let answer = present(&app, &assertion).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::UNAUTHORIZED, "invalid_client".into()),
                "{alg} {key}"
            );
        }
        let location = authorize(&app, &client, &own.sign(&json!({ "alg": "ES256" }), &request(&app, &client))).await;
        assert!(location.contains("error=invalid_request_object"), "{key}: {location}");
    }
    let good = serde_json::to_value(own.signer.jwk()).unwrap();
    let client = client(&app, "good", json!({ "keys": [bent, high, good] })).await;
    let assertion = own.sign(&json!({ "alg": "ES256" }), &token_claims(&app, &client, &json!({})));
    assert_eq!(present(&app, &assertion).await.status, StatusCode::OK);
}

/// What is signed well and is no text.
#[tokio::test]
async fn claims_are_utf_8() {
    let app = TestApp::new().await;
    let own = Pair::new();
    let client = client(&app, "a", jwks(&[&own.signer])).await;
    let claims = token_claims(&app, &client, &json!({ "more": "\u{1}" })).to_string();
    let mut bytes = claims.replace("\\u0001", "~").into_bytes();
    let assertion = own.sign_bytes(&json!({ "alg": "ES256" }), &bytes);
    assert_eq!(present(&app, &assertion).await.status, StatusCode::OK, "the same in text");
    let claims = token_claims(&app, &client, &json!({ "more": "~" })).to_string();
    bytes.clear();
    bytes.extend(claims.bytes().map(|byte| if byte == b'~' { 0xff } else { byte }));
    let assertion = own.sign_bytes(&json!({ "alg": "ES256" }), &bytes);
    assert_eq!(present(&app, &assertion).await.code(), "invalid_client");
}

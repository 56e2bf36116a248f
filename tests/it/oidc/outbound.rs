//! What the server fetches for clients, and where it never goes.

use claviger::{keys::Signer, protocol::signing_algorithm::SigningAlgorithm};
use poem::http::StatusCode;
use serde_json::json;

use super::{
    assertions::{self, jwks, key, token_claims},
    strange_keys::Pair,
};
use crate::harness::{Answer, Registered, TestApp, site::Site};

async fn by_reference(app: &TestApp, uri: &str) -> Registered {
    let metadata = |metadata: &mut claviger::protocol::client_metadata::ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("private_key_jwt".into());
        metadata.jwks_uri = Some(uri.to_owned());
    };
    app.client("a", metadata, |_| ()).await
}

async fn present(app: &TestApp, client: &Registered, key: &Signer) -> Answer {
    let assertion = key.sign("JWT", &token_claims(app, client, &json!({}))).unwrap();
    assertions::present(app, &assertion).await
}

/// Fetched once, and again for a `kid` that nobody has seen, though not more often than every ten seconds.
#[tokio::test]
async fn keys_are_fetched_when_they_are_needed() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[]).await;
    let (old, new) = (key(SigningAlgorithm::ES256), key(SigningAlgorithm::ES256));
    site.publish("/jwks", "application/json", jwks(&[&old]).to_string());
    let client = by_reference(&app, &site.url("/jwks")).await;
    for _ in 0..3 {
        assert_eq!(present(&app, &client, &old).await.status, StatusCode::OK);
    }
    assert_eq!(site.asked("/jwks").len(), 1);
    site.publish("/jwks", "application/json", jwks(&[&new]).to_string());
    for _ in 0..3 {
        assert_eq!(present(&app, &client, &new).await.status, StatusCode::UNAUTHORIZED, "asked a moment ago");
    }
    assert_eq!(site.asked("/jwks").len(), 1);
    app.advance(11);
    assert_eq!(present(&app, &client, &new).await.status, StatusCode::OK);
    assert_eq!(present(&app, &client, &old).await.status, StatusCode::UNAUTHORIZED, "taken away");
}

/// Keys without a `kid`, and the first try at a server that was not there yet: neither locks a client out for long.
#[tokio::test]
async fn keys_without_a_name_are_fetched_again_when_they_verify_nothing() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[]).await;
    let (old, new) = (Pair::new(), Pair::new());
    let nameless = |key: &Pair| {
        let mut set = jwks(&[&key.signer]);
        set["keys"][0].as_object_mut().unwrap().remove("kid");
        set.to_string()
    };
    let client = by_reference(&app, &site.url("/jwks")).await;
    let present = async |key: &Pair| {
        let assertion = key.sign(&json!({ "alg": "ES256" }), &token_claims(&app, &client, &json!({})));
        assertions::present(&app, &assertion).await.status
    };
    assert_eq!(present(&old).await, StatusCode::UNAUTHORIZED, "nothing there yet");
    site.publish("/jwks", "application/json", nameless(&old));
    app.advance(11);
    assert_eq!(present(&old).await, StatusCode::OK);
    site.publish("/jwks", "application/json", nameless(&new));
    app.advance(11);
    assert_eq!(present(&new).await, StatusCode::OK);
}

/// A hiccup of the client's server locks nobody out who was known before.
#[tokio::test]
async fn keys_that_cannot_be_fetched_leave_those_that_were_there() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[]).await;
    let (known, unknown) = (key(SigningAlgorithm::ES256), key(SigningAlgorithm::ES256));
    site.publish("/jwks", "application/json", jwks(&[&known]).to_string());
    let client = by_reference(&app, &site.url("/jwks")).await;
    assert_eq!(present(&app, &client, &known).await.status, StatusCode::OK);
    for (status, body) in [(500, "{}"), (302, "{}"), (200, "nothing"), (200, r#"{"keys":[{"kty":"oct","k":"x"}]}"#)] {
        site.answer("/jwks", status, "application/json", body);
        app.advance(11);
        assert_eq!(present(&app, &client, &unknown).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(present(&app, &client, &known).await.status, StatusCode::OK, "{status} {body}");
    }
    site.answer("/jwks", 200, "application/json", vec![b' '; 300 * 1024]);
    app.advance(11);
    assert_eq!(present(&app, &client, &known).await.status, StatusCode::OK, "too long");
}

/// Neither by name nor by number to our own neighbours, whatever the certificate says.
#[tokio::test]
async fn neighbours_are_not_called() {
    let site = Site::new().await;
    let app = TestApp::with(&[]).await;
    let key = key(SigningAlgorithm::ES256);
    site.publish("/jwks", "application/json", jwks(&[&key]).to_string());
    let port = site.origin.rsplit(':').next().unwrap().to_owned();
    for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"] {
        let client = by_reference(&app, &format!("https://{host}:{port}/jwks")).await;
        assert_eq!(present(&app, &client, &key).await.status, StatusCode::UNAUTHORIZED, "{host}");
        let (id, now) = (client.client.id, app.app.now());
        let change = app.app.uuid();
        app.app.store.write(async |tx| claviger::store::client::delete(tx, change, id, now).await).await.unwrap();
        app.app.refresh().await.unwrap();
    }
    assert!(site.asked("").is_empty());
}

/// A host that takes calls and never answers: whoever else is to be asked is asked meanwhile.
#[tokio::test]
async fn a_host_that_hangs_holds_up_nobody_else() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[]).await;
    site.publish("/page", "text/plain", "here");
    let tarpit = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hanging = format!("https://127.0.0.1:{}/", tarpit.local_addr().unwrap().port());
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let (outbound, url) = (app.app.outbound.clone(), hanging.clone());
            tokio::spawn(async move { outbound.get(&url, "*/*", 10).await })
        })
        .collect();
    let _taken = tarpit.accept().await.unwrap();
    assert_eq!(app.app.outbound.get(&site.url("/page"), "*/*", 10).await, Ok(b"here".to_vec()));
    assert!(calls.iter().all(|call| !call.is_finished()), "nobody had to give up first");
    calls.iter().for_each(tokio::task::JoinHandle::abort);
}

/// Allowed to be called, but not trusted: the certificate decides.
#[tokio::test]
async fn a_certificate_of_nobody_is_not_believed() {
    let site = Site::new().await;
    let app = TestApp::with(&[("CLAVIGER_OIDC__OUTBOUND_ALLOW", "127.0.0.0/8")]).await;
    let key = key(SigningAlgorithm::ES256);
    site.publish("/jwks", "application/json", jwks(&[&key]).to_string());
    let client = by_reference(&app, &site.url("/jwks")).await;
    assert_eq!(present(&app, &client, &key).await.status, StatusCode::UNAUTHORIZED);
    assert!(site.asked("/jwks").is_empty());
}

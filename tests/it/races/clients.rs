//! Assertions and registrations of clients.

use claviger::{
    crypto::token,
    protocol::{client_metadata::ClientMetadata, signing_algorithm::SigningAlgorithm},
    store::registration_token,
};
use poem::http::StatusCode;
use serde_json::json;

use super::{PARALLEL, winners};
use crate::harness::TestApp;

/// `jti` over two instances: whoever is second was replayed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_assertion_is_taken_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let key = crate::oidc::assertions::key(SigningAlgorithm::ES256);
    let keys = crate::oidc::assertions::jwks(&[&key]);
    let metadata = |metadata: &mut ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("private_key_jwt".into());
        metadata.jwks = Some(keys);
    };
    let client = a.client("a", metadata, |_| ()).await;
    b.app.refresh().await.unwrap();
    let exp = a.app.now().timestamp() + 60;
    let (id, aud) = (&client.client_id, a.issuer());
    let assertion = key.sign("JWT", &json!({ "iss": id, "sub": id, "aud": aud, "exp": exp, "jti": "once" })).unwrap();
    let attempts = (0..PARALLEL).map(|i| {
        let (browser, assertion) = (if i % 2 == 0 { a.browser() } else { b.browser() }, assertion.clone());
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        async move {
            let fields = [("client_assertion_type", kind), ("client_assertion", &*assertion), ("token", "x")];
            browser.form("/oauth2/revoke", &fields, &[]).await
        }
    });
    assert_eq!(winners(attempts.collect()).await.0, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_registration_token_makes_one_client() {
    let settings = [("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "token")];
    let a = TestApp::with(&settings).await;
    let made = token::generate(&*a.app.rng, token::TokenKind::RegistrationToken);
    let (id, now) = (a.app.uuid(), a.app.now());
    let write = a.app.store.write(async |tx| {
        registration_token::insert(tx, id, made.hash, (now, now + chrono::Duration::hours(1)));
        Ok::<_, claviger::store::Error>(())
    });
    write.await.unwrap();
    let attempts = (0..PARALLEL).map(|_| {
        let (mut browser, bearer) = (a.browser(), format!("Bearer {}", made.token.expose()));
        async move {
            let headers = [("content-type", "application/json"), ("authorization", &*bearer)];
            let body = json!({ "redirect_uris": ["https://rp.example/cb"] }).to_string().into_bytes();
            browser.send(poem::http::Method::POST, "/oauth2/register", &headers, body).await
        }
    });
    let (_, answers) = winners(attempts.collect()).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::UNAUTHORIZED).count(), PARALLEL - 1);
}

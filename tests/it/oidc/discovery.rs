//! Discovery and the JWK Set.

use poem::http::{Method, StatusCode};

use crate::harness::TestApp;

#[tokio::test]
async fn metadata_advertises_what_is_on() {
    let app = TestApp::new().await;
    let answer = app.browser().open("/.well-known/openid-configuration").await;
    assert_eq!(answer.header("content-type").unwrap(), "application/json");
    assert_eq!(answer.header("access-control-allow-origin").unwrap(), "*");
    let document = answer.json();
    assert_eq!(document["issuer"], app.issuer());
    for endpoint in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "introspection_endpoint",
        "revocation_endpoint",
        "end_session_endpoint",
    ] {
        assert!(document[endpoint].as_str().unwrap().starts_with(app.issuer()), "{endpoint}");
    }
    let has = |member: &str, value: &str| document[member].as_array().unwrap().iter().any(|v| v == value);
    assert!(has("id_token_signing_alg_values_supported", "RS256"));
    assert!(has("response_types_supported", "code"));
    assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    for member in ["request_parameter_supported", "request_uri_parameter_supported", "require_request_uri_registration"]
    {
        assert_eq!(document[member], true, "{member}");
    }
    assert!(!has("request_object_signing_alg_values_supported", "none"));
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert!(document.get("registration_endpoint").is_none());
    for member in ["backchannel_logout_supported", "backchannel_logout_session_supported", "claims_parameter_supported"]
    {
        assert_eq!(document[member], true, "{member}");
    }
    for member in ["frontchannel_logout_supported", "check_session_iframe", "pushed_authorization_request_endpoint"] {
        assert!(document.get(member).is_none(), "{member} is not built");
    }
    let other = app.browser().open("/.well-known/oauth-authorization-server").await;
    assert_eq!(other.json(), document);
}

#[tokio::test]
async fn keys_have_ids_and_nothing_private() {
    let app = TestApp::new().await;
    let keys = app.browser().open("/oauth2/jwks").await.json();
    let keys = keys["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 4);
    let kids: std::collections::BTreeSet<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), 4);
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        assert_eq!(key["use"], "sig");
    }
}

#[tokio::test]
async fn unchanged_documents_are_not_sent_again() {
    let app = TestApp::new().await;
    for path in ["/.well-known/openid-configuration", "/oauth2/jwks"] {
        let etag = app.browser().open(path).await.header("etag").unwrap();
        let again = app.browser().send(Method::GET, path, &[("if-none-match", &etag)], vec![]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
}

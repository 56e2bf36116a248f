//! Clients: created once with their secret, listed without it.

use serde_json::{Value, json};

use crate::harness::place::Place;

#[tokio::test]
async fn clients_are_created_and_listed_without_their_secrets() {
    let place = Place::new().await;
    let uri = ["client", "create", "--name", "A", "--redirect-uri", "https://a.example/cb"];
    let made = place.json(&uri);
    assert!(made["client_secret"].as_str().unwrap().starts_with("clv_cs_"));
    let public = place.json(&[&uri[..], &["--public", "--no-consent"]].concat());
    assert_eq!(public.get("client_secret"), None);
    let metadata = place.data().join("client.json");
    let content = json!({
        "client_name": "B", "redirect_uris": ["https://b.example/cb"], "scope": "openid email",
        "id_token_signed_response_alg": "ES256", "subject_type": "pairwise",
    });
    std::fs::write(&metadata, content.to_string()).unwrap();
    place.json(&["client", "create", "--no-pkce", "--metadata", metadata.to_str().unwrap()]);
    let clients = place.json(&["client", "list"]);
    assert!(!clients.to_string().contains("secret\":"), "{clients}");
    let clients = clients.as_array().unwrap();
    assert_eq!(clients.len(), 3);
    let find = |id: &Value| clients.iter().find(|client| client["client_id"] == *id).unwrap();
    assert_eq!(find(&made["client_id"])["require_pkce"], true);
    assert_eq!(find(&public["client_id"])["token_endpoint_auth_method"], "none");
    assert_eq!(find(&public["client_id"])["require_consent"], false);
    let b = clients.iter().find(|client| client["client_name"] == "B").unwrap();
    assert_eq!((&b["scope"], &b["require_pkce"]), (&json!("email openid"), &json!(false)));
    for uri in ["http://a.example/cb", "javascript:alert(1)", "https://a.example/#x"] {
        let (exit, code, _) = place.failure(&["client", "create", "--name", "C", "--redirect-uri", uri]);
        assert_eq!((exit, code.as_str()), (2, "invalid_redirect_uri"), "{uri}");
    }
    assert_eq!(place.run(&["client", "create", "--nonsense"]).status.code(), Some(2));
}

#[tokio::test]
async fn a_client_is_shown() {
    let place = Place::new().await;
    let made = place.json(&["client", "create", "--name", "A", "--redirect-uri", "https://a.example/cb"]);
    let shown = place.json(&["client", "show", made["client_id"].as_str().unwrap()]);
    assert_eq!(shown["client_name"], "A");
    assert!(shown.get("client_secret").is_none());
    assert_eq!(place.failure(&["client", "show", "nobody"]).1, "not_found");
}

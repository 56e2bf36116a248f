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

#[tokio::test]
async fn a_resource_is_made_listed_and_removed() {
    let place = Place::new().await;
    let client = place.json(&["client", "create", "--name", "api", "--redirect-uri", "https://a.example/cb"]);
    let id = client["client_id"].as_str().unwrap();
    let made =
        place.json(&["resource", "create", "https://api.example/", "--scope", "read write", "--jwt", "--client", id]);
    assert_eq!((&made["scope"], &made["access_token_format"]), (&"read write".into(), &"jwt".into()));
    assert_eq!(place.json(&["resource", "list"])[0]["identifier"], "https://api.example/");
    let reader =
        ["client", "create", "--name", "b", "--redirect-uri", "https://b.example/cb", "--scope", "openid read"];
    let reader = place.json(&reader)["client_id"].as_str().unwrap().to_owned();
    assert_eq!(place.json(&["client", "show", &reader])["scope"], "openid read");
    for (arguments, code) in [
        (&["resource", "create", "nothing"][..], "invalid_request"),
        (&["resource", "create", "https://api.example/"], "invalid_request"),
        (&["resource", "create", "https://x.example/", "--scope", "openid"], "invalid_request"),
        (&["resource", "create", "https://x.example/", "--client", "nobody"], "not_found"),
        (&["resource", "delete", "https://x.example/"], "not_found"),
        (
            &["client", "create", "--name", "c", "--redirect-uri", "https://c.example/cb", "--scope", "delete"],
            "invalid_client_metadata",
        ),
    ] {
        let (exit, told, _) = place.failure(arguments);
        assert_eq!((exit, told.as_str()), (2, code), "{arguments:?}");
    }
    place.json(&["resource", "delete", "https://api.example/"]);
    assert_eq!(place.json(&["resource", "list"]).as_array().unwrap().len(), 0);
    let written = place.json(&["audit"]).to_string();
    assert!(written.contains("resource.created") && written.contains("resource.deleted"), "{written}");
}

#[tokio::test]
async fn a_registration_token_is_shown_once_with_its_end() {
    let place = Place::new().await;
    let made = place.json(&["registration-token", "create", "--lifetime", "2h"]);
    assert!(made["token"].as_str().unwrap().starts_with("clv_rg_") && made["expires_at"].is_string());
    assert_eq!(place.failure(&["registration-token", "create", "--lifetime", "soon"]).0, 2);
}

/// What a server could not trust it says before it serves.
#[tokio::test]
async fn an_authority_that_cannot_be_read_is_refused() {
    let mut place = Place::new().await;
    for (file, content) in [
        ("missing.pem", None),
        ("empty.pem", Some("")),
        ("wrong.pem", Some("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")),
    ] {
        let path = place.data().join(file);
        if let Some(content) = content {
            std::fs::write(&path, content).unwrap();
        }
        place.set("CLAVIGER_OIDC__OUTBOUND_EXTRA_CA", path.to_str().unwrap());
        let (exit, _, detail) = place.failure(&["serve"]);
        assert_eq!(exit, 78, "{file}: {detail}");
        assert!(detail.contains("outbound_extra_ca"), "{detail}");
    }
}

/// A file says all that the API takes; what is named beside it comes first.
#[tokio::test]
async fn a_file_says_who_an_app_is_for() {
    let place = Place::new().await;
    place.json(&["group", "create", "staff"]);
    place.json(&["group", "create", "others"]);
    let path = place.data().join("client.json");
    let file = json!({
        "client_name": "Wiki", "redirect_uris": ["https://wiki.example/cb"], "groups": ["staff"], "group_restricted": true,
        "require_pkce": false, "release_unverified_email": true, "claims": [{ "name": "kind", "value": 1 }],
    });
    std::fs::write(&path, file.to_string()).unwrap();
    let file = path.to_str().unwrap();
    let made = place.json(&["client", "create", "--metadata", file]);
    let client_id = made["client_id"].as_str().unwrap();
    let shown = place.json(&["client", "show", client_id]);
    for (name, value) in [
        ("groups", json!(["staff"])),
        ("group_restricted", json!(true)),
        ("require_pkce", json!(false)),
        ("release_unverified_email", json!(true)),
        ("claims", json!([{ "name": "kind", "value": 1 }])),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    let plain = place.json(&["client", "create", "--name", "a", "--redirect-uri", "https://a.example/cb"]);
    let plain = plain["client_id"].as_str().unwrap().to_owned();
    assert_eq!(place.json(&["client", "show", &plain])["group_restricted"], false);
    place.json(&["client", "update", &plain, "--metadata", file, "--group", "others"]);
    let updated = place.json(&["client", "show", &plain]);
    assert_eq!((&updated["groups"], &updated["group_restricted"]), (&json!(["others"]), &json!(true)));
    assert_eq!((&updated["require_pkce"], &updated["claims"]), (&json!(false), &shown["claims"]));
    let switched = |name: &str| place.json(&["client", "show", &plain])[name].clone();
    for (name, value) in
        [("require_pkce", "true"), ("require_pkce", "false"), ("require_consent", "false"), ("require_consent", "true")]
    {
        place.json(&["client", "update", &plain, &format!("--{}", name.replace('_', "-")), value]);
        assert_eq!(switched(name).to_string(), value, "{name}");
    }
    assert_eq!(place.failure(&["client", "update", &plain, "--no-pkce", "--require-pkce", "true"]).0, 2);
    place.json(&["client", "update", &plain, "--name", "b"]);
    let renamed = place.json(&["client", "show", &plain]);
    assert_eq!((&renamed["groups"], &renamed["claims"]), (&updated["groups"], &updated["claims"]));
}

//! People: invited, listed, helped back in.

use poem::http::StatusCode;
use serde_json::json;

use crate::harness::{
    Browser, SoftPasskey,
    place::{Place, text},
    remote::Remote,
};

#[tokio::test]
async fn people_are_invited_listed_and_helped_back_in() {
    let place = Place::new().await;
    let claims = place.data().join("claims.json");
    std::fs::write(&claims, r#"{"name": "Alice Martin", "given_name": "Alice"}"#).unwrap();
    let arguments = ["user", "invite", "Alice", "--role", "administrator", "--email", "a@b.example"];
    let arguments = [&arguments[..], &["--email-verified", "--claims", claims.to_str().unwrap()]].concat();
    let link = place.json(&arguments);
    assert_eq!(link["username"], "alice");
    assert!(link["url"].as_str().unwrap().starts_with("http://localhost:8080/enroll/clv_en_"));
    assert!(link["expires_at"].is_string());
    let users = place.json(&["user", "list"]);
    let alice = &users.as_array().unwrap()[0];
    let expected = [("username", json!("alice")), ("display_name", json!("Alice Martin")), ("enabled", json!(true))];
    for (name, value) in expected {
        assert_eq!(alice[name], value, "{name}");
    }
    assert_eq!((&alice["roles"], &alice["email_verified"]), (&json!(["administrator"]), &json!(true)));
    let (exit, code, _) = place.failure(&["user", "invite", "ALICE"]);
    assert_eq!((exit, code.as_str()), (2, "username_taken"));
    let again = place.json(&["user", "recover", "alice"]);
    assert_ne!(again["url"], link["url"]);
    assert_eq!(place.failure(&["user", "recover", "nobody"]).0, 2);
    let bad = place.data().join("bad.json");
    std::fs::write(&bad, r#"{"shoe_size": 43}"#).unwrap();
    assert_eq!(place.failure(&["user", "invite", "bob", "--claims", bad.to_str().unwrap()]).0, 2);
}

/// Nobody is locked out by a mistake in `[webauthn]` or `[mail]`: the commands that let people in still work.
#[tokio::test]
async fn people_are_let_in_again_even_while_webauthn_is_misconfigured() {
    let mut place = Place::new().await;
    place.json(&["user", "invite", "alice"]);
    for (key, value) in [
        ("WEBAUTHN__RP_ID", "elsewhere.example"),
        ("WEBAUTHN__RPID", "localhost"),
        ("WEBAUTHN__ATTESTATION", "best"),
        ("WEBAUTHN__ATTESTED_ONLY", "true"),
        ("WEBAUTHN__CHALLENGE_LIFETIME", "5"),
        ("MAIL__FROM", "nobody"),
        ("MAIL__RECOVERY", "true"),
    ] {
        let name = format!("CLAVIGER_{key}");
        place.set(&name, value);
        let output = place.run(&["user", "recover", "alice", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains(&key.to_lowercase().replace("__", ".")), "{}", text(&output.stderr));
        place.environment.retain(|(known, _)| *known != name);
    }
    // Files that are not there belong to the server alone.
    place.set("CLAVIGER_WEBAUTHN__ATTESTATION_CA", "/nowhere/ca.pem");
    place.set("CLAVIGER_WEBAUTHN__METADATA", "/nowhere/blob.jwt");
    place.set("CLAVIGER_OIDC__OUTBOUND_EXTRA_CA", "/nowhere/ca.pem");
    place.set("CLAVIGER_LOGGING__FILE", "/nowhere/claviger.log");
    assert!(place.run(&["user", "recover", "alice"]).status.success());
}

#[tokio::test]
async fn accounts_are_shown_and_switched() {
    let place = Place::new().await;
    place.json(&["user", "invite", "root", "--role", "administrator"]);
    place.json(&["user", "invite", "alice"]);
    assert_eq!(place.json(&["user", "show", "alice"])["enabled"], true);
    assert_eq!(place.json(&["user", "disable", "alice"])["enabled"], false);
    assert_eq!(place.json(&["user", "disable", "alice"])["enabled"], false, "twice is as good as once");
    assert_eq!(place.json(&["user", "enable", "alice"])["enabled"], true);
    let audit = place.json(&["audit"]);
    let events: Vec<_> = audit.as_array().unwrap().iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events.iter().filter(|event| **event == "user.disabled").count(), 1);
    assert_eq!(events.iter().filter(|event| **event == "user.enabled").count(), 1);
    for command in ["show", "disable", "enable"] {
        assert_eq!(place.failure(&["user", command, "nobody"]).1, "not_found", "{command}");
    }
    let (exit, code, _) = place.failure(&["user", "disable", "root"]);
    assert_eq!((exit, code.as_str()), (2, "last_administrator"));
    place.json(&["user", "invite", "second", "--role", "administrator"]);
    place.json(&["user", "disable", "root"]);
    assert_eq!(place.failure(&["user", "disable", "second"]).1, "last_administrator");
}

#[tokio::test]
async fn the_audit_log_can_be_read_and_narrowed() {
    let place = Place::new().await;
    place.json(&["user", "invite", "alice"]);
    let all = place.json(&["audit"]).as_array().unwrap().len();
    let invited = place.json(&["audit", "--event", "user.created"]);
    assert_eq!(invited.as_array().unwrap().len(), 1);
    assert_eq!(invited[0]["outcome"], "success");
    assert_eq!(place.json(&["audit", "--since", "1h"]).as_array().unwrap().len(), all);
    assert_eq!(place.json(&["audit", "--limit", "2"]).as_array().unwrap().len(), 2);
    assert_eq!(place.json(&["audit", "--request", "AAAA-AAAA"]), serde_json::json!([]));
    assert_eq!(place.json(&["audit", "--since", "300000years"]).as_array().unwrap().len(), all);
    assert_eq!(place.failure(&["audit", "--limit", "18446744073709551615"]).0, 2);
    assert!(crate::harness::place::text(&place.run(&["audit"]).stdout).contains("user.created success"));
}

/// Claims from a file follow the same rules as those that people type.
#[tokio::test]
async fn claims_of_an_invitation_are_looked_at() {
    let place = Place::new().await;
    let file = place.data().join("claims.json");
    let path = file.to_str().unwrap();
    for (claims, name) in [
        (r#"{"birthdate": "yesterday"}"#, "birthdate"),
        (r#"{"website": "javascript:alert(1)"}"#, "website"),
        (r#"{"name": 5}"#, "name"),
        (r#"{"name": "a\u0000b"}"#, "name"),
        (r#"{"shoe_size": 43}"#, "shoe_size"),
    ] {
        std::fs::write(&file, claims).unwrap();
        let (exit, code, detail) = place.failure(&["user", "invite", "alice", "--claims", path]);
        assert!(exit == 2 && code == "invalid_request" && detail.contains(name), "{claims}: {detail}");
    }
    std::fs::write(&file, r#"{"name": " Alice ", "birthdate": "1999-05-04"}"#).unwrap();
    place.json(&["user", "invite", "alice", "--claims", path]);
    assert_eq!(place.json(&["user", "show", "alice"])["display_name"], "Alice");
}

/// Switched off beside a running server, somebody is out of their session and gets no other; switched on, their passkey works.
#[tokio::test]
async fn whoever_is_switched_off_beside_a_server_is_out_at_once() {
    let place = Place::new().await;
    let serving = place.serve();
    let invited = place.json(&["user", "invite", "alice"]);
    let link = invited["url"].as_str().unwrap().rsplit('/').next().unwrap();
    let (mut browser, mut passkey) = (Browser::remote(&Remote::new(&serving.address)), SoftPasskey::new());
    assert_eq!(browser.enroll(link, &mut passkey).await.status, StatusCode::OK);
    assert_eq!(browser.open("/account").await.status, StatusCode::OK);
    place.json(&["user", "disable", "alice"]);
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.sign_in(&mut passkey).await.code(), "verification_failed");
    place.json(&["user", "enable", "alice"]);
    assert_eq!(browser.open("/account").await.status, StatusCode::SEE_OTHER, "what ended stays ended");
    assert_eq!(browser.sign_in(&mut passkey).await.status, StatusCode::OK);
}

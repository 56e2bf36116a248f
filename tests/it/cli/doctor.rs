//! `claviger doctor` and the log file.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::harness::{
    database,
    place::{Place, text},
};

fn outcome(findings: &Value, check: &str) -> String {
    let found = findings.as_array().unwrap().iter().find(|finding| finding["check"] == check);
    found.unwrap_or_else(|| panic!("{check} is not in {findings}"))["outcome"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_doctor_looks_and_changes_nothing() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "http://localhost:1");
    let fresh = place.json(&["doctor"]);
    assert_eq!(outcome(&fresh, "database"), "warning");
    assert_eq!(outcome(&fresh, "issuer"), "warning", "nobody answers there");
    assert!(database::postgres().is_some() || !place.data().join("data").exists(), "nothing was made");
    place.json(&["migrate"]);
    place.json(&["user", "list"]);
    let lived_in = place.json(&["doctor"]);
    for check in ["database", "clock", "keys", "rp_id", "origins", "proxy", "limits"] {
        assert_eq!(outcome(&lived_in, check), "ok", "{check}: {lived_in}");
    }
    let key = place.json(&["key", "generate"])["encryption_key"].as_str().unwrap().to_owned();
    place.set("CLAVIGER_SECURITY__ENCRYPTION_KEYS", &key);
    let sick = place.run(&["doctor", "--json"]);
    assert_eq!(sick.status.code(), Some(78));
    assert_eq!(outcome(&serde_json::from_slice(&sick.stdout).unwrap(), "keys"), "problem");
}

/// What is allowed, and better known: old response types, and a door that is open to every app.
#[tokio::test]
async fn what_lets_more_in_is_told() {
    let mut place = Place::new().await;
    place.json(&["migrate"]);
    let usual = place.json(&["doctor"]);
    assert_eq!((outcome(&usual, "response types"), outcome(&usual, "registration")), ("ok".into(), "ok".into()));
    place.set("CLAVIGER_OIDC__LEGACY_RESPONSE_TYPES", "true");
    place.set("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open");
    let open = place.json(&["doctor"]);
    for check in ["response types", "registration"] {
        assert_eq!(outcome(&open, check), "warning", "{check}");
    }
}

#[tokio::test]
async fn the_doctor_asks_the_issuer_who_it_is() {
    let mut place = Place::new().await;
    let serving = place.serve();
    let port = serving.address.rsplit(':').next().unwrap();
    place.set("CLAVIGER_SERVER__PUBLIC_URL", &format!("http://localhost:{port}"));
    let output = place.run(&["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(78));
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(outcome(&findings, "issuer"), "problem", "it says http://localhost:8080: {findings}");
}

#[tokio::test]
async fn proxies_that_nobody_named_are_told() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.invalid");
    place.set("CLAVIGER_RATE_LIMIT__ENABLED", "false");
    let findings = place.json(&["doctor"]);
    assert_eq!((outcome(&findings, "proxy"), outcome(&findings, "limits")), ("warning".into(), "warning".into()));
    place.set("CLAVIGER_SERVER__TRUSTED_PROXIES", "10.0.0.0/8");
    assert_eq!(outcome(&place.json(&["doctor"]), "proxy"), "ok");
}

#[tokio::test]
async fn lines_go_to_a_file_too_in_the_shape_that_was_asked_for() {
    let mut place = Place::new().await;
    let file = place.data().join("claviger.log");
    place.set("CLAVIGER_LOGGING__FILE", &file.display().to_string());
    place.set("CLAVIGER_VERSION", "1");
    let output = place.run(&["user", "list"]);
    assert!(text(&output.stderr).contains("CLAVIGER_VERSION"));
    assert!(std::fs::read_to_string(&file).unwrap().contains("CLAVIGER_VERSION"));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    place.set("CLAVIGER_LOGGING__FORMAT", "json");
    place.json(&["user", "list"]);
    let lines = std::fs::read_to_string(&file).unwrap();
    let last: Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["level"], "WARN");
    place.set("CLAVIGER_LOGGING__FILE", "/nowhere/claviger.log");
    let (exit, _, detail) = place.failure(&["serve"]);
    assert_eq!(exit, 78);
    assert!(detail.contains("logging.file"), "{detail}");
}

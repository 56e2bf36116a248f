//! Keys at rest: made once, tried before anything is touched.

use std::os::unix::fs::PermissionsExt;

use claviger::store::{Store, migrate};

use crate::harness::{ENCRYPTION_KEY, database, place::Place};

#[tokio::test]
async fn a_wrong_or_missing_key_touches_nothing() {
    let mut place = Place::new().await;
    let key = place.json(&["key", "generate"])["encryption_key"].as_str().unwrap().to_owned();
    if database::postgres().is_some() {
        place.set("CLAVIGER_SECURITY__ENCRYPTION_KEYS", "");
        let (exit, _, detail) = place.failure(&["serve"]);
        assert_eq!(exit, 78);
        assert!(detail.contains("claviger key generate"), "{detail}");
        let store = Store::connect(&place.database_url()).await.unwrap();
        assert!(migrate::is_empty(&store).await.unwrap(), "the schema was touched");
        store.close().await;
        place.set("CLAVIGER_SECURITY__ENCRYPTION_KEYS", ENCRYPTION_KEY);
    }
    place.json(&["user", "invite", "alice"]);
    place.set("CLAVIGER_SECURITY__ENCRYPTION_KEYS", &key);
    let (exit, _, detail) = place.failure(&["user", "list"]);
    assert_eq!(exit, 78);
    assert!(detail.contains("does not match"), "{detail}");
}

#[tokio::test]
async fn the_key_file_is_for_its_owner_alone_and_never_made_anew() {
    if database::postgres().is_some() {
        return;
    }
    let place = Place::new().await;
    place.json(&["user", "invite", "alice"]);
    let mode = |file: &str| std::fs::metadata(place.data().join(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data/claviger.db"), 0o600);
    let file = place.data().join("data/claviger.key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(place.failure(&["user", "list"]).0, 78);
    std::fs::remove_file(&file).unwrap();
    let (exit, _, detail) = place.failure(&["user", "list"]);
    assert_eq!(exit, 78, "{detail}");
    assert!(!file.exists(), "a lost key is not replaced");
}

/// Rotating the key-encryption key by [old], [new, old], rewrap, [new], while a server runs on.
#[tokio::test]
async fn data_keys_are_wrapped_anew_while_a_server_runs() {
    let mut place = Place::new().await;
    let key = || place.json(&["key", "generate"])["encryption_key"].as_str().unwrap().to_owned();
    let (old, new) = (key(), key());
    let set = |place: &mut Place, keys: &str| place.set("CLAVIGER_SECURITY__ENCRYPTION_KEYS", keys);
    set(&mut place, &old);
    let serving = place.serve();
    set(&mut place, &format!("{new},{old}"));
    assert_eq!(place.json(&["key", "rewrap"])["data_keys"], 6);
    assert!(serving.get("/readyz").starts_with("HTTP/1.1 200"));
    set(&mut place, &new);
    place.json(&["user", "list"]);
    set(&mut place, &old);
    assert_eq!(place.failure(&["user", "list"]).0, 78, "the old key opens nothing any more");
}

/// The command line beside two running servers: they sign with the new key soon after, without being told.
#[tokio::test]
async fn running_servers_follow_the_command_line() {
    let place = Place::new().await;
    let servers = [place.serve(), place.serve()];
    let before = servers[0].get("/oauth2/jwks");
    let changes = place.json(&["key", "rotate", "--now", "--algorithm", "ES256"]);
    let kid = changes.as_array().unwrap().iter().find(|change| change["change"] == "created").unwrap()["kid"].clone();
    assert!(!before.contains(kid.as_str().unwrap()));
    for serving in &servers {
        serving.until("/oauth2/jwks", |answer| answer.contains(kid.as_str().unwrap()));
    }
    let listed = place.json(&["key", "list"]);
    let state = |kid: &serde_json::Value| {
        listed.as_array().unwrap().iter().find(|key| key["kid"] == *kid).unwrap()["state"].clone()
    };
    assert_eq!(state(&kid), "active");
    place.json(&["key", "revoke", kid.as_str().unwrap()]);
    for serving in &servers {
        serving.until("/oauth2/jwks", |answer| !answer.contains(kid.as_str().unwrap()));
    }
    for unknown in ["nobody", "-M-nobody"] {
        assert_eq!(place.failure(&["key", "revoke", unknown]).1, "not_found", "a kid may begin with a hyphen");
    }
}

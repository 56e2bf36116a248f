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

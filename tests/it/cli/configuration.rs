//! What is refused before anything starts, and in which words.

use claviger::store::{Store, setting};

use crate::harness::{
    database,
    place::{Place, text},
    start,
};

#[tokio::test]
async fn configuration_is_refused_in_words_with_exit_code_78() {
    let bad = [
        ("CLAVIGER_SERVER__PUBLIC_URL", "http://id.example.org", "https"),
        ("CLAVIGER_SERVER__PUBLIC_URL", "https://1.2.3.4", "host name"),
        ("CLAVIGER_SERVER__NONSENSE", "x", "nonsense"),
        ("CLAVIGER_WEBAUTHN__RP_ID", "example.org", "rp_id"),
        ("CLAVIGER_REGISTRATION__SIGN_UP", "tokens", "sign_up"),
        ("CLAVIGER_LOGGING__LEVEL", "loud", "level"),
        ("CLAVIGER_SERVER__LISTEN", "127.0.0.1", "server.listen"),
        ("CLAVIGER_DATABASE__URL", "mysql://a:sesame@b/c", "database.url"),
        ("CLAVIGER_WEBAUTHN__ORIGINS", "http://evil.example", "webauthn.origins"),
        ("CLAVIGER_SECURITY__ENCRYPTION_KEYS", "short", "encryption_keys"),
    ];
    for (name, value, word) in bad {
        let mut place = Place::new().await;
        place.set(name, value);
        let (exit, code, detail) = place.failure(&["serve"]);
        assert_eq!((exit, code.as_str()), (78, "configuration"), "{name}={value}");
        assert!(detail.contains(word), "{name}: {detail}");
        assert!(!detail.contains("sesame"), "{detail}");
    }
}

#[tokio::test]
async fn usage_errors_are_json_where_json_is_asked_for() {
    let place = Place::new().await;
    for arguments in [&["user", "invite"][..], &["user", "list", "--nope"], &["bogus"]] {
        let (exit, code, detail) = place.failure(arguments);
        assert_eq!((exit, code.as_str()), (2, "usage"), "{detail}");
    }
    let unnamed = ["client", "create", "--redirect-uri", "https://a.example/cb"];
    assert_eq!(place.failure(&unnamed).1, "invalid_client_metadata");
}

#[tokio::test]
async fn all_problems_are_told_together_each_with_its_source() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_SESSION__IDLE", "soon");
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org");
    place.set("CLAVIGER_WEBAUTHN__RP_ID", "org");
    std::fs::write(place.data().join("claviger.toml"), "[server]\nlistne = \"x\"\n").unwrap();
    for arguments in [&["serve"][..], &["config", "check"]] {
        let (exit, _, detail) = place.failure(arguments);
        assert_eq!(exit, 78);
        for line in [
            "session.idle (from CLAVIGER_SESSION__IDLE): ",
            "webauthn.rp_id (from CLAVIGER_WEBAUTHN__RP_ID): ",
            "server.listne (from claviger.toml): ",
        ] {
            assert!(detail.contains(line), "{detail}");
        }
    }
}

#[tokio::test]
async fn what_counts_can_be_looked_at_without_secrets() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_DATABASE__URL", "postgres://a:sesame@b/c");
    place.set("CLAVIGER_OIDC__CODE_LIFETIME", "30s");
    place.set("CLAVIGER_VERSION", "1");
    let printed = place.json(&["config", "print"]);
    assert_eq!(printed["oidc"]["code_lifetime"], "30s");
    assert_eq!(printed["database"]["url"], "[redacted]");
    assert_eq!(printed["rate_limit"]["enabled"], true);
    let checked = place.json(&["config", "check"]);
    assert!(checked["warnings"][0].as_str().unwrap().contains("CLAVIGER_VERSION"));
    assert!(!text(&place.run(&["config", "print"]).stdout).contains("sesame"));
    assert!(place.json(&["config", "reference"])["markdown"].as_str().unwrap().starts_with("# Configuration"));
}

/// /proc takes no files, from root neither.
#[tokio::test]
async fn a_data_directory_that_takes_no_files_is_told() {
    if database::postgres().is_some() {
        return;
    }
    let mut place = Place::new().await;
    place.set("CLAVIGER_SERVER__DATA_DIR", "/proc/self");
    let (exit, _, detail) = place.failure(&["serve"]);
    assert_eq!(exit, 78, "{detail}");
    assert!(detail.contains("/proc/self"), "{detail}");
}

/// Another binary migrated so far that this one can't follow.
#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let place = Place::new().await;
    place.json(&["migrate"]);
    let store = Store::connect(&place.database_url()).await.unwrap();
    store.write(async |tx| setting::put(tx, "readable_from", b"9999", start()).await).await.unwrap();
    store.close().await;
    for arguments in [&["serve"][..], &["migrate"], &["user", "list"]] {
        let (exit, _, detail) = place.failure(arguments);
        assert_eq!(exit, 78, "{detail}");
        assert!(detail.contains("newer version") && detail.contains("9999"), "{detail}");
    }
}

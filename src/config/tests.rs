use std::fs;

use super::*;

fn with(environment: &[(&str, &str)], toml: &str) -> Result<Config, Error> {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("claviger.toml");
    fs::write(&file, toml).unwrap();
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    load(&Sources { file: Some(file), environment }, |_| ())
}

#[test]
fn the_environment_outranks_the_file_and_the_file_the_defaults() {
    let toml =
        "[oidc]\ncode_lifetime = \"30s\"\n[session]\nidle = \"1h\"\n[server]\ntrusted_proxies = [\"10.0.0.0/8\"]";
    let config =
        with(&[("CLAVIGER_SESSION__IDLE", "2h"), ("CLAVIGER_SERVER__TRUSTED_PROXIES", "::1, 10.1.0.0/16")], toml);
    let config = config.unwrap();
    assert_eq!(config.raw.oidc.code_lifetime, Lifetime::seconds(30));
    assert_eq!(config.raw.session.idle, Lifetime::seconds(7200));
    assert_eq!(config.raw.session.absolute, Lifetime::seconds(30 * 86_400));
    assert_eq!(config.trusted_proxies.len(), 2);
}

#[test]
fn an_unknown_key_is_refused() {
    let error = with(&[], "[server]\nlistne = \"x\"").unwrap_err();
    assert!(error.to_string().contains("listne"), "{error}");
    assert!(with(&[("CLAVIGER_SERVER__LISTNE", "x")], "").is_err());
    assert!(with(&[("CLAVIGER_VERSION", "x")], "").is_ok(), "without __ it is not configuration");
}

#[test]
fn secrets_come_from_files_and_are_not_printed() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key");
    fs::write(&file, "sesame\n").unwrap();
    let config = with(&[("CLAVIGER_SECURITY__ENCRYPTION_KEYS_FILE", file.to_str().unwrap())], "").unwrap();
    assert_eq!(config.raw.security.encryption_keys, ["sesame"]);
    assert!(!format!("{config:?}").contains("sesame"));
    let config = with(&[("CLAVIGER_DATABASE__URL", "postgres://a:sesame@b/c")], "").unwrap();
    assert!(!format!("{config:?}").contains("sesame"));
    let one = with(&[], "[security]\nencryption_keys = \"sesame\"").unwrap();
    assert_eq!(one.raw.security.encryption_keys, ["sesame"]);
    for broken in ["[database]\nurl = sesame", "[security]\nencryption_keys = { a = \"sesame\" }"] {
        assert!(!with(&[], broken).unwrap_err().to_string().contains("sesame"), "{broken}");
    }
}

#[test]
fn issuers_are_https_or_localhost() {
    for good in ["https://id.example.org", "https://example.org/id/", "http://localhost:8080"] {
        assert!(Issuer::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "https://a.example/a b",
        "https://a.example/../x",
        "https://A.example",
        "https://1.2.3.4",
        "http://127.0.0.1:8080",
        "https://a.example?x",
        "id",
        "http://id.example.org",
    ] {
        assert!(Issuer::parse(bad).is_err(), "{bad}");
    }
    let issuer = Issuer::parse("https://example.org/id/").unwrap();
    assert_eq!((issuer.as_str(), issuer.path()), ("https://example.org/id", "/id"));
}

#[test]
fn rp_id_is_a_suffix_of_the_host_and_nobody_elses() {
    let with_rp =
        |rp| with(&[], &format!("[server]\npublic_url = \"https://id.example.co.uk\"\n[webauthn]\nrp_id = \"{rp}\""));
    assert!(with_rp("example.co.uk").is_ok());
    assert!(with_rp("id.example.co.uk").is_ok());
    let related = with(&[("CLAVIGER_WEBAUTHN__ORIGINS", "https://app.example.org")], "").unwrap();
    assert_eq!(related.relying_party.origins, ["http://localhost:8080", "https://app.example.org"]);
    for bad in ["co.uk", "uk", "other.co.uk", "d.example.co.uk"] {
        assert!(with_rp(bad).is_err(), "{bad}");
    }
}

#[test]
fn several_problems_are_told_together() {
    let toml =
        "[server]\npublic_url = \"https://id.example.org\"\ntrusted_proxies = [\"x\"]\n[webauthn]\nrp_id = \"org\"";
    assert_eq!(with(&[], toml).unwrap_err().problems.len(), 2);
}

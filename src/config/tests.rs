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
fn variables_without_two_underscores_get_a_warning() {
    let config = with(&[("CLAVIGER_VERSION", "x")], "").unwrap();
    assert!(config.warnings[0].contains("CLAVIGER_VERSION"), "{:?}", config.warnings);
}

#[test]
fn secrets_come_from_files_and_are_not_printed() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("key");
    fs::write(&file, "sesame\n").unwrap();
    let file = file.to_str().unwrap();
    let config = with(&[("CLAVIGER_SECURITY__ENCRYPTION_KEYS_FILE", file)], "").unwrap();
    assert_eq!(config.raw.security.encryption_keys[0].expose(), "sesame");
    assert!(!format!("{config:?}").contains("sesame"));
    assert!(!reference::print(&config.raw).contains("sesame"));
    let config = with(&[("CLAVIGER_DATABASE__URL", "postgres://a:sesame@b/c")], "").unwrap();
    assert!(!format!("{config:?}{}", reference::print(&config.raw)).contains("sesame"));
    let one = with(&[], "[security]\nencryption_keys = \"sesame\"").unwrap();
    assert_eq!(one.raw.security.encryption_keys[0].expose(), "sesame");
    for broken in ["[database]\nurl = sesame", "[security]\nencryption_keys = { a = \"sesame\" }"] {
        assert!(!with(&[], broken).unwrap_err().to_string().contains("sesame"), "{broken}");
    }
    let twice = [("CLAVIGER_SECURITY__ENCRYPTION_KEYS_FILE", file), ("CLAVIGER_SECURITY__ENCRYPTION_KEYS", "sesame")];
    assert!(with(&twice, "").unwrap_err().to_string().contains("given twice"));
    let missing = with(&[("CLAVIGER_DATABASE__URL_FILE", "/nowhere/url")], "").unwrap_err();
    assert!(missing.to_string().starts_with("database.url (from CLAVIGER_DATABASE__URL_FILE): the file: "));
    let slip = with(&[("CLAVIGER_DATABASE__URL_FILE", "postgres://a:sesame@b/c")], "").unwrap_err();
    assert!(!slip.to_string().contains("sesame"), "the secret instead of its file: {slip}");
}

#[test]
fn types_are_what_they_say() {
    let config = with(&[("CLAVIGER_WEBAUTHN__RP_NAME", "007"), ("CLAVIGER_DATABASE__MIGRATE", "false")], "").unwrap();
    assert_eq!(config.raw.webauthn.rp_name, "007", "text stays text");
    assert!(!config.raw.database.migrate);
    for bad in [
        "[webauthn]\nrp_name = 7",
        "[database]\nmigrate = 1",
        "[server]\ntrusted_proxies = [1]",
        "[server]\nmax_connections = -1",
        "[session]\nidle = 5",
        "[session]\nidle = \"11y\"",
        "[session]\nidle = \"0s\"",
        "[logging]\nformat = \"xml\"",
        "[logging]\nlevel = { a = 1 }",
    ] {
        assert_eq!(with(&[], bad).unwrap_err().problems.len(), 1, "{bad}");
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
fn all_problems_are_told_with_key_and_source() {
    let toml = "frobnicate = 1\n[server]\npublic_url = \"https://id.example.org\"\ntrusted_proxies = [\"x\"]\n\
        [session]\nidle = 5\nlistne = \"x\"\n[webauthn]\nrp_id = \"org\"\n[nowhere]\na = 1";
    let error = with(&[("CLAVIGER_OIDC__CODE_LIFETIME", "2h"), ("CLAVIGER_LOGGING__LEVEL", "loud")], toml).unwrap_err();
    let told: Vec<_> = error.problems.iter().map(|p| (&*p.key, p.source.as_deref().unwrap_or("default"))).collect();
    let file = told[0].1;
    assert!(file.ends_with("claviger.toml"));
    let mut expected = vec![
        ("session.idle", file),
        ("logging.level", "CLAVIGER_LOGGING__LEVEL"),
        ("frobnicate", file),
        ("nowhere.a", file),
        ("session.listne", file),
        ("webauthn.rp_id", file),
        ("server.trusted_proxies", file),
        ("oidc.code_lifetime", "CLAVIGER_OIDC__CODE_LIFETIME"),
    ];
    let mut told = told.clone();
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected);
}

#[test]
fn a_broken_file_is_one_problem_and_quotes_nothing() {
    let error = with(&[], "[server]\nlisten = \"a").unwrap_err();
    assert_eq!(error.problems.len(), 1);
    assert!(error.problems[0].key.ends_with("claviger.toml"));
    let missing =
        Sources { file: Some("/nowhere/claviger.toml".into()), environment: std::collections::BTreeMap::new() };
    assert!(load(&missing, |_| ()).unwrap_err().to_string().starts_with("/nowhere/claviger.toml:"));
}

#[test]
fn the_example_with_every_line_uncommented_is_the_default() {
    let lines = reference::example();
    let set = lines.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest)
            if rest.split_once(" = ").is_some_and(|(key, value)| !key.contains(' ') && !value.starts_with('(')) =>
        {
            rest
        }
        _ => line,
    });
    let config = with(&[], &set.collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(reference::print(&config.raw), reference::print(&with(&[], "").unwrap().raw));
}

#[test]
fn what_is_printed_is_read_again() {
    let config = with(&[], "[server]\ntrusted_proxies = [\"::1\"]\n[session]\nidle = \"90m\"").unwrap();
    let printed = reference::print(&config.raw);
    assert_eq!(reference::print(&with(&[], &printed).unwrap().raw), printed);
}

#[test]
fn an_accent_is_a_colour_that_white_text_can_be_read_on() {
    let accent = |text: &str| with(&[("CLAVIGER_BRANDING__ACCENT", text)], "").is_ok();
    assert!(accent("#3355aa") && accent("#000000"));
    for bad in ["#ffffff", "#ffcc00", "red", "#12345", "#1234567", "#12é45"] {
        assert!(!accent(bad), "{bad}");
    }
}

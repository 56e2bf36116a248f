//! `claviger apply`

use serde_json::{Value, json};

use crate::harness::place::Place;

const FILE: &str = r#"
[[group]]
name = "staff"

[[group]]
name = "vault"
passkey_policy = { device_bound = true }

[[client]]
client_id = "wiki"
client_name = "Wiki"
redirect_uris = ["https://wiki.example.org/cb"]
scope = "openid profile groups"
groups = ["staff"]

[[client.claims]]
name = "role"
values = [{ group = "staff", value = "Editor" }]
otherwise = "Viewer"

[[client]]
client_id = "grafana"
preset = "grafana"
app = "https://grafana.test"
require_consent = false

[[webhook]]
url = "https://hooks.example.org/claviger"
events = ["user.*"]
"#;

/// Applies a file; each change by kind, name and what became of it.
fn apply(place: &Place, text: &str, more: &[&str]) -> (Value, Vec<String>) {
    let path = place.data().join("declared.toml");
    std::fs::write(&path, text).unwrap();
    let changes = place.json(&[&["apply", path.to_str().unwrap()], more].concat());
    let word = |change: &Value, name: &str| change[name].as_str().unwrap().to_owned();
    let line = |change: &Value| format!("{} {} {}", word(change, "kind"), word(change, "name"), word(change, "what"));
    let lines = changes.as_array().unwrap().iter().map(line).collect();
    (changes, lines)
}

fn refused(place: &Place, text: &str) -> (i32, String) {
    let path = place.data().join("declared.toml");
    std::fs::write(&path, text).unwrap();
    let (status, code, detail) = place.failure(&["apply", path.to_str().unwrap()]);
    (status, format!("{code} {detail}"))
}

#[tokio::test]
async fn a_file_is_applied_once_and_twice_is_the_same() {
    let place = Place::new().await;
    place.json(&["group", "list"]);
    let (tried, lines) = apply(&place, FILE, &["--dry-run"]);
    assert!(lines.iter().all(|line| line.ends_with(" created")) && lines.len() == 5, "{lines:?}");
    assert!(tried.as_array().unwrap().iter().all(|change| change["secret"].is_null()), "{tried}");
    assert_eq!((place.json(&["group", "list"]), place.json(&["client", "list"])), (json!([]), json!([])));
    let (made, lines) = apply(&place, FILE, &[]);
    assert_eq!(lines.len(), 5);
    let secrets: Vec<_> = made.as_array().unwrap().iter().filter_map(|change| change["secret"].as_str()).collect();
    assert_eq!(secrets.len(), 3, "two apps and a webhook: {made}");
    let wiki = place.json(&["client", "show", "wiki"]);
    assert_eq!((&wiki["group_restricted"], &wiki["groups"]), (&json!(true), &json!(["staff"])));
    assert_eq!(wiki["claims"][0]["otherwise"], "Viewer");
    let grafana = place.json(&["client", "show", "grafana"]);
    assert_eq!(grafana["redirect_uris"], json!(["https://grafana.test/login/generic_oauth"]));
    assert_eq!((&grafana["require_consent"], &grafana["group_restricted"]), (&json!(false), &json!(false)));
    assert_eq!(place.json(&["group", "show", "vault"])["passkey_policy"]["device_bound"], true);
    let before = place.json(&["audit"]);
    let (again, lines) = apply(&place, FILE, &[]);
    assert!(lines.iter().all(|line| line.ends_with(" unchanged")), "{again}");
    assert_eq!(place.json(&["audit"]), before, "nothing was written");
}

#[tokio::test]
async fn what_differs_is_said_and_changed_and_nothing_else() {
    let place = Place::new().await;
    apply(&place, FILE, &[]);
    place.json(&["client", "create", "--name", "Other", "--redirect-uri", "https://other.example.org/cb"]);
    let secrets = place.json(&["client", "show", "wiki"])["secrets"].clone();
    let other = FILE.replace("openid profile groups", "openid profile").replace("user.*", "group.*");
    let (tried, lines) = apply(&place, &other, &["--dry-run"]);
    let changed = ["client wiki changed", "webhook https://hooks.example.org/claviger changed"];
    assert_eq!(lines[..2], changed, "{lines:?}");
    let scope = json!({ "scope": { "before": "groups openid profile", "after": "openid profile" } });
    assert_eq!(tried[0]["members"], scope);
    assert_eq!(place.json(&["client", "show", "wiki"])["scope"], "groups openid profile");
    let (done, _) = apply(&place, &other, &[]);
    assert_eq!(done, tried, "as it was said");
    let wiki = place.json(&["client", "show", "wiki"]);
    assert_eq!((&wiki["scope"], &wiki["secrets"]), (&json!("openid profile"), &secrets));
    assert_eq!(place.json(&["client", "list"]).as_array().unwrap().len(), 3, "what is not in the file stays");
    // What was switched off by hand, or demanded by hand, stays so.
    place.json(&["client", "update", "wiki", "--enabled", "false"]);
    place.json(&["group", "update", "staff", "--device-bound"]);
    let (_, lines) = apply(&place, &other, &[]);
    assert!(lines.iter().all(|line| line.ends_with(" unchanged")), "{lines:?}");
    assert_eq!(place.json(&["client", "show", "wiki"])["enabled"], false);
    let shown = place.run(&["apply", place.data().join("declared.toml").to_str().unwrap(), "--dry-run"]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("client wiki: unchanged"));
}

#[tokio::test]
async fn a_file_that_is_wrong_changes_nothing() {
    let place = Place::new().await;
    for (from, to, detail) in [
        ("scope = \"openid profile groups\"", "scopes = \"openid\"", "nothing is called scopes"),
        ("https://wiki.example.org/cb", "http://wiki.example.org/cb", "client wiki"),
        ("groups = [\"staff\"]", "groups = [\"nobody\"]", "nobody"),
        ("client_id = \"grafana\"", "client_id = \"wiki\"", "twice"),
        ("preset = \"grafana\"", "preset = \"nothing\"", "preset: one of"),
        ("app = \"https://grafana.test\"", "app = \"grafana\"", "app: an https address"),
        ("client_id = \"wiki\"", "client_id = \"wi ki\"", "client_id"),
        ("[[webhook]]", "[[webhooks]]", "webhooks"),
        ("events = [\"user.*\"]", "events = [\"users.*\"]", "users.*"),
        ("name = \"role\"", "name = \"sub\"", "reserved"),
        ("name = \"vault\"", "name = \"staff\"", "twice"),
        ("name = \"vault\"", "name = \" vault\"", "no spaces"),
    ] {
        assert!(FILE.contains(from), "{from}");
        let (status, error) = refused(&place, &FILE.replace(from, to));
        assert_eq!(status, 2, "{to}");
        assert!(error.contains(detail), "{to}: {error}");
        assert_eq!((place.json(&["group", "list"]), place.json(&["client", "list"])), (json!([]), json!([])), "{to}");
    }
}

/// A running server follows within a second.
#[tokio::test]
async fn what_is_applied_is_served() {
    let place = Place::new().await;
    let serving = place.serve();
    apply(&place, FILE, &[]);
    let request = "/oauth2/authorize?response_type=code&client_id=wiki&redirect_uri=https%3A%2F%2Fwiki.example.org%2Fcb&scope=openid\
                   &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    serving.until(request, |answer| answer.starts_with("HTTP/1.1 303"));
}

#[tokio::test]
async fn yaml_says_the_same() {
    let place = Place::new().await;
    apply(&place, FILE, &[]);
    let path = place.data().join("declared.yaml");
    let yaml = r"
group:
  - name: staff
  - name: vault
    passkey_policy: { device_bound: true }
client:
  - client_id: wiki
    client_name: Wiki
    redirect_uris: [https://wiki.example.org/cb]
    scope: openid profile groups
    groups: [staff]
    claims:
      - name: role
        values: [{ group: staff, value: Editor }]
        otherwise: Viewer
  - client_id: grafana
    preset: grafana
    app: https://grafana.test
    require_consent: false
webhook:
  - url: https://hooks.example.org/claviger
    events: ['user.*']
";
    let run = |text: &str| {
        std::fs::write(&path, text).unwrap();
        place.json(&["apply", path.to_str().unwrap()])
    };
    let same = run(yaml);
    assert!(same.as_array().unwrap().iter().all(|change| change["what"] == "unchanged"), "{same}");
    let other = run(&yaml.replace("otherwise: Viewer", "otherwise: no"));
    assert_eq!(other[0]["name"], "wiki");
    // A word that is no word elsewhere stays one: YAML 1.2 knows true and false alone.
    assert_eq!(place.json(&["client", "show", "wiki"])["claims"][0]["otherwise"], "no");
    for (text, detail) in
        [("group:\n  - nme: x", "nme"), ("group: [", "declared.yaml"), ("a: &a [*a]", "declared.yaml")]
    {
        std::fs::write(&path, text).unwrap();
        let (status, _, error) = place.failure(&["apply", path.to_str().unwrap()]);
        assert!(status == 2 && error.contains(detail), "{text}: {status} {error}");
    }
}

#[tokio::test]
async fn settings_are_declared_as_the_configuration_says_them() {
    let place = Place::new().await;
    let file = "[settings.registration]\nsign_up = \"token\"\n\n[settings.branding]\ncontact = \"help@example.org\"\n";
    let (told, lines) = apply(&place, file, &["--dry-run"]);
    assert_eq!((lines.len(), &told[0]["what"]), (1, &json!("changed")));
    assert_eq!(told[0]["members"]["branding.contact"], json!({ "before": null, "after": "help@example.org" }));
    apply(&place, file, &[]);
    let (told, _) = apply(&place, file, &[]);
    assert_eq!(told[0]["what"], "unchanged");
    // What is not in the file stays.
    let (told, _) = apply(&place, "[settings.registration]\nsign_up = \"open\"\n", &[]);
    assert_eq!(told[0]["members"], json!({ "registration.sign_up": { "before": "token", "after": "open" } }));
    assert_eq!(place.json(&["audit"]).to_string().matches("settings.updated").count(), 2);
    for text in [
        "[settings.registration]\nsign_up = \"all\"",
        "[settings.server]\nlisten = \"x\"",
        "[settings]\nsign_up = \"open\"",
    ] {
        assert_eq!(refused(&place, text).0, 2, "{text}");
    }
}

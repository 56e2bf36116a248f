//! Commands, as operators and scripts run them: the real binary on a fresh directory or database.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use claviger::store::{Store, migrate};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{ENCRYPTION_KEY, database};

/// A place of its own: data directory, database, environment.
struct Place {
    directory: TempDir,
    environment: Vec<(String, String)>,
}

impl Place {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let mut environment = vec![("CLAVIGER_SERVER__DATA_DIR".to_owned(), data.display().to_string())];
        if database::postgres().is_some() {
            environment.push(("CLAVIGER_DATABASE__URL".to_owned(), database::Copy::empty().await.url));
            environment.push(("CLAVIGER_SECURITY__ENCRYPTION_KEYS".to_owned(), ENCRYPTION_KEY.to_owned()));
        }
        Self { directory, environment }
    }

    fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    fn data(&self) -> &Path {
        self.directory.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
        command.args(arguments).current_dir(self.directory.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs with `--json`, which must succeed.
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs with `--json`, which must fail: exit code, `code` and `detail`.
    fn failure(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.run(&[arguments, &["--json"]].concat());
        let stderr = text(&output.stderr);
        let line = stderr.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{stderr}"));
        let error: Value = serde_json::from_str(line).unwrap();
        let part = |name: &str| error[name].as_str().unwrap().to_owned();
        (output.status.code().unwrap(), part("code"), part("detail"))
    }

    fn serve(&self) -> Serving {
        let mut command = self.command(&["serve"]);
        command.env("CLAVIGER_SERVER__LISTEN", "127.0.0.1:0");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next().unwrap().unwrap();
        Serving { child, ready, lines: Box::new(lines.map_while(Result::ok)) }
    }
}

struct Serving {
    child: Child,
    ready: String,
    lines: Box<dyn Iterator<Item = String> + Send>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

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
async fn configuration_is_refused_in_words_with_exit_code_78() {
    let bad = [
        ("CLAVIGER_SERVER__PUBLIC_URL", "http://id.example.org", "https"),
        ("CLAVIGER_SERVER__PUBLIC_URL", "https://1.2.3.4", "host name"),
        ("CLAVIGER_SERVER__NONSENSE", "x", "nonsense"),
        ("CLAVIGER_WEBAUTHN__RP_ID", "example.org", "rp_id"),
        ("CLAVIGER_REGISTRATION__SIGN_UP", "token", "sign_up"),
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

/// Nobody is locked out by a mistake in `[webauthn]`: the commands that let people in still work.
#[tokio::test]
async fn people_are_let_in_again_even_while_webauthn_is_misconfigured() {
    let mut place = Place::new().await;
    place.json(&["user", "invite", "alice"]);
    place.set("CLAVIGER_WEBAUTHN__RP_ID", "elsewhere.example");
    let output = place.run(&["user", "recover", "alice", "--json"]);
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("webauthn.rp_id"));
}

#[tokio::test]
async fn a_wrong_or_missing_key_touches_nothing() {
    let mut place = Place::new().await;
    let key = place.json(&["key", "generate"])["encryption_key"].as_str().unwrap().to_owned();
    if database::postgres().is_some() {
        place.set("CLAVIGER_SECURITY__ENCRYPTION_KEYS", "");
        let (exit, _, detail) = place.failure(&["serve"]);
        assert_eq!(exit, 78);
        assert!(detail.contains("claviger key generate"), "{detail}");
        let url = place.environment.iter().find(|(name, _)| name == "CLAVIGER_DATABASE__URL").unwrap().1.clone();
        let store = Store::connect(&url).await.unwrap();
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

#[tokio::test]
async fn migrations_can_be_run_by_hand() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_DATABASE__MIGRATE", "false");
    let (exit, _, detail) = place.failure(&["serve"]);
    assert_eq!(exit, 78);
    assert!(detail.contains("claviger migrate"), "{detail}");
    assert!(place.json(&["migrate"])["applied"].as_u64().unwrap() > 0);
    assert_eq!(place.json(&["migrate"])["applied"], 0);
    place.json(&["user", "list"]);
}

#[tokio::test]
async fn serve_says_ready_and_makes_the_first_administrators_link_anew() {
    let place = Place::new().await;
    let mut first = place.serve();
    assert_eq!(first.ready, "ready http://localhost:8080");
    let link = first.lines.next().unwrap();
    assert!(link.starts_with("first administrator: http://localhost:8080/enroll/clv_en_"));
    drop(first);
    let mut second = place.serve();
    assert_ne!(second.lines.next().unwrap(), link);
}

/// Two instances on one database make one set of keys and one administrator.
#[tokio::test]
async fn two_starters_agree() {
    let place = Place::new().await;
    let (mut first, mut second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| place.serve());
        (place.serve(), other.join().unwrap())
    });
    for serving in [&mut first, &mut second] {
        assert!(serving.lines.next().unwrap().starts_with("first administrator: "));
    }
    let users = place.json(&["user", "list"]);
    assert_eq!(users.as_array().unwrap().len(), 1, "{users}");
}

#[tokio::test]
async fn a_stopped_server_ends_well_and_a_taken_port_is_told() {
    let place = Place::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = place.command(&["serve"]).env("CLAVIGER_SERVER__LISTEN", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(69));
    assert!(text(&output.stderr).contains(&address));
    let mut serving = place.serve();
    let pid = serving.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(serving.child.wait().unwrap().success());
    let mut rest = String::new();
    for line in serving.lines.by_ref() {
        rest.push_str(&line);
    }
    assert!(!rest.contains("panicked"));
}

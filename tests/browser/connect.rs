//! Apps that follow their page in docs/connect to the letter: registered by its preset, set up with its text.

mod axum_app;

use std::{fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Process, Stage};

/// Code blocks of a guide with the values of this server.
struct Guide {
    text: String,
    client_id: String,
    client_secret: String,
}

impl Guide {
    /// Registers the app as the guide says, at this address.
    fn new(stage: &Stage, slug: &str, app: &str) -> Self {
        let made = stage.command(&["client", "create", "--preset", slug, "--app", app, "--json"]);
        let made: Value = serde_json::from_str(&made).unwrap();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let (client_id, client_secret) = (text("client_id"), text("client_secret"));
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/connect/{slug}.md"));
        let text = fs::read_to_string(path).unwrap().replace("https://id.example.org", &stage.issuer);
        assert!(text.contains("| tried | run"), "{slug} says that it is not run");
        Self { text: text.replace("YOUR_CLIENT_ID", &client_id), client_id, client_secret }
    }

    fn blocks(&self, language: &str) -> Vec<&str> {
        let begin = format!("```{language}\n");
        self.text.split(&begin).skip(1).filter_map(|rest| rest.split_once("\n```")).map(|(block, _)| block).collect()
    }
}

/// Somebody in the group `staff`, with an address that is known to be theirs, signed in.
async fn alice() -> Stage {
    let stage = Stage::new().await;
    stage.authenticator().await;
    stage.without_autofill().await;
    stage.open("/sign-up").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "Hello, alice").await;
    stage.command(&["user", "update", "alice", "--email", "alice@example.org", "--email-verified", "true"]);
    stage.command(&["group", "create", "staff"]);
    stage.command(&["group", "add", "staff", "alice"]);
    stage
}

async fn allows(stage: &Stage) {
    stage.sees("h1", "would like to know who you are").await;
    stage.click("button[data-decision=allow]").await;
}

/// A client that others generate from the document of administration: its types are checked, and it does what they say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generated_client_administers() {
    let stage = Stage::new().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/rp");
    let made = tempfile::tempdir_in(&folder).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let done = std::process::Command::new(folder.join("node_modules/.bin").join(program))
            .args(arguments)
            .current_dir(made.path())
            .output()
            .unwrap();
        let told = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        assert!(done.status.success(), "{program}: {told}");
    };
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/admin.json");
    run("openapi-typescript", &[document.to_str().unwrap(), "--output", "admin.d.ts"]);
    fs::write(made.path().join("administer.ts"), include_str!("connect/administer.ts")).unwrap();
    let options = ["--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "administer.ts"];
    run("tsc", &options);
    let metadata = made.path().join("tool.json");
    fs::write(&metadata, r#"{"grant_types":["client_credentials","authorization_code"]}"#).unwrap();
    let scope = "openid admin:users:read admin:users:write admin:groups:read admin:groups:write admin:audit:read";
    let arguments =
        ["client", "create", "--name", "tool", "--redirect-uri", "https://tool.example.org/cb", "--scope", scope];
    let metadata = ["--metadata", metadata.to_str().unwrap(), "--json"];
    let tool: Value = serde_json::from_str(&stage.command(&[&arguments[..], &metadata].concat())).unwrap();
    let text = |name: &str| tool[name].as_str().unwrap().to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let environment = [("ISSUER", &*stage.issuer), ("CLIENT_ID", &id), ("CLIENT_SECRET", &secret)];
    let script = made.path().join("administer.js");
    let mut client = Process::start("node", &[script.to_str().unwrap()], &environment, made.path());
    let done: Value = serde_json::from_str(&client.line("done: ")).unwrap();
    assert_eq!(
        done,
        serde_json::json!({ "invited": "alice", "groups": ["staff"], "taken": "name_taken", "members": 1 })
    );
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn auth_js_signs_people_in() {
    let stage = alice().await;
    let guide = Guide::new(&stage, "authjs", "http://127.0.0.1");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/rp");
    let script = tempfile::Builder::new().suffix(".mjs").tempfile_in(&folder).unwrap();
    let listening = "const server = app.listen(0, '127.0.0.1', () => console.log(`app: http://127.0.0.1:${server.address().port}`));";
    fs::write(script.path(), [guide.blocks("js")[0], listening].join("\n")).unwrap();
    let secret = "a secret of the app alone, which is long enough";
    let environment = [("CLIENT_SECRET", &*guide.client_secret), ("AUTH_SECRET", secret)];
    let mut app = Process::start("node", &[script.path().to_str().unwrap()], &environment, &folder);
    let url = app.line("app: ");
    stage.driver.goto(format!("{url}/auth/signin")).await.unwrap();
    stage.click("form button").await;
    allows(&stage).await;
    stage.sees("body", "alice@example.org").await;
    stage.sees("body", r#""groups":["staff"]"#).await;
    stage.quit().await;
}

/// What a project of Django has beside what the guide says.
fn django(guide: &Guide) -> TempDir {
    let project = tempfile::tempdir().unwrap();
    let write = |name: &str, parts: &[&str]| fs::write(project.path().join(name), parts.join("\n")).unwrap();
    let settings = guide.blocks("python")[0].replace("YOUR_CLIENT_SECRET", &guide.client_secret);
    write("settings.py", &[include_str!("connect/django_settings.py"), &settings]);
    let (urls, accounts) = guide.blocks("python")[1].split_once("# accounts.py").unwrap();
    write("urls.py", &[include_str!("connect/django_urls.py"), urls]);
    write("accounts.py", &[include_str!("connect/django_accounts.py"), accounts]);
    write("serve.py", &[include_str!("connect/django_serve.py")]);
    project
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn django_signs_people_in() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/django/bin/python");
    assert!(python.exists(), "tests/run installs it");
    let stage = alice().await;
    let guide = Guide::new(&stage, "django", "http://127.0.0.1");
    let project = django(&guide);
    let mut app = Process::start(python.to_str().unwrap(), &["serve.py"], &[], project.path());
    let url = app.line("app: ");
    stage.driver.goto(format!("{url}/oidc/authenticate/")).await.unwrap();
    allows(&stage).await;
    stage.sees("body", r#""email": "alice@example.org", "groups": ["staff"], "is_staff": true"#).await;
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axum_signs_people_in() {
    let stage = alice().await;
    let guide = Guide::new(&stage, "axum", "http://127.0.0.1");
    let url = axum_app::serve(&stage.issuer, &guide.client_id, &guide.client_secret).await;
    stage.driver.goto(format!("{url}/")).await.unwrap();
    allows(&stage).await;
    stage.sees("body", r#""name":"alice""#).await;
    stage.sees("body", r#""groups":["staff"]"#).await;
    stage.quit().await;
}

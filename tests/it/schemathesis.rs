//! Schemathesis asks the running server everything that the documents describe, and much that they do not: as nobody, as
//! somebody, as an auditor and as an administrator. `tests/run` fetches it from PyPI and names it in `SCHEMATHESIS`.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use claviger::protocol::{administration, client_metadata::ClientMetadata};
use poem::http::StatusCode;

use crate::harness::{
    Browser, Registered, SoftPasskey,
    client::text,
    place::{Place, Serving},
    remote::Remote,
};

/// Who may do everything.
const MIGHTY: &str = "root";

const CHECKS: &str = "not_a_server_error,status_code_conformance,ignored_auth";

/// Beside these, where every answer has a body: whoever shows no token at all is told nothing (RFC 6750 3.1).
const OF_BODIES: &str = "content_type_conformance,response_headers_conformance,response_schema_conformance";

#[expect(clippy::disallowed_methods, reason = "a switch of the test binary")]
fn schemathesis() -> Option<PathBuf> {
    std::env::var("SCHEMATHESIS").ok().filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// A server with an app that may ask for everything.
struct Service {
    place: Place,
    serving: Serving,
    client: Registered,
}

impl Service {
    async fn new() -> Self {
        let mut place = Place::new().await;
        place.set("CLAVIGER_RATE_LIMIT__ENABLED", "false");
        let scopes = administration::scopes().union(&["openid", "profile", "account:read"].into_iter().collect());
        let redirect_uri = "https://tool.example/cb".to_owned();
        let asked =
            ["client", "create", "--name", "tool", "--redirect-uri", &redirect_uri, "--scope", &scopes.to_string()];
        let made = place.json(&asked);
        let client_id = made["client_id"].as_str().unwrap().to_owned();
        let metadata = ClientMetadata { redirect_uris: vec![redirect_uri.clone()], ..ClientMetadata::default() };
        let client = metadata.into_client(uuid::Uuid::nil(), client_id.clone()).unwrap();
        let secret = made["client_secret"].as_str().map(str::to_owned);
        let serving = place.serve();
        Self { place, serving, client: Registered { client, client_id, secret, redirect_uri } }
    }

    /// Somebody who signed in with their passkey.
    async fn person(&self, name: &str, role: Option<&str>) -> (Browser, SoftPasskey) {
        let role = role.map_or_else(Vec::new, |role| vec!["--role", role]);
        let invited = self.place.json(&[&["user", "invite", name][..], &role].concat());
        let link = invited["url"].as_str().unwrap().rsplit('/').next().unwrap();
        let (mut browser, mut passkey) = (Browser::remote(&Remote::new(&self.serving.address)), SoftPasskey::new());
        assert_eq!(browser.enroll(link, &mut passkey).await.status, StatusCode::OK);
        assert_eq!(browser.sign_in(&mut passkey).await.status, StatusCode::OK);
        browser.open("/account").await;
        (browser, passkey)
    }

    /// A token of theirs for one of our APIs; for userinfo without one.
    async fn token(&self, (browser, passkey): &mut (Browser, SoftPasskey), scope: &str, api: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("scope", &format!("openid {scope}"));
        if let Some(api) = api {
            query.append_pair("resource", &format!("http://localhost:8080{api}"));
        }
        let code = browser.code(&self.client, &query.finish(), passkey).await.redirected("code").unwrap();
        text(&self.client.redeem(browser, &code).await, "access_token")
    }

    fn attack(&self, schemathesis: &Path, document: &str, who: &str, headers: &[String]) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("openapi/{document}.json"));
        let mut command = Command::new(schemathesis);
        command.current_dir(self.place.data()).arg("run").arg(file);
        let mut checks = if document == "oidc" { CHECKS.to_owned() } else { format!("{CHECKS},{OF_BODIES}") };
        if headers.iter().any(|header| header.starts_with("Cookie: ")) {
            // It would take `__Host-sid` away, which has another name without https.
            checks = checks.replace(",ignored_auth", "");
        }
        command.args(["--url", &format!("http://{}", self.serving.address), "--checks", &checks]);
        if who == MIGHTY {
            // Each makes four keys, which takes a while; a few hundred of them are no test.
            command.args(["--exclude-operation-id", "rotate_keys"]);
        }
        command.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--seed", "7"]);
        command.args(headers.iter().flat_map(|header| ["-H", header]));
        let done = command.output().unwrap();
        let told = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{document} as {who}:\n{told}");
        let log = self.serving.log.lock().unwrap();
        let errors: Vec<_> = log.iter().filter(|line| line.contains("ERROR") || line.contains("panicked")).collect();
        assert!(errors.is_empty(), "{document} as {who}: {errors:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documents_hold_for_everybody() {
    let Some(schemathesis) = schemathesis() else { return };
    let service = Service::new().await;
    for document in ["oidc", "account", "admin"] {
        service.attack(&schemathesis, document, "nobody", &[]);
    }
    let bearer = |token: String| vec![format!("Authorization: Bearer {token}")];
    let (browser, _) = service.person("bob", None).await;
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let page = [
        format!("Cookie: {}", cookies.join("; ")),
        "Origin: http://localhost:8080".to_owned(),
        format!("X-CSRF-Token: {}", browser.csrf),
    ];
    service.attack(&schemathesis, "account", "bob's browser", &page);
    let everything = administration::scopes().to_string();
    // The administrator comes last: nothing is safe from them.
    for (name, role) in [("alice", None), ("auditor", Some("auditor")), (MIGHTY, Some("administrator"))] {
        let mut person = service.person(name, role).await;
        for (document, scope, api) in [
            ("oidc", "profile", None),
            ("account", "account:read", Some("/api/account/v1")),
            ("admin", &everything, Some("/api/admin/v1")),
        ] {
            let token = service.token(&mut person, scope, api).await;
            service.attack(&schemathesis, document, name, &bearer(token));
        }
    }
}

//! Nothing secret reaches a log or the audit log: a whole journey at TRACE, and then a search for every secret of it.

use std::{
    io,
    sync::{Arc, Mutex},
};

use claviger::{
    config::{Format, Level, Logging},
    jobs::deliver_logouts,
    logging,
    protocol::signing_algorithm::SigningAlgorithm,
    store::{audit_log, enrollment_link::Kind},
};
use poem::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{
    ENCRYPTION_KEY, S256, SoftPasskey, TestApp,
    client::{text, tokens},
    site::Site,
};

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was secret on the way.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn add(&mut self, what: &'static str, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 16, "{what} is no secret: {secret}");
        self.0.push((what, secret));
    }
}

/// Every kind of secret is used: rightly, wrongly, again.
async fn journey(app: &TestApp, secrets: &mut Secrets) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    let invited = app.user("alice").await;
    let link = app.link(&invited, Kind::Invitation).await;
    browser.enroll(&link, &mut passkey).await;
    browser.enroll(&link, &mut passkey).await;
    secrets.add("enrolment link", link);
    browser.open("/sign-in").await;
    let body = browser.assertion(&json!({}), &mut passkey).await;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    secrets.add("ceremony", text(&body["ceremony"]));
    secrets.add("signature", text(&body["credential"]["response"]["signature"]));
    secrets.add("clientDataJSON", text(&body["credential"]["response"]["clientDataJSON"]));
    for _ in 0..2 {
        browser.call("/webauthn/authentication/finish", &body).await;
    }
    secrets.add("csrf token", browser.csrf.clone());
    let client = app.confidential_client("a").await;
    let code = browser.code(&client, "scope=openid+profile+email", &mut passkey).await.redirected("code").unwrap();
    client.redeem_with(&browser, "clv_ac_wrong", &[]).await;
    let answer = client.redeem(&browser, &code).await;
    let (access_token, _) = tokens(&answer);
    secrets.add("ID token", answer.json()["id_token"].as_str().unwrap());
    let headers = [("authorization", format!("Bearer {access_token}"))];
    let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
    app.browser().send(Method::GET, "/oauth2/userinfo", &headers, vec![]).await;
    let in_query = format!("/oauth2/userinfo?access_token={access_token}");
    let refused = app.browser().send(Method::GET, &in_query, &[], vec![]).await;
    assert_ne!(refused.status, StatusCode::OK);
    client.redeem(&browser, &code).await;
    app.browser().open(&format!("/nowhere/{code}")).await;
    secrets.add("code", code);
    secrets.add("access token", access_token);
    secrets.add("client secret", client.secret.clone().unwrap());
    secrets.add("basic credentials", client.basic().unwrap()[6..].to_owned());
    secrets.add("code_verifier", S256.0);
    for cookie in browser.cookies.values() {
        secrets.add("cookie", cookie.clone());
    }
    browser.open("/oauth2/logout").await;
    app.app.follow().await.unwrap();
}

/// Clients that sign and register themselves, tokens that live long, and what is told behind the browser's back.
async fn journey_of_apps(app: &TestApp, site: &Site, secrets: &mut Secrets) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("bob", &mut passkey).await;
    site.answer("/backchannel", 500, "text/plain", "");
    let uri = site.url("/backchannel");
    let client = app.client("b", |metadata| metadata.backchannel_logout_uri = Some(uri), |_| ()).await;
    let code = browser.code(&client, "scope=openid+offline_access", &mut passkey).await.redirected("code").unwrap();
    let answer = client.redeem(&browser, &code).await;
    let (first, hint) = (text(&answer, "refresh_token"), text(&answer, "id_token"));
    let second = text(&client.refresh(app, &first, &[]).await, "refresh_token");
    client.post(app, "/oauth2/introspect", &[("token", &second)]).await;
    client.post(app, "/oauth2/revoke", &[("token", &second)]).await;
    client.refresh(app, &first, &[]).await;
    let assertion = super::oidc::assertions::key(SigningAlgorithm::ES256).sign("JWT", &json!({ "x": "y" })).unwrap();
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let fields = [("client_assertion_type", kind), ("client_assertion", &*assertion), ("token", "x")];
    app.browser().form("/oauth2/revoke", &fields, &[]).await;
    browser.authorize(&client.query(&format!("request={assertion}"))).await;
    browser.authorize(&client.query(&format!("prompt=none&id_token_hint={hint}"))).await;
    let body = json!({ "redirect_uris": ["https://rp.example/cb"] }).to_string().into_bytes();
    let headers = [("content-type", "application/json")];
    let told = app.browser().send(Method::POST, "/oauth2/register", &headers, body).await.json();
    let member = |name: &str| told[name].as_str().unwrap().to_owned();
    let (bearer, path) = (format!("Bearer {}", member("registration_access_token")), member("registration_client_uri"));
    let path = path.replace(app.issuer(), "");
    app.browser().send(Method::GET, &path, &[("authorization", &bearer)], vec![]).await;
    secrets.add("registration access token", member("registration_access_token"));
    secrets.add("secret of a dynamic client", member("client_secret"));
    browser.open(&format!("/oauth2/logout?id_token_hint={hint}")).await;
    deliver_logouts::run_due(&app.app).await.unwrap();
    let sent = site.asked("/backchannel");
    secrets.add("logout token", sent[0].trim_start_matches("logout_token=").to_owned());
    secrets.add("refresh token", first);
    secrets.add("successor", second);
    secrets.add("hint", hint);
    secrets.add("assertion", assertion);
}

#[tokio::test]
async fn a_whole_journey_at_trace_tells_no_secret() {
    let captured = Captured::default();
    let section = Logging { level: Level::Trace, format: Format::Text, file: None };
    let writer = captured.clone();
    let _guard = tracing::subscriber::set_default(logging::subscriber(&section, move || writer.clone(), None));
    let site = Site::new().await;
    let app = TestApp::beside(&site, &[("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open")]).await;
    let mut secrets = Secrets::default();
    secrets.add("key-encryption key", ENCRYPTION_KEY);
    journey(&app, &mut secrets).await;
    journey_of_apps(&app, &site, &mut secrets).await;
    tracing::info!(config = ?app.app.config, data_keys = ?app.app.data_keys, "everything that has a Debug");
    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a code was refused") && log.contains("{id=") && log.contains("route="), "{log}");
    let lines = audit_log::list(&app.app.store.read(), &audit_log::Wanted::default(), 10_000).await.unwrap();
    let audit = serde_json::to_string(&lines).unwrap();
    let database = everything(app.url()).await;
    for (what, secret) in secrets.0 {
        assert!(!contains(&database, &secret), "{what} is in the database as it was given");
        assert!(!log.contains(&secret), "{what} is in the log");
        assert!(!audit.contains(&secret), "{what} is in the audit log");
    }
}

/// What the files of a SQLite database hold; nothing of PostgreSQL, whose rows are the same.
async fn everything(url: &str) -> Vec<u8> {
    let Some(path) = url.strip_prefix("sqlite://").and_then(|rest| rest.split('?').next()) else { return vec![] };
    let mut all = tokio::fs::read(path).await.unwrap();
    all.extend(tokio::fs::read(format!("{path}-wal")).await.unwrap_or_default());
    assert!(contains(&all, "client-b"), "this is no database");
    all
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// What strangers choose stays in its line, and in its value.
#[tokio::test]
async fn a_stranger_cannot_write_lines_of_their_own() {
    for format in [Format::Text, Format::Json] {
        let captured = Captured::default();
        let writer = captured.clone();
        let section = Logging { level: Level::Trace, format, file: None };
        let _guard = tracing::subscriber::set_default(logging::subscriber(&section, move || writer.clone(), None));
        let app = TestApp::new().await;
        let evil = "x%0A2026-01-01T00:00:00Z%20ERROR%20forged%0D%1B%5B31m";
        let mut browser = app.browser();
        browser.open(&format!("/oauth2/authorize?client_id={evil}")).await;
        browser.open(&format!("/enroll/{evil}")).await;
        let fields =
            [("grant_type", "authorization_code"), ("code", "a\nERROR forged"), ("client_id", "b\nERROR forged")];
        browser.form("/oauth2/token", &fields, &[]).await;
        tracing::warn!("shown as {}", "is\nERROR forged\u{1b}[31m");
        let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
        assert!(!log.is_empty());
        for line in log.lines() {
            assert!(!line.trim_start().starts_with("ERROR forged") && !line.starts_with("2026-01-01"), "{line}");
            assert!(!line.contains('\u{1b}'), "{line}");
        }
    }
}

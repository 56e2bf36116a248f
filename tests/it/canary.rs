//! Nothing secret reaches a log or the audit log: a whole journey at TRACE, and then a search for every secret of it.

use std::{
    io,
    sync::{Arc, Mutex},
};

use claviger::{
    config::{Format, Level, Logging},
    logging,
    store::{audit_log, enrollment_link::Kind},
};
use poem::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{ENCRYPTION_KEY, S256, SoftPasskey, TestApp, client::tokens};

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

#[tokio::test]
async fn a_whole_journey_at_trace_tells_no_secret() {
    let captured = Captured::default();
    let section = Logging { level: Level::Trace, format: Format::Text, file: None };
    let writer = captured.clone();
    let _guard = tracing::subscriber::set_default(logging::subscriber(&section, move || writer.clone(), None));
    let app = TestApp::new().await;
    let mut secrets = Secrets::default();
    secrets.add("key-encryption key", ENCRYPTION_KEY);
    journey(&app, &mut secrets).await;
    tracing::info!(config = ?app.app.config, data_keys = ?app.app.data_keys, "everything that has a Debug");
    let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a code was refused") && log.contains("{id=") && log.contains("route="), "{log}");
    let lines = audit_log::list(&app.app.store.read(), &audit_log::Wanted::default(), 10_000).await.unwrap();
    let audit = serde_json::to_string(&lines).unwrap();
    for (what, secret) in secrets.0 {
        assert!(!log.contains(&secret), "{what} is in the log");
        assert!(!audit.contains(&secret), "{what} is in the audit log");
    }
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

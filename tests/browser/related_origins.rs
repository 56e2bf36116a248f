//! One set of passkeys on two domains (WebAuthn 5.11): the other one may use them because ours says so, and no third one may.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use rcgen::PublicKeyData;
use thirtyfour::prelude::*;

use crate::harness::{Authenticator, Process, driver};

const OURS: &str = "claviger-id.com";
const OTHER: &str = "claviger-shop.com";
const STRANGER: &str = "claviger-stranger.com";

/// Waits until the page says something of this kind.
async fn sees(driver: &WebDriver, css: &str, part: &str) {
    let until = Instant::now() + Duration::from_secs(20);
    let mut last = String::new();
    while Instant::now() < until {
        if let Ok(element) = driver.find(By::Css(css)).await {
            last = element.text().await.unwrap_or(last);
            if last.contains(part) {
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{css} never said {part:?} but {last:?}");
}

async fn click(driver: &WebDriver, css: &str) {
    driver.query(By::Css(css)).and_clickable().first().await.unwrap().click().await.unwrap();
}

/// Certificate and key for all three names; the hash of the key, which the browser is told to trust.
fn certificate(directory: &Path) -> String {
    let names = [OURS, OTHER, STRANGER].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    std::fs::write(directory.join("certificate.pem"), made.cert.pem()).unwrap();
    std::fs::write(directory.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    STANDARD.encode(digest(&SHA256, &made.signing_key.subject_public_key_info()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_domain_of_ours_uses_the_same_passkeys() {
    let directory = tempfile::tempdir().unwrap();
    let hash = certificate(directory.path());
    let issuer = format!("https://{OURS}");
    let origins = format!("https://{OTHER}");
    let settings = [
        ("CLAVIGER_SERVER__LISTEN", "127.0.0.1:0"),
        ("CLAVIGER_LOGGING__FILE", "log"),
        ("CLAVIGER_SERVER__PUBLIC_URL", &*issuer),
        ("CLAVIGER_SERVER__TLS_CERTIFICATE", "certificate.pem"),
        ("CLAVIGER_SERVER__TLS_KEY", "key.pem"),
        ("CLAVIGER_WEBAUTHN__ORIGINS", &*origins),
        ("CLAVIGER_REGISTRATION__SIGN_UP", "open"),
    ];
    let mut server = Process::start(env!("CARGO_BIN_EXE_claviger"), &["serve"], &settings, directory.path());
    server.line("ready ");
    let log = std::fs::read_to_string(directory.path().join("log")).unwrap();
    let port = log.split("address=127.0.0.1:").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let mut chromedriver = Process::start("chromedriver", &["--port=0"], &[], directory.path());
    let driver_port = chromedriver.line("ChromeDriver was started successfully on port ");
    let map = [OURS, OTHER, STRANGER].map(|name| format!("MAP {name}:443 127.0.0.1:{port}")).join(", ");
    let switches = [format!("--host-resolver-rules={map}"), format!("--ignore-certificate-errors-spki-list={hash}")];
    let driver = driver(driver_port.trim_end_matches('.'), &switches).await;
    let _device = Authenticator::add(&driver).await;
    let no_autofill = "PublicKeyCredential.isConditionalMediationAvailable = async () => false";
    let script = serde_json::json!({ "source": no_autofill });
    driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await.unwrap();
    driver.goto(format!("{issuer}/sign-up")).await.unwrap();
    driver.query(By::Css("input[name=username]")).first().await.unwrap().send_keys("alice").await.unwrap();
    click(&driver, "#create").await;
    sees(&driver, "h1", "Hello").await;
    // The browser asks ours whether the other one may; cookies do not go along.
    driver.goto(format!("https://{OTHER}/sign-in")).await.unwrap();
    click(&driver, "#sign-in").await;
    sees(&driver, "h1", "Hello").await;
    assert_eq!(driver.current_url().await.unwrap().host_str(), Some(OTHER));
    // A third one is served by the same machine, and is nobody: its calls are refused, once more after a reload.
    driver.goto(format!("https://{STRANGER}/sign-in")).await.unwrap();
    click(&driver, "#sign-in").await;
    let reloaded = "return performance.getEntriesByType('navigation')[0].type === 'reload'";
    let until = Instant::now() + Duration::from_secs(20);
    while !driver.execute(reloaded, vec![]).await.is_ok_and(|done| done.json() == true) {
        assert!(Instant::now() < until, "the page did not reload");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    click(&driver, "#sign-in").await;
    sees(&driver, "#status", "out of date").await;
    driver.quit().await.unwrap();
}

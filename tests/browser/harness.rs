//! A server, a driver and a browser of their own for each test.

mod authenticator;
mod process;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use thirtyfour::{ChromeCapabilities, extensions::query::ElementPollerWithTimeout, prelude::*};

pub use authenticator::Authenticator;
pub use process::Process;

/// Stops the page from taking the first passkey by itself, so that the button can be pressed.
const NO_AUTOFILL: &str = "PublicKeyCredential.isConditionalMediationAvailable = async () => false";

/// What a person's choice in the browser's dialogue does.
const CHOOSES_THE_KEY: &str = "const create = navigator.credentials.create.bind(navigator.credentials);
    navigator.credentials.create = (options) => {
        options.publicKey.authenticatorSelection.authenticatorAttachment = 'cross-platform';
        return create(options);
    };";

/// How long a page may take, and how often it is looked at.
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

pub struct Stage {
    pub driver: WebDriver,
    pub issuer: String,
    pub app: String,
    pub first_administrator: String,
    _server: Process,
    _chromedriver: Process,
    directory: TempDir,
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With settings as environment variables.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let arguments = ["demo", "--listen", "127.0.0.1:0", "--app-listen", "127.0.0.1:0", "--data-dir"];
        let arguments: Vec<&str> = arguments.into_iter().chain([data.to_str().unwrap()]).collect();
        let mut server = Process::start(env!("CARGO_BIN_EXE_claviger"), &arguments, settings, directory.path());
        let issuer = server.line("ready ");
        let first_administrator = server.line("first administrator: ");
        let app = server.line("demo app: ");
        let mut chromedriver = Process::start("chromedriver", &["--port=0"], &[], directory.path());
        let port = chromedriver.line("ChromeDriver was started successfully on port ");
        let driver = driver(port.trim_end_matches('.'), &[]).await;
        Self { driver, issuer, app, first_administrator, _server: server, _chromedriver: chromedriver, directory }
    }

    /// Runs a command beside the server; what it prints.
    pub fn command(&self, arguments: &[&str]) -> String {
        let data = self.directory.path().join("data");
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_claviger"))
            .args(arguments)
            .env("CLAVIGER_SERVER__PUBLIC_URL", &self.issuer)
            .env("CLAVIGER_SERVER__DATA_DIR", data)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// A device whose owner is there and willing, in the current tab.
    pub async fn authenticator(&self) -> Authenticator {
        Authenticator::add(&self.driver).await
    }

    /// A security key beside the device; whoever makes a passkey from now on chooses the key.
    pub async fn security_key(&self) -> Authenticator {
        let script = serde_json::json!({ "source": CHOOSES_THE_KEY });
        self.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await.unwrap();
        self.driver.refresh().await.unwrap();
        Authenticator::add_security_key(&self.driver).await
    }

    pub async fn without_autofill(&self) {
        let script = serde_json::json!({ "source": NO_AUTOFILL });
        self.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await.unwrap();
    }

    pub async fn open(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.issuer)).await.unwrap();
    }

    /// Waits for an element and clicks it once it can be.
    pub async fn click(&self, css: &str) {
        let element = self.driver.query(By::Css(css)).and_clickable().first().await.unwrap();
        element.click().await.unwrap();
    }

    pub async fn text(&self, css: &str) -> String {
        self.driver.query(By::Css(css)).first().await.unwrap().text().await.unwrap()
    }

    /// Waits until an element says something of this kind. While the page navigates there is no element to ask.
    pub async fn sees(&self, css: &str, part: &str) {
        let until = Instant::now() + PATIENCE;
        let mut last = String::new();
        while Instant::now() < until {
            if let Ok(element) = self.driver.find(By::Css(css)).await
                && let Ok(text) = element.text().await
            {
                if text.contains(part) {
                    return;
                }
                last = text;
            }
            tokio::time::sleep(POLL).await;
        }
        let (url, page) = (self.driver.current_url().await.unwrap(), self.driver.source().await.unwrap());
        panic!("{css} never said {part:?} but {last:?} at {url}:\n{page}");
    }

    /// Fills and sends the sign-up form.
    pub async fn sign_up(&self, name: &str) {
        let field = self.driver.query(By::Css("input[name=username]")).first().await.unwrap();
        field.send_keys(name).await.unwrap();
        self.click("#create").await;
    }

    pub async fn quit(self) {
        self.driver.quit().await.unwrap();
    }
}

/// A browser of its own, with more switches.
pub async fn driver(port: &str, more: &[String]) -> WebDriver {
    let mut capabilities: ChromeCapabilities = DesiredCapabilities::chrome();
    capabilities.set_binary("/usr/bin/chromium").unwrap();
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        "--lang=en",
    ] {
        capabilities.add_arg(argument).unwrap();
    }
    for argument in more {
        capabilities.add_arg(argument).unwrap();
    }
    let poller = ElementPollerWithTimeout::new(PATIENCE, POLL);
    WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities).poller(Arc::new(poller)).await.unwrap()
}

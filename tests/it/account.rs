//! The account portal: passkeys, sessions, apps, activity, recovery codes, signals, and the step-ups that they need.

mod apps;
mod passkeys;
mod picture;
mod profile;
mod reader;
mod recovery;
mod sessions;
mod signals;
mod step_up;

use crate::harness::{Browser, SoftPasskey, TestApp};

/// Somebody who is signed in, on a page whose calls are good.
async fn alice(app: &TestApp) -> (Browser, SoftPasskey) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    browser.open("/account").await;
    (browser, passkey)
}

/// The same with one more passkey, and the ids of both.
async fn two_passkeys(app: &TestApp) -> (Browser, [SoftPasskey; 2], Vec<String>) {
    let (mut browser, mut first) = alice(app).await;
    let mut second = SoftPasskey::new();
    browser.add_passkey(&mut first, &mut second).await;
    browser.open("/account/passkeys").await;
    let all = ids(&mut browser, "/passkeys").await;
    (browser, [first, second], all)
}

/// Another browser of whoever has this passkey.
async fn elsewhere(app: &TestApp, passkey: &mut SoftPasskey) -> Browser {
    let mut browser = app.browser();
    browser.sign_in(passkey).await;
    browser
}

/// The ids that a list has.
async fn ids(browser: &mut Browser, path: &str) -> Vec<String> {
    let all = browser.portal(poem::http::Method::GET, path, &serde_json::Value::Null, None).await.json();
    all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

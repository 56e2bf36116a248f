//! The account portal: passkeys, sessions, apps, activity, recovery codes, and the step-ups that they need.

mod apps;
mod passkeys;
mod profile;
mod recovery;
mod sessions;
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

/// The ids that a list has.
async fn ids(browser: &mut Browser, path: &str) -> Vec<String> {
    let all = browser.portal(poem::http::Method::GET, path, &serde_json::Value::Null, None).await.json();
    all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

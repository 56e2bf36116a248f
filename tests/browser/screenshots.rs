//! Pictures of every page in light, dark and narrow, and what axe-core says about each.
//!
//! With `SCREENSHOTS` set to a directory they are kept there; every run takes them and checks the pages.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::harness::Stage;

const VIEWS: [(&str, u32, &str); 3] = [("light", 800, "light"), ("dark", 800, "dark"), ("narrow", 320, "light")];

#[expect(clippy::disallowed_methods, reason = "switches of the test binary")]
fn setting(name: &str) -> Option<PathBuf> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Takes the three pictures of the current page and looks for what people with disabilities would stumble over.
async fn picture(stage: &Stage, name: &str) {
    let driver = &stage.driver;
    for (view, width, scheme) in VIEWS {
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await.unwrap();
        let feature = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" }] });
        driver.cdp().send_raw("Emulation.setEmulatedMedia", feature).await.unwrap();
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let overflow: i64 = driver.execute(wide, vec![]).await.unwrap().convert().unwrap();
        assert!(overflow <= 0, "{name} {view} scrolls sideways by {overflow} px");
        let png = driver.screenshot_as_png().await.unwrap();
        if let Some(directory) = setting("SCREENSHOTS") {
            fs::create_dir_all(&directory).unwrap();
            fs::write(directory.join(format!("{name}-{view}.png")), png).unwrap();
        }
        axe(driver, name, view).await;
    }
    driver.cdp().send_raw("Emulation.clearDeviceMetricsOverride", json!({})).await.unwrap();
}

async fn axe(driver: &WebDriver, name: &str, view: &str) {
    let Some(file) = setting("AXE") else { return };
    driver.execute(fs::read_to_string(file).unwrap(), vec![]).await.unwrap();
    let run = "const done = arguments[arguments.length - 1];
        axe.run({ exclude: [['.swagger-ui']] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
            .then((result) => done(result.violations.map((v) => [v.id, v.help, v.nodes.map((n) => n.html)])));";
    let found = driver.execute_async(run, vec![]).await.unwrap();
    assert_eq!(found.json(), &Value::Array(vec![]), "{name} {view}");
}

/// Every page, once. That each template has its pictures is held by the integration tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_has_its_pictures() {
    let stage = Stage::new().await;
    let device = stage.authenticator().await;
    stage.without_autofill().await;
    stage.driver.goto(&stage.first_administrator).await.unwrap();
    picture(&stage, "enrollment").await;
    stage.driver.goto(&stage.app).await.unwrap();
    picture(&stage, "home").await;
    stage.click("#sign-in").await;
    stage.sees("h1", "Sign in to Demo app").await;
    picture(&stage, "sign_in").await;
    device.verifies(false).await;
    stage.click("#sign-in").await;
    stage.sees("#status", "Nothing happened").await;
    picture(&stage, "sign_in_cancelled").await;
    device.remove().await;
    stage.authenticator().await;
    stage.click("a[href*='/sign-up']").await;
    picture(&stage, "sign_up").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "would like to know who you are").await;
    stage.driver.query(By::Css("button[data-decision=allow]")).and_enabled().first().await.unwrap();
    picture(&stage, "consent").await;
    stage.click("button[data-decision=allow]").await;
    stage.sees("#hello", "alice").await;
    picture(&stage, "home_signed_in").await;
    // Without its script the page waits for a hand.
    let cdp = stage.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await.unwrap();
    cdp.send_raw("Network.setBlockedURLs", json!({ "urls": ["*form_post*"] })).await.unwrap();
    let form_post = "/oauth2/authorize?client_id=demo&response_type=code&scope=openid&response_mode=form_post";
    for (path, name, heading) in [
        (form_post, "form_post", "Back to the app"),
        ("/account", "overview", "Hello"),
        ("/recover", "recover", "Lost your passkey?"),
        ("/oauth2/authorize?client_id=demo&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback", "error", "address"),
        ("/oauth2/logout", "sign_out", "Sign out?"),
    ] {
        stage.open(path).await;
        stage.sees("h1", heading).await;
        if name == "sign_out" {
            stage.driver.query(By::Css("button[data-decision=stay]")).and_enabled().first().await.unwrap();
        }
        picture(&stage, name).await;
    }
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    picture(&stage, "signed_out").await;
    stage.open("/docs").await;
    // Swagger UI runs under the policy of every page, or there would be nothing to see.
    stage.sees(".opblock-summary-path[data-path='/oauth2/token']", "token").await;
    picture(&stage, "docs").await;
    stage.quit().await;
}

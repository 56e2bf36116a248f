//! Pictures of every page in light, dark and narrow, and what axe-core says about each.
//!
//! With `SCREENSHOTS` set to a directory they are kept there; every run takes them and checks the pages.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::{harness::Stage, relying_parties, site::Site};

const VIEWS: [(&str, u32, &str); 3] = [("light", 800, "light"), ("dark", 800, "dark"), ("narrow", 320, "light")];

#[expect(clippy::disallowed_methods, reason = "switches of the test binary")]
fn setting(name: &str) -> Option<PathBuf> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Takes the three pictures of the current page and looks for what people with disabilities would stumble over.
pub async fn picture(stage: &Stage, name: &str) {
    views(stage, name, setting("SCREENSHOTS")).await;
}

/// Looks at the page in its three views, and keeps no picture.
async fn looks_well(stage: &Stage, name: &str) {
    views(stage, name, None).await;
}

async fn views(stage: &Stage, name: &str, kept: Option<PathBuf>) {
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
        if let Some(directory) = &kept {
            fs::create_dir_all(directory).unwrap();
            fs::write(directory.join(format!("{name}-{view}.png")), png).unwrap();
        }
        axe(driver, name, view).await;
    }
    let foreign = "return performance.getEntriesByType('resource').map((entry) => entry.name)
        .filter((name) => new URL(name).origin !== location.origin)";
    let foreign = driver.execute(foreign, vec![]).await.unwrap();
    assert_eq!(foreign.json(), &Value::Array(vec![]), "{name} asks other sites");
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
        ("/account/passkeys", "passkeys", "Passkeys"),
        ("/account/sessions", "sessions", "Sessions"),
        ("/account/apps", "apps", "Apps"),
        ("/account/activity", "activity", "Activity"),
        ("/account/recovery", "recovery", "Recovery"),
        ("/account/profile", "profile", "Profile"),
        ("/recover", "recover", "Lost your passkey?"),
        ("/sign-in/other-browser", "other_browser", "another browser"),
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

/// German words are longer: they fit too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_whole_in_german() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    stage.without_autofill().await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.click("a[href*='/sign-up']").await;
    stage.sign_up("alice").await;
    stage.click("button[data-decision=allow]").await;
    stage.sees("#hello", "alice").await;
    for (path, heading) in [
        ("/account", "Hallo"),
        ("/account/passkeys", "Passkeys"),
        ("/account/sessions", "Sitzungen"),
        ("/account/apps", "Apps"),
        ("/account/activity", "Aktivität"),
        ("/account/recovery", "Wiederherstellung"),
        ("/account/profile", "Profil"),
        ("/recover", "Passkey verloren"),
        ("/sign-in/other-browser", "anderen Browser"),
        ("/sign-in", "anmelden"),
        ("/sign-up", "Konto erstellen"),
        ("/oauth2/logout", "Abmelden"),
        ("/nothing", "nichts"),
    ] {
        stage.open(&format!("{path}?ui_locales=de")).await;
        if path != "/nothing" {
            stage.sees("h1", heading).await;
        }
        looks_well(&stage, path).await;
    }
    stage.quit().await;
}

/// What an app says of itself: its logo, its links, claims by name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_says_more_has_its_pictures() {
    let site = Site::new().await;
    let logo = image::RgbaImage::from_fn(512, 512, |x, y| {
        let is_inside = (x.abs_diff(256).pow(2) + y.abs_diff(256).pow(2)) < 240 * 240;
        image::Rgba(if is_inside { [230, 90, 40, 255] } else { [0, 0, 0, 0] })
    });
    let mut png = Vec::new();
    logo.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    site.publish("/logo.png", "image/png", png);
    let stage = relying_parties::stage(&site).await;
    let metadata = json!({
        "client_name": "Corner Shop", "redirect_uris": ["https://shop.example/callback"],
        "logo_uri": site.url("/logo.png"), "policy_uri": "https://shop.example/policy",
        "tos_uri": "https://shop.example/terms", "grant_types": ["authorization_code", "refresh_token"],
    });
    let http = openidconnect::reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http.post(format!("{}/oauth2/register", stage.issuer)).body(metadata.to_string());
    let answer = answer.header("content-type", "application/json").send().await.unwrap().text().await.unwrap();
    let told: Value = serde_json::from_str(&answer).unwrap();
    let claims = r#"{"userinfo":{"birthdate":null}}"#;
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", told["client_id"].as_str().unwrap())
        .append_pair("response_type", "code")
        .append_pair("scope", "openid profile email offline_access")
        .append_pair("claims", claims)
        .finish();
    stage.open(&format!("/oauth2/authorize?{query}")).await;
    stage.sees("h1", "Sign in to Corner Shop").await;
    let shown = "return document.querySelector('img.app').naturalWidth";
    let width: i64 = stage.driver.execute(shown, vec![]).await.unwrap().convert().unwrap();
    assert_eq!(width, 256, "the policy lets the logo in");
    picture(&stage, "sign_in_of_an_app").await;
    stage.click("a[href*='/sign-up']").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "would like to know who you are").await;
    stage.driver.query(By::Css("button[data-decision=allow]")).and_enabled().first().await.unwrap();
    picture(&stage, "consent_of_an_app").await;
    stage.quit().await;
}

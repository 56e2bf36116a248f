//! What goes wrong, and that the page says so and lets people go on.

use crate::harness::{Authenticator, Stage};

async fn with_account(settings: &[(&str, &str)]) -> (Stage, Authenticator) {
    let stage = Stage::with(settings).await;
    let device = stage.authenticator().await;
    stage.without_autofill().await;
    stage.open("/sign-up").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "Hello, alice").await;
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    stage.open("/sign-in").await;
    (stage, device)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bogus_signature_is_told_and_the_next_try_works() {
    let (stage, device) = with_account(&[]).await;
    device.lies(true, false).await;
    stage.click("#sign-in").await;
    stage.sees("#status", "could not be verified").await;
    device.lies(false, false).await;
    stage.click("#sign-in").await;
    stage.sees("h1", "Hello, alice").await;
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_without_user_verification_is_refused_by_the_server() {
    let (stage, device) = with_account(&[]).await;
    device.lies(false, true).await;
    stage.click("#sign-in").await;
    stage.sees("#status", "could not be verified").await;
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_is_not_recognised_is_told_kindly() {
    let (stage, device) = with_account(&[]).await;
    device.verifies(false).await;
    stage.click("#sign-in").await;
    stage.sees("#status", "Nothing happened").await;
    stage.quit().await;
}

/// The first touch asks for the passkeys of this device alone; if it has none, all ways are offered in the same touch.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_is_asked_first_and_other_ways_are_offered_when_it_has_none() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    stage.without_autofill().await;
    // The browser's refusal counts as unseen by its time, which is a machine's load here.
    let watched = "performance.now = () => 0;
        const get = navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = (options) => {
            sessionStorage.asked = `${sessionStorage.asked || ''}${options.uiMode || 'every way'};`;
            return get(options);
        };";
    let script = serde_json::json!({ "source": watched });
    stage.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await.unwrap();
    let asked = async || -> String {
        let taken = "const asked = sessionStorage.asked; sessionStorage.asked = ''; return asked";
        stage.driver.execute(taken, vec![]).await.unwrap().convert().unwrap()
    };
    stage.open("/sign-in").await;
    stage.click("#sign-in").await;
    stage.sees("#status", "Nothing happened").await;
    assert_eq!(asked().await, "immediate;every way;");
    stage.click("#sign-in").await;
    stage.sees("#status", "Nothing happened").await;
    assert_eq!(asked().await, "every way;");
    stage.open("/sign-up").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "Hello, alice").await;
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    stage.open("/sign-in").await;
    stage.click("#sign-in").await;
    stage.sees("h1", "Hello, alice").await;
    assert_eq!(asked().await, "immediate;");
    stage.quit().await;
}

/// The answer comes after the challenge has ended: the page says so, and the next try works.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_ceremony_is_told_and_the_next_try_works() {
    let (stage, _device) = with_account(&[("CLAVIGER_WEBAUTHN__CHALLENGE_LIFETIME", "5s")]).await;
    let slow = "const get = navigator.credentials.get.bind(navigator.credentials);
        navigator.credentials.get = async (options) => {
            const credential = await get(options);
            navigator.credentials.get = get;
            await new Promise((resolve) => setTimeout(resolve, 5500));
            return credential;
        };";
    stage.driver.execute(slow, vec![]).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees("#status", "took too long").await;
    stage.click("#sign-in").await;
    stage.sees("h1", "Hello, alice").await;
    stage.quit().await;
}

/// A passkey that the server does not know: told, and other ways stay open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_passkey_is_told() {
    let (stage, device) = with_account(&[]).await;
    let mut foreign = device.credentials().await[0].clone();
    foreign["credentialId"] = "AAAAAAAAAAAAAAAAAAAAAA==".into();
    device.remove().await;
    let device = stage.authenticator().await;
    device.insert(&foreign).await;
    stage.click("#sign-in").await;
    stage.sees("#status", "not known here").await;
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_name_is_told_on_the_page() {
    let (stage, _device) = with_account(&[]).await;
    stage.open("/sign-up").await;
    stage.sign_up("ALICE").await;
    stage.sees("#status", "taken").await;
    stage.quit().await;
}

/// The page arms its field anew before the challenge ends, so waiting costs nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_field_is_armed_anew_before_the_challenge_ends() {
    let stage = Stage::with(&[("CLAVIGER_WEBAUTHN__CHALLENGE_LIFETIME", "2s")]).await;
    stage.authenticator().await;
    stage.open("/sign-in").await;
    let count = "const done = arguments[arguments.length - 1];
        const begins = () => performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/begin')).length;
        const timer = setInterval(() => { if (begins() >= 3) { clearInterval(timer); done(begins()); } }, 100);";
    let begins: u32 = stage.driver.execute_async(count, vec![]).await.unwrap().convert().unwrap();
    assert!(begins >= 3);
    stage.quit().await;
}

/// While the server can't begin a ceremony the page asks it ever more seldom, and says what is the matter.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_trouble_is_not_hammered() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    let broken = "const real = window.fetch; window.begins = 0;
        window.fetch = async (url, options) => {
            if (!String(url).endsWith('/begin')) return real(url, options);
            window.begins += 1;
            return new Response('busy', { status: 503 });
        };";
    let script = serde_json::json!({ "source": broken });
    stage.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await.unwrap();
    stage.open("/sign-in").await;
    stage.sees("#status", "on our side").await;
    let wait = "const done = arguments[arguments.length - 1]; setTimeout(() => done(window.begins), 5000);";
    let begins: u32 = stage.driver.execute_async(wait, vec![]).await.unwrap().convert().unwrap();
    assert!((1..=3).contains(&begins), "{begins} calls in five seconds");
    stage.quit().await;
}

/// A browser without passkeys, as inside of many apps: it says so, and how to go on. The link begins again at the app.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_without_passkeys_leads_to_another() {
    let stage = Stage::new().await;
    let none = "delete window.PublicKeyCredential";
    let script = serde_json::json!({ "source": none });
    stage.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await.unwrap();
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees("#status", "cannot use passkeys").await;
    stage.click("#other-browser").await;
    stage.sees("h1", "another browser").await;
    let link = stage.text("#copied-link").await;
    assert_eq!(link, format!("{}/account", stage.issuer), "nothing of this request is in it");
    stage.quit().await;
}

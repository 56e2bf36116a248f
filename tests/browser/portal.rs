//! The account portal in a real browser: a second passkey, recovery codes, and the way back when everything is lost.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::{harness::Stage, screenshots::picture};

pub async fn signed_up(stage: &Stage) {
    stage.without_autofill().await;
    stage.open("/sign-up").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "Hello").await;
}

pub async fn count(stage: &Stage, css: &str) -> usize {
    stage.driver.find_all(By::Css(css)).await.unwrap().len()
}

/// Adds one from another device, names it, removes the first; each with a touch of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passkeys_are_added_named_and_removed() {
    let stage = Stage::new().await;
    let laptop = stage.authenticator().await;
    signed_up(&stage).await;
    stage.open("/account/passkeys").await;
    stage.sees("main", "only passkey").await;
    stage.click("#add-passkey").await;
    stage.sees("#status", "already has a passkey").await;
    // The step-up is answered by the laptop, the new passkey made by the key.
    let key = stage.security_key().await;
    stage.click("#add-passkey").await;
    stage.driver.query(By::Css(".item:nth-child(2)")).first().await.unwrap();
    assert_eq!(key.credentials().await.len(), 1);
    stage.click(".item:nth-child(2) summary").await;
    let field = stage.driver.query(By::Css(".item:nth-child(2) input")).and_displayed().first().await.unwrap();
    field.send_keys("Blue key").await.unwrap();
    stage.click(".item:nth-child(2) form .btn").await;
    stage.sees(".item:nth-child(2) h2", "Blue key").await;
    picture(&stage, "passkeys_two").await;
    stage.click(".item:first-child > .btn.danger").await;
    stage.sees("#sure-text", "cannot sign in with it any more").await;
    picture(&stage, "passkeys_sure").await;
    // The laptop is gone: the key confirms.
    laptop.remove().await;
    stage.click("#sure-yes").await;
    stage.sees(".item:first-child h2", "Blue key").await;
    assert_eq!(count(&stage, ".item").await, 1);
    stage.quit().await;
}

/// A link for another device, as a picture and as text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_leads_another_device_to_a_passkey() {
    let stage = Stage::new().await;
    let laptop = stage.authenticator().await;
    signed_up(&stage).await;
    stage.open("/account/passkeys").await;
    stage.click("#add-elsewhere").await;
    stage.sees("#elsewhere", "works once").await;
    let url = stage.text("#device-link").await;
    assert!(url.starts_with(&format!("{}/enroll/clv_en_", stage.issuer)), "{url}");
    let drawn = stage.driver.find(By::Css("#elsewhere path")).await.unwrap().attr("d").await.unwrap().unwrap();
    assert!(drawn.matches('M').count() > 200);
    picture(&stage, "passkeys_elsewhere").await;
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    laptop.remove().await;
    stage.authenticator().await;
    stage.driver.goto(&url).await.unwrap();
    stage.sees("h1", "Welcome").await;
    stage.click("#create").await;
    stage.sees("h1", "Hello").await;
    stage.open("/account/passkeys").await;
    assert_eq!(count(&stage, ".item").await, 2);
    stage.quit().await;
}

/// The last passkey stays, and says why.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_passkey_says_why_it_stays() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    signed_up(&stage).await;
    stage.open("/account/passkeys").await;
    stage.click(".item > .btn.danger").await;
    stage.click("#sure-yes").await;
    stage.sees("#status", "This is your last passkey").await;
    stage.quit().await;
}

/// Codes on paper, every device gone: name and code lead to a new passkey.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_code_leads_back_in() {
    let stage = Stage::new().await;
    let lost = stage.authenticator().await;
    signed_up(&stage).await;
    stage.open("/account/recovery").await;
    stage.click("#make-codes").await;
    stage.sees("#codes", "shown once").await;
    picture(&stage, "recovery_codes").await;
    assert_eq!(count(&stage, "#codes li").await, 10);
    let code = stage.text("#codes li:nth-child(2)").await;
    let file = stage.driver.find(By::Css("#save-codes")).await.unwrap().attr("href").await.unwrap().unwrap();
    assert!(file.starts_with("blob:"), "{file}");
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    lost.remove().await;
    stage.authenticator().await;
    stage.open("/sign-in").await;
    stage.click("a[href*='/recover']").await;
    for (field, text) in [("username", "alice"), ("code", &*code)] {
        let field = stage.driver.query(By::Css(format!("input[name={field}]"))).first().await.unwrap();
        field.send_keys(text).await.unwrap();
    }
    stage.click("#use-code").await;
    stage.sees("h1", "Welcome").await;
    stage.click("#create").await;
    stage.sees("h1", "Hello").await;
    stage.open("/account/recovery").await;
    stage.sees("main", "9 recovery codes are left").await;
    stage.quit().await;
}

/// A passkey that was removed here is forgotten by the device that still offers it (WebAuthn 5.1.10).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removed_passkey_is_forgotten_by_its_device() {
    let stage = Stage::new().await;
    let laptop = stage.authenticator().await;
    signed_up(&stage).await;
    stage.open("/account/passkeys").await;
    let key = stage.security_key().await;
    stage.click("#add-passkey").await;
    stage.driver.query(By::Css(".item:nth-child(2)")).first().await.unwrap();
    let kept = laptop.credentials().await[0].clone();
    laptop.remove().await;
    stage.click(".item:first-child > .btn.danger").await;
    stage.click("#sure-yes").await;
    stage.sees(".item:first-child", "Only on one device").await;
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    // The laptop comes back, with the passkey that opens nothing any more.
    key.remove().await;
    let laptop = stage.authenticator().await;
    laptop.insert(&kept).await;
    stage.open("/sign-in").await;
    stage.click("#sign-in").await;
    stage.sees("#status", "not known here").await;
    laptop.forgets().await;
    stage.quit().await;
}

/// A passkey of this account that the server never knew is forgotten on one's own pages; the one that is known stays (WebAuthn
/// 5.1.10.3). Where the database may lack some, nothing is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_learn_which_passkeys_are_known() {
    let stage = Stage::new().await;
    let laptop = stage.authenticator().await;
    signed_up(&stage).await;
    let known = laptop.credentials().await[0].clone();
    let mut stale = known.clone();
    stale["credentialId"] = "c3RhbGU=".into();
    let key = stage.security_key().await;
    key.insert(&stale).await;
    assert_eq!(key.credentials().await.len(), 1);
    stage.open("/account/passkeys").await;
    key.forgets().await;
    assert_eq!(laptop.credentials().await.len(), 1);
    stage.command(&["restored"]);
    key.insert(&stale).await;
    stage.open("/account").await;
    stage.sees("h1", "Hello").await;
    assert_eq!(count(&stage, "main[data-accepted]").await, 0);
    assert_eq!(key.credentials().await.len(), 1);
    stage.quit().await;
}

/// One's name is changed here, and the device shows it; the account is asked to go, and kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_is_changed_and_an_account_kept() {
    let stage = Stage::new().await;
    let laptop = stage.authenticator().await;
    signed_up(&stage).await;
    stage.open("/account/profile").await;
    let name = stage.driver.query(By::Css("input[name=name]")).first().await.unwrap();
    name.send_keys("Alice Liddell").await.unwrap();
    let town = stage.driver.query(By::Css("input[name='address.locality']")).first().await.unwrap();
    town.send_keys("Oxford").await.unwrap();
    stage.click("form.fields .btn").await;
    stage.sees("#status", "Saved").await;
    laptop.knows("Alice Liddell").await;
    stage.open("/account").await;
    stage.sees("h1", "Hello, Alice Liddell").await;
    stage.open("/account/profile").await;
    let town = stage.driver.query(By::Css("input[name='address.locality']")).first().await.unwrap();
    assert_eq!(town.value().await.unwrap().as_deref(), Some("Oxford"));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("alice.png");
    let face =
        image::RgbaImage::from_fn(1200, 900, |x, y| image::Rgba([x.to_le_bytes()[0], y.to_le_bytes()[0], 160, 255]));
    face.save(&file).unwrap();
    let choose = stage.driver.query(By::Css("#choose-picture")).first().await.unwrap();
    choose.send_keys(file.to_str().unwrap()).await.unwrap();
    stage.driver.query(By::Css("#picture img.face")).first().await.unwrap();
    let wide = "return document.querySelector('img.face').naturalWidth";
    let shown: i64 = stage.driver.execute(wide, vec![]).await.unwrap().convert().unwrap();
    assert_eq!(shown, 256);
    picture(&stage, "profile_picture").await;
    let kept = json!({ "behavior": "allow", "downloadPath": directory.path() });
    stage.driver.cdp().send_raw("Browser.setDownloadBehavior", kept).await.unwrap();
    stage.click("#export").await;
    let (file, until) = (directory.path().join("account.json"), Instant::now() + Duration::from_secs(20));
    // It is there before it is whole.
    let saved = loop {
        match std::fs::read(&file).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok()) {
            Some(saved) => break saved,
            None => assert!(Instant::now() < until, "nothing was saved"),
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(saved["profile"]["name"], "Alice Liddell");
    stage.click("#delete-account").await;
    stage.click("#sure-yes").await;
    stage.sees("h1", "Sign in").await;
    stage.click("#sign-in").await;
    stage.sees("main", "Your account goes").await;
    picture(&stage, "profile_going").await;
    stage.click("button[data-method=DELETE]").await;
    stage.driver.query(By::Css("#delete-account")).first().await.unwrap();
    stage.quit().await;
}

/// A group demands what the laptop's passkey is not: told where one signs in, with whom it concerns; a key is added in the session
/// that is there, and opens the app.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_group_demands_is_said_and_brought() {
    let stage = Stage::new().await;
    let laptop = stage.authenticator().await;
    signed_up(&stage).await;
    stage.command(&["group", "create", "staff", "--device-bound"]);
    stage.command(&["group", "add", "staff", "alice", "--lock-out", "1"]);
    // The server follows within a second; its own page tells when it has.
    let until = Instant::now() + Duration::from_secs(20);
    stage.open("/account/passkeys").await;
    while !stage.text("main").await.contains("Not accepted here any more") {
        assert!(Instant::now() < until, "the server does not follow");
        stage.driver.refresh().await.unwrap();
    }
    picture(&stage, "passkeys_unfit").await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees("main", "stays on one device").await;
    stage.sees("main", "None of yours will do").await;
    picture(&stage, "sign_in_demands").await;
    stage.click("#sign-in").await;
    stage.sees("#status", "will not do here").await;
    stage.click(".note a").await;
    stage.sees("h1", "Passkeys").await;
    let key = stage.security_key().await;
    stage.click("#add-passkey").await;
    stage.driver.query(By::Css(".item:nth-child(2)")).first().await.unwrap();
    laptop.remove().await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees("main", "Of yours, these will do").await;
    stage.click("#sign-in").await;
    stage.click("button[data-decision=allow]").await;
    stage.sees("#hello", "alice").await;
    assert_eq!(key.credentials().await.len(), 1);
    stage.quit().await;
}

//! Sessions and apps in the account portal: seen, ended, taken back, and told.

use std::time::{Duration, Instant};

use crate::{
    harness::Stage,
    portal::{count, signed_up},
};

/// Signs in once more with the passkey of this device, as another browser of the same person would.
async fn signed_in_elsewhere(stage: &Stage) {
    stage.driver.delete_cookie("claviger_sid").await.unwrap();
    stage.open("/sign-in").await;
    stage.click("#sign-in").await;
    stage.sees("h1", "Hello").await;
}

/// Other sessions are ended one by one and all at once; an app is taken back what it knew, and asks again; all of it is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_and_apps_are_seen_and_ended() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    signed_up(&stage).await;
    for _ in 0..3 {
        signed_in_elsewhere(&stage).await;
    }
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.click("button[data-decision=allow]").await;
    stage.sees("#hello", "alice").await;
    stage.open("/account/sessions").await;
    stage.sees(".item:first-child", "This browser").await;
    stage.sees(".item:first-child", "Demo app").await;
    assert_eq!(count(&stage, ".item").await, 4);
    stage.click(".item:nth-child(2) .btn.danger").await;
    stage.click("#sure-yes").await;
    until_there_are(&stage, ".item", 3).await;
    stage.click(".between .btn.danger").await;
    stage.click("#sure-yes").await;
    until_there_are(&stage, ".item", 1).await;
    stage.sees(".item:first-child", "This browser").await;
    stage.open("/account/apps").await;
    stage.sees(".item", "Demo app").await;
    stage.click(".item .btn.danger").await;
    stage.click("#sure-yes").await;
    until_there_are(&stage, ".item", 0).await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-out").await;
    stage.click("#sign-in").await;
    stage.sees("h1", "would like to know who you are").await;
    stage.open("/account/activity").await;
    stage.sees(".items", "You withdrew what an app may know").await;
    stage.sees(".items", "Sessions were ended").await;
    stage.quit().await;
}

/// Waits until the page has so many of them; it is loaded anew after each change.
async fn until_there_are(stage: &Stage, css: &str, wanted: usize) {
    let until = Instant::now() + Duration::from_secs(20);
    while count(stage, css).await != wanted {
        assert!(Instant::now() < until, "never {wanted} of {css}");
        tokio::task::yield_now().await;
    }
}

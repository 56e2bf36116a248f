//! Mail in a real browser: an address is confirmed by its letter, and a lost device is made good by another.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use thirtyfour::prelude::*;

use crate::{
    harness::Stage,
    postbox::{Letter, Postbox},
    screenshots::picture,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for a letter whose subject says this.
async fn letter(postbox: &Postbox, subject: &str) -> Letter {
    let until = Instant::now() + PATIENCE;
    let mut others = Vec::new();
    while Instant::now() < until {
        for letter in postbox.take() {
            if letter.subject.contains(subject) {
                return letter;
            }
            others.push(letter.subject);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no letter about {subject:?} but {others:?}");
}

async fn fill(stage: &Stage, css: &str, text: &str) {
    let field = stage.driver.query(By::Css(css)).first().await.unwrap();
    field.send_keys(text).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_confirm_an_address_and_lead_back_in() {
    let postbox = Postbox::new().await;
    let settings = postbox.settings();
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let on = [("CLAVIGER_MAIL__RECOVERY", "true"), ("CLAVIGER_MAIL__RECOVERY_DELAY", "1s")];
    let stage = Stage::with(&settings.chain(on).collect::<Vec<_>>()).await;
    let lost = stage.authenticator().await;
    stage.without_autofill().await;
    stage.open("/sign-up").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "Hello").await;
    stage.open("/account/profile").await;
    fill(&stage, "#email input", "alice@example.org").await;
    stage.click("#email .btn").await;
    stage.sees("#email", "waits for its confirmation").await;
    let confirm = letter(&postbox, "Confirm your e-mail address").await;
    stage.open(&format!("/account/email/{}", confirm.token("/account/email/"))).await;
    stage.sees("main", "Is alice@example.org your address?").await;
    picture(&stage, "email").await;
    stage.click("main form .btn.primary").await;
    stage.sees("#status", "Your address is confirmed").await;
    stage.open("/account/profile").await;
    stage.sees("#email .tag", "Confirmed").await;
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    lost.remove().await;
    stage.authenticator().await;
    stage.open("/recover").await;
    picture(&stage, "recover_email").await;
    fill(&stage, "#recover-email input", "alice").await;
    stage.click("#ask-by-email").await;
    stage.sees("#status", "a letter is or was sent").await;
    let asked = letter(&postbox, "wants to come back").await;
    stage.open(&format!("/recover/cancel/{}", asked.token("/recover/cancel/"))).await;
    stage.sees("h1", "Call off the way back?").await;
    picture(&stage, "cancel_recovery").await;
    let back = letter(&postbox, "Your way back").await;
    assert!(back.to == "alice@example.org" && back.id != asked.id);
    let page = tempfile::tempdir().unwrap();
    show(&stage, page.path(), &back).await;
    stage.open(&format!("/enroll/{}", back.token("/enroll/"))).await;
    stage.click("#create").await;
    stage.sees("h1", "Hello").await;
    stage.quit().await;
}

/// The letter as a reader of mail shows it.
async fn show(stage: &Stage, directory: &Path, letter: &Letter) {
    let file = directory.join("letter.html");
    std::fs::write(&file, &letter.html).unwrap();
    stage.driver.goto(format!("file://{}", file.display())).await.unwrap();
    stage.sees("h1", "Your way back").await;
    picture(stage, "notice").await;
}

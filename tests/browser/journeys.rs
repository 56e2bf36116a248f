//! What people do: create an account, allow an app, come back.

use serde_json::Value;

use crate::harness::Stage;

/// From the demo app's button to its greeting, with a new account.
async fn create_account(stage: &Stage, name: &str) {
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees("h1", "Sign in to Demo app").await;
    stage.click("a[href*='/sign-up']").await;
    stage.sign_up(name).await;
    stage.sees("h1", "would like to know who you are").await;
    stage.click("button[data-decision=allow]").await;
    stage.sees("#hello", name).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_account_lands_in_the_app_with_verified_claims() {
    let stage = Stage::new().await;
    let device = stage.authenticator().await;
    create_account(&stage, "alice").await;
    let claims = stage.text("#id-token").await;
    assert!(claims.contains(&stage.issuer) && claims.contains("at_hash") && claims.contains("sid"), "{claims}");
    assert!(claims.contains("[\"user\"]") && !claims.contains("acr"), "an enrolment proves little: {claims}");
    assert!(stage.text("#userinfo").await.contains("alice"));
    let stored = device.credentials().await;
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0]["isResidentCredential"], Value::Bool(true));
    stage.quit().await;
}

/// Signed in at the provider and consent stands: one click in the app, nothing to touch.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_time_with_a_session_nothing_is_asked() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    create_account(&stage, "alice").await;
    stage.click("#sign-out").await;
    stage.click("#sign-in").await;
    stage.sees("#hello", "alice").await;
    stage.quit().await;
}

async fn sign_out_everywhere(stage: &Stage) {
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-out").await;
    // Whoever went on before the app has answered would still be signed in there.
    stage.sees("#sign-in", "Sign in").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_touch_by_autofill_signs_in() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    create_account(&stage, "alice").await;
    sign_out_everywhere(&stage).await;
    stage.click("#sign-in").await;
    stage.sees("#hello", "alice").await;
    let claims = stage.text("#id-token").await;
    assert!(claims.contains("phr") && claims.contains("mfa"), "{claims}");
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_touch_by_button_signs_in() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    create_account(&stage, "alice").await;
    sign_out_everywhere(&stage).await;
    stage.without_autofill().await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees("h1", "Sign in to Demo app").await;
    stage.click("#sign-in").await;
    stage.sees("#hello", "alice").await;
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn denying_goes_back_to_the_app() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.click("a[href*='/sign-up']").await;
    stage.sign_up("alice").await;
    stage.click("button[data-decision=deny]").await;
    stage.sees("#failure", "denied").await;
    stage.quit().await;
}

/// Back from the app to a page whose request is answered: no second code, no dead end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_back_button_ends_on_a_page_that_knows_the_way() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    create_account(&stage, "alice").await;
    stage.driver.back().await.unwrap();
    stage.sees("h1", "This sign-in is over").await;
    let url = stage.driver.current_url().await.unwrap();
    assert!(!url.as_str().contains("code="), "{url}");
    stage.driver.goto(&stage.app).await.unwrap();
    stage.sees("#hello", "alice").await;
    stage.quit().await;
}

/// Two tabs wait with the same browser; both reach the app.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tabs_do_not_disturb_each_other() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    create_account(&stage, "alice").await;
    sign_out_everywhere(&stage).await;
    // The first tab waits on the sign-in page, without a device that answers by itself.
    stage.without_autofill().await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees("h1", "Sign in to Demo app").await;
    let first = stage.driver.window().await.unwrap();
    // In the second tab somebody creates an account and so a session.
    let second = stage.driver.new_tab().await.unwrap();
    stage.driver.switch_to_window(second).await.unwrap();
    stage.authenticator().await;
    stage.open("/sign-up").await;
    stage.sign_up("bob").await;
    stage.sees("h1", "Hello, bob").await;
    // The first tab's page is out of date now: it reloads once, and then works.
    stage.driver.switch_to_window(first).await.unwrap();
    stage.click("#sign-in").await;
    stage.sees(".note", "bob").await;
    stage.click("a[href*='account=other']").await;
    stage.click("#sign-in").await;
    stage.sees("#hello", "alice").await;
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_share_a_browser_one_after_the_other() {
    let stage = Stage::new().await;
    let device = stage.authenticator().await;
    create_account(&stage, "alice").await;
    sign_out_everywhere(&stage).await;
    device.remove().await;
    let device = stage.authenticator().await;
    create_account(&stage, "bob").await;
    assert!(stage.text("#userinfo").await.contains("bob"));
    stage.open("/account").await;
    stage.sees("main", "bob").await;
    assert_eq!(device.credentials().await.len(), 1);
    stage.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_administrators_link_works() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    stage.driver.goto(&stage.first_administrator).await.unwrap();
    stage.sees("h1", "Welcome, admin").await;
    stage.click("#create").await;
    stage.sees("h1", "Hello, admin").await;
    stage.driver.goto(&stage.first_administrator).await.unwrap();
    stage.sees("h1", "cannot be used any more").await;
    stage.quit().await;
}

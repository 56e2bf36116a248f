//! Developer pages: made an app by an administrator, signed in to, and used for calls that are really made.

use crate::{
    administration::{administrator, fill},
    harness::Stage,
    screenshots::picture,
};

/// Makes the pages an app, and comes to them by the link of their guide.
async fn made_an_app(stage: &Stage) {
    stage.open("/admin/clients?preset=developer-pages").await;
    stage.click("#new-client input[name=group_restricted]").await;
    stage.click("#new-client .btn.primary").await;
    stage.sees("h1", "Developer pages").await;
    stage.click("section details:last-of-type summary").await;
    stage.click("a[href*='/docs/connect/developer-pages']").await;
    stage.click("article a[href*='/docs/admin?client_id=']").await;
    stage.sees("h1", "For developers").await;
}

/// Calls an operation without parameters from its place in the page.
async fn tried(stage: &Stage, operation: &str) {
    let block = format!("[id$='{operation}']");
    stage.click(&format!("{block} .opblock-summary-control")).await;
    stage.click(&format!("{block} .try-out__btn")).await;
    stage.click(&format!("{block} .execute")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_tried_with_a_token_of_ones_own() {
    let stage = administrator().await;
    made_an_app(&stage).await;
    // The browser's own session goes along with no call.
    tried(&stage, "list_users").await;
    stage.sees("[id$='list_users'] .live-responses-table", "401").await;
    stage.click("#try-panel summary").await;
    fill(&stage, "#try input[name=scope]", "openid admin:users:read").await;
    picture(&stage, "docs_try").await;
    stage.click("#try .btn.primary").await;
    stage.sees("h1", "Developer pages").await;
    stage.click("button[data-decision=allow]").await;
    stage.sees("#try-status", "admin:users:read").await;
    let address = stage.driver.current_url().await.unwrap();
    assert!(address.query().is_none(), "the code is gone from {address}");
    tried(&stage, "list_users").await;
    stage.sees("[id$='list_users'] .live-responses-table", "\"username\": \"admin\"").await;
    // What was not asked for is not there.
    tried(&stage, "list_clients").await;
    stage.sees("[id$='list_clients'] .live-responses-table", "insufficient_scope").await;
    // An answer that this tab never asked for is told, and nothing is redeemed.
    stage.open("/docs/admin?code=clv_ac_x&state=y&iss=z").await;
    stage.sees("#try-status", "no question of this tab").await;
    // What goes wrong at the provider is told in its words.
    fill(&stage, "#try input[name=scope]", "profile").await;
    stage.click("#try .btn.primary").await;
    stage.sees("#try-status", "invalid_scope").await;
    stage.quit().await;
}

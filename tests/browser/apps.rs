//! Apps in front of an administrator: what they are told, made from what we know, and tried out.

use thirtyfour::prelude::*;

use crate::{
    administration::{administrator, fill, shown},
    screenshots::picture,
};

/// What an app is told: rules by hand, and a look at what they come to for somebody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_is_told_what_its_rules_say() {
    let stage = administrator().await;
    stage.open("/admin/clients").await;
    stage.click("details summary").await;
    fill(&stage, "input[name=client_name]", "Wiki").await;
    fill(&stage, "textarea[name=redirect_uris]", "https://wiki.example/cb").await;
    stage.click("details input[name=group_restricted]").await;
    stage.click("details .btn.primary").await;
    let told = shown(&stage).await;
    let client_id = told.lines().next().unwrap().to_owned();
    let page = format!("/admin/clients/{client_id}/claims");
    stage.open(&format!("/admin/clients/{client_id}")).await;
    stage.click("section.row a[href$='/claims']").await;
    stage.sees("h1", "What it is told").await;
    for (name, kind, text) in [
        ("role", "values", "staff = Editor\nadmins = cn=a,dc=b\n* = Viewer"),
        ("roles", "from:roles", ""),
        ("tenant", "value", "{\"id\": 7}"),
        ("upn", "from", "email"),
        ("login", "expression", "user.preferred_username + '@corp'"),
    ] {
        stage.click("#new-rule summary").await;
        fill(&stage, "#new-rule input[name=name]", name).await;
        stage.click(&format!("#new-rule option[value='{kind}']")).await;
        fill(&stage, "#new-rule textarea", text).await;
        stage.click("#new-rule .btn.primary").await;
        stage.sees("ul.items", name).await;
    }
    // A rule is tried before it is saved, and the form keeps it.
    stage.click("#new-rule summary").await;
    fill(&stage, "#new-rule input[name=name]", "level").await;
    stage.click("#new-rule option[value='values']").await;
    fill(&stage, "#new-rule textarea", "admins = 9\n* = 1").await;
    stage.click("#new-rule [data-try]").await;
    stage.sees("#preview .note", "With the rule for level, which is not saved").await;
    stage.sees("#each-claim", "A rule: they belong to none of its groups").await;
    let kept = stage.driver.find(By::Css("#new-rule textarea")).await.unwrap();
    assert_eq!(kept.prop("value").await.unwrap().as_deref(), Some("admins = 9\n* = 1"));
    picture(&stage, "admin_claims_trial").await;
    stage.open(&page).await;
    stage.driver.query(By::Css("ul.items li:nth-child(6)")).not_exists().await.unwrap();
    // What is no rule is said, and nothing is lost.
    stage.click("#new-rule summary").await;
    fill(&stage, "#new-rule input[name=name]", "sub").await;
    stage.click("#new-rule .btn.primary").await;
    stage.sees("#status", "sub is reserved").await;
    stage.open(&format!("{page}?user=admin")).await;
    stage.sees("ul.items", "admins = \"cn=a,dc=b\"").await;
    stage.sees("#each-claim", "admin@corp").await;
    stage.sees("#each-claim", "administrator").await;
    stage.sees("details pre", "Viewer").await;
    stage.sees("#each-claim", "Not there: nothing is known").await;
    picture(&stage, "admin_claims").await;
    fill(&stage, "#preview input[name=scope]", "openid profile").await;
    stage.click("#preview .btn").await;
    stage.sees("#each-claim", "the scope email is missing").await;
    picture(&stage, "admin_claims_preview").await;
    stage.open(&format!("{page}?user=nobody")).await;
    stage.sees(".note.bad", "Nobody has this name").await;
    stage.click("ul.items li:nth-child(2) .btn.danger").await;
    stage.sees("#sure-text", "roles").await;
    stage.click("#sure-yes").await;
    stage.driver.query(By::Css("ul.items li:nth-child(5)")).not_exists().await.unwrap();
    stage.open(&format!("{page}?user=admin&scope=openid")).await;
    let rules = stage.text("ul.items").await;
    assert!(rules.contains("tenant") && !rules.contains("Roles held here"), "{rules}");
    stage.sees("#each-claim", "the scope profile is missing").await;
    stage.quit().await;
}

/// A preset, the app's own address, and the guide with its values.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_we_know_is_made_from_its_preset() {
    let stage = administrator().await;
    stage.open("/admin/clients").await;
    stage.click("#new-client summary").await;
    stage.click("#new-client a[href='?preset=immich']").await;
    stage.sees("#new-client .note", "Everything that Immich needs").await;
    fill(&stage, "[data-address]", "https://photos.test/").await;
    stage.click("#new-client input[name=group_restricted]").await;
    let uris = stage.driver.find(By::Css("#new-client textarea")).await.unwrap().value().await.unwrap().unwrap();
    assert!(uris.starts_with("https://photos.test/auth/login\n") && uris.contains("app.immich:///"), "{uris}");
    picture(&stage, "admin_clients_preset").await;
    stage.click("#new-client .btn.primary").await;
    let client_id = shown(&stage).await.lines().next().unwrap().to_owned();
    stage.open(&format!("/admin/clients/{client_id}")).await;
    let logouts = stage.driver.find(By::Css("textarea[name=post_logout_redirect_uris]")).await.unwrap();
    assert_eq!(logouts.value().await.unwrap().as_deref(), Some("https://photos.test/auth/login"));
    stage.open(&format!("/admin/clients/{client_id}/claims")).await;
    stage.sees("ul.items", "immich_role").await;
    stage.open(&format!("/admin/clients/{client_id}")).await;
    stage.click("section details:last-of-type summary").await;
    stage.click("a[href*='/docs/connect/immich']").await;
    stage.sees("article", &client_id).await;
    stage.sees("article", "https://photos.test/api/oauth/backchannel-logout").await;
    picture(&stage, "guide").await;
    stage.click("a.tap").await;
    stage.sees("h1", "Connect an app").await;
    picture(&stage, "guides").await;
    stage.quit().await;
}

/// A trial: what the app did wrong is told exactly, and what went right, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_is_tried_out() {
    let stage = administrator().await;
    stage.open("/admin/clients/demo").await;
    stage.sees("main", "Nothing in the last seven days").await;
    stage.click("a[href$='/test']").await;
    stage.sees("h1", "Test the sign-in").await;
    let trial = stage.driver.window().await.unwrap();
    let elsewhere = stage.driver.new_tab().await.unwrap();
    stage.driver.switch_to_window(elsewhere).await.unwrap();
    let unknown = "redirect_uri=https%3A%2F%2Fwrong.example%2Fcb&response_type=code&scope=openid";
    stage.open(&format!("/oauth2/authorize?client_id=demo&{unknown}")).await;
    stage.sees("main", "https://wrong.example/cb").await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.click("button[data-decision=allow]").await;
    stage.sees("#hello", "admin").await;
    // The page looks again by itself.
    stage.driver.switch_to_window(trial).await.unwrap();
    stage.driver.cdp().send_raw("Page.bringToFront", serde_json::json!({})).await.unwrap();
    stage.sees("#steps", "The sign-in works from here on").await;
    stage.sees("main", "redirect_uri is not registered").await;
    picture(&stage, "admin_test").await;
    stage.open("/admin/clients/demo").await;
    stage.sees("main", "https://wrong.example/cb").await;
    picture(&stage, "admin_client").await;
    stage.quit().await;
}

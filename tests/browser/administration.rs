//! Administration in front of a browser: every page, and what is done there with a passkey shown for each thing.

use thirtyfour::prelude::*;

use crate::{harness::Stage, screenshots::picture};

/// The first administrator, signed in by their passkey.
pub async fn administrator() -> Stage {
    let stage = Stage::new().await;
    stage.authenticator().await;
    stage.without_autofill().await;
    stage.driver.goto(&stage.first_administrator).await.unwrap();
    stage.click("#create").await;
    stage.sees("h1", "Hello, admin").await;
    // A link opened this session: administration asks for the passkey.
    stage.open("/admin").await;
    stage.click("#sign-in").await;
    stage.sees("h1", "Administration").await;
    stage
}

pub async fn fill(stage: &Stage, css: &str, text: &str) {
    let field = stage.driver.query(By::Css(css)).first().await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

/// Looks again until a delivery says this: it is made behind the page's back.
async fn told_of(stage: &Stage, error: &str) {
    for _ in 0..100 {
        stage.open("/admin/settings").await;
        if stage.driver.source().await.unwrap().contains(error) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("no delivery says {error}");
}

pub async fn shown(stage: &Stage) -> String {
    stage.sees("#shown-title", "Shown once").await;
    stage.text("#shown-text").await
}

/// Invited, found, put into a group, and given a way back in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_is_invited_and_given_a_way_back_in() {
    let stage = administrator().await;
    picture(&stage, "admin_home").await;
    stage.open("/admin/groups").await;
    stage.click("details summary").await;
    fill(&stage, "input[name=name]", "staff").await;
    picture(&stage, "admin_groups").await;
    stage.click("details .btn.primary").await;
    stage.sees("h1", "staff").await;
    picture(&stage, "admin_group").await;
    stage.open("/admin/users").await;
    stage.click("details summary").await;
    fill(&stage, "details input[name=username]", "alice").await;
    fill(&stage, "details input[name=display_name]", "Alice Liddell").await;
    stage.click("details input[name=groups]").await;
    stage.click("details .btn.primary").await;
    let invitation = shown(&stage).await;
    assert!(invitation.contains("/enroll/"), "{invitation}");
    stage.click("#shown a").await;
    stage.sees("ul.items", "alice").await;
    picture(&stage, "admin_users").await;
    fill(&stage, "input[name=q]", "ali").await;
    stage.click("form .btn").await;
    stage.sees("ul.items", "Alice Liddell").await;
    stage.click("ul.items h2 a").await;
    stage.sees("h1", "alice").await;
    stage.sees("section.row", "Lost passkeys").await;
    picture(&stage, "admin_user").await;
    stage.click("#recover").await;
    stage.sees("#sure-text", "Whoever has this link").await;
    stage.click("#sure-yes").await;
    let link = shown(&stage).await;
    picture(&stage, "admin_user_link").await;
    // It works, for her, and once.
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    stage.driver.goto(&link).await.unwrap();
    stage.click("#create").await;
    stage.sees("h1", "Hello, Alice").await;
    // She administers nothing, and is told so.
    stage.open("/admin").await;
    stage.sees("h1", "Sign in").await;
    stage.driver.goto(&link).await.unwrap();
    stage.sees("h1", "cannot be used any more").await;
    stage.quit().await;
}

/// What is refused says why, and changes nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_administrator_is_told_why_they_stay() {
    let stage = administrator().await;
    stage.open("/admin/users").await;
    stage.click("ul.items h2 a").await;
    stage.sees("h1", "admin").await;
    stage.click("button.danger[data-admin=DELETE]").await;
    stage.sees("#sure-text", "cannot be undone").await;
    stage.click("#sure-yes").await;
    stage.sees("#status", "Nobody else could administer").await;
    stage.open("/admin").await;
    stage.sees("h1", "Administration").await;
    stage.quit().await;
}

/// An app for a group: connected, opened to who belongs to it, and closed again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_is_made_for_a_group() {
    let stage = administrator().await;
    stage.open("/admin/groups").await;
    stage.click("details summary").await;
    fill(&stage, "input[name=name]", "staff").await;
    stage.click("details .btn.primary").await;
    stage.sees("h1", "staff").await;
    stage.open("/admin/clients").await;
    picture(&stage, "admin_clients").await;
    stage.click("details summary").await;
    fill(&stage, "input[name=client_name]", "Wiki").await;
    fill(&stage, "textarea[name=redirect_uris]", "https://wiki.example/cb").await;
    stage.click("details input[name=groups]").await;
    stage.click("details .btn.primary").await;
    let told = shown(&stage).await;
    let client_id = told.lines().next().unwrap().to_owned();
    stage.open(&format!("/admin/clients/{client_id}")).await;
    stage.sees("h1", "Wiki").await;
    stage.sees("details pre", &client_id).await;
    picture(&stage, "admin_client").await;
    let request = format!(
        "/oauth2/authorize?response_type=code&client_id={client_id}&redirect_uri=https%3A%2F%2Fwiki.example%2Fcb\
         &scope=openid&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    stage.open(&request).await;
    stage.sees("h1", "use Wiki yet").await;
    stage.sees(".list", "staff").await;
    picture(&stage, "denied").await;
    // The administrator lets themselves in.
    stage.open("/admin/users").await;
    stage.click("ul.items h2 a").await;
    stage.click("form.row .btn").await;
    stage.sees("section h3 a", "staff").await;
    stage.open(&request).await;
    stage.sees("h1", "would like to know who you are").await;
    // What would lock somebody out is asked once more, with their number.
    stage.open("/admin/groups").await;
    stage.click("ul.items h2 a").await;
    stage.click("input[name='passkey_policy.device_bound']").await;
    stage.click("section .btn.primary").await;
    stage.sees("#sure-text", "one person has no passkey that will do then").await;
    stage.click("#sure button[value=no]").await;
    // A change of its settings keeps what the form does not show.
    stage.open(&format!("/admin/clients/{client_id}")).await;
    fill(&stage, "input[name=client_name]", "Wiki of ours").await;
    stage.click("section .btn.primary").await;
    stage.sees("h1", "Wiki of ours").await;
    let checked = stage.driver.find(By::Css("input[name=group_restricted]")).await.unwrap();
    assert!(checked.is_selected().await.unwrap());
    stage.open("/admin/audit?event=client.updated").await;
    stage.sees("ul.items", "client.updated").await;
    picture(&stage, "admin_audit").await;
    // Followed, it shows what happens meanwhile.
    stage.open("/admin/audit?event=group.created").await;
    stage.click("#follow").await;
    stage.sees("#follow", "Stop following").await;
    stage.command(&["group", "create", "newcomers"]);
    stage.driver.query(By::XPath("//code[contains(., 'newcomers')]")).first().await.unwrap();
    stage.click("#follow").await;
    stage.sees("#follow", "Follow").await;
    stage.open("/admin/keys").await;
    picture(&stage, "admin_keys").await;
    stage.open("/admin/sessions").await;
    stage.sees("ul.items", "admin").await;
    picture(&stage, "admin_sessions").await;
    stage.open("/admin/settings").await;
    fill(&stage, "input[name='branding.contact']", "help@example.org").await;
    fill(&stage, "input[name='branding.accent']", "#aa3377").await;
    stage.click("form[data-call='/settings'] .btn.primary").await;
    stage.driver.query(By::Css("link[href$='/brand.css']")).first().await.unwrap();
    fill(&stage, "input[name='branding.accent']", "").await;
    stage.click("form[data-call='/settings'] .btn.primary").await;
    stage.driver.query(By::Css("link[href$='/brand.css']")).not_exists().await.unwrap();
    // Nothing may be called on this machine, and the page says so.
    stage.click("#new-webhook summary").await;
    fill(&stage, "#new-webhook input[name=url]", "https://127.0.0.1:1/hooks").await;
    fill(&stage, "#new-webhook textarea", "user.*\nwebhook.*").await;
    stage.click("#new-webhook .btn.primary").await;
    assert!(shown(&stage).await.starts_with("whsec_"));
    stage.open("/admin/settings").await;
    stage.click("button[data-call$='/test']").await;
    stage.sees("#status", "on its way").await;
    stage.sees(".item .mono", "https://127.0.0.1:1/hooks").await;
    told_of(&stage, "may not be called").await;
    stage.click("button[data-admin=PUT]").await;
    stage.sees(".tag.bad", "Disabled").await;
    stage.click("button[data-admin=PUT]").await;
    stage.sees("button[data-admin=PUT]", "Disable").await;
    stage.click("details.small summary").await;
    picture(&stage, "admin_settings").await;
    stage.click("button.danger").await;
    stage.click("#sure-yes").await;
    stage.driver.query(By::Css("button.danger")).not_exists().await.unwrap();
    stage.open("/admin/keys").await;
    stage.click("#rotate").await;
    stage.click("#sure-yes").await;
    stage.sees("ul.items", "Next").await;
    stage.quit().await;
}

/// A link with which somebody makes an account for themselves, in a group from the beginning.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_makes_an_account_by_a_link() {
    let stage = administrator().await;
    stage.command(&["group", "create", "staff"]);
    stage.command(&["user", "invite", "bob"]);
    stage.open("/admin/invitations").await;
    stage.sees("section:last-of-type", "bob").await;
    stage.click("#new-token summary").await;
    fill(&stage, "#new-token input[name=uses]", "2").await;
    stage.click("#new-token input[name=groups]").await;
    stage.click("#new-token .btn.primary").await;
    let link = shown(&stage).await;
    assert!(link.contains("/sign-up?token=clv_st_"), "{link}");
    stage.click("#shown a").await;
    stage.sees("ul.items", "0 / 2").await;
    picture(&stage, "admin_invitations").await;
    stage.open("/oauth2/logout").await;
    stage.click("button[data-decision=sign_out]").await;
    stage.sees("h1", "You are signed out").await;
    stage.driver.goto(&link).await.unwrap();
    stage.sign_up("carol").await;
    stage.sees("h1", "Hello, carol").await;
    let shown = stage.command(&["group", "show", "staff"]);
    assert!(shown.contains("carol"), "{shown}");
    stage.quit().await;
}

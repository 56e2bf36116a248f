//! The pages of administration: for whom, and with what.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{SoftPasskey, TestApp};

const PAGES: [(&str, &[Role]); 9] = [
    ("/admin", &[Role::Administrator, Role::UserManager, Role::ClientManager, Role::Auditor]),
    ("/admin/users", &[Role::Administrator, Role::UserManager, Role::Auditor]),
    ("/admin/groups", &[Role::Administrator, Role::UserManager, Role::ClientManager, Role::Auditor]),
    ("/admin/clients", &[Role::Administrator, Role::ClientManager, Role::Auditor]),
    ("/admin/keys", &[Role::Administrator, Role::Auditor]),
    ("/admin/audit", &[Role::Administrator, Role::Auditor]),
    ("/admin/sessions", &[Role::Administrator, Role::UserManager, Role::Auditor]),
    ("/admin/invitations", &[Role::Administrator, Role::UserManager, Role::Auditor]),
    ("/admin/settings", &[Role::Administrator, Role::Auditor]),
];

#[tokio::test]
async fn each_role_sees_its_own_pages_and_tabs() {
    let app = TestApp::new().await;
    for role in
        [None, Some(Role::Auditor), Some(Role::ClientManager), Some(Role::UserManager), Some(Role::Administrator)]
    {
        let roles: Vec<Role> = role.into_iter().collect();
        let mut person = app.person(role.map_or("nobody", Role::as_str), &roles).await;
        for (path, whom) in PAGES {
            let expected = role.is_some_and(|role| whom.contains(&role));
            let page = person.browser.open(path).await;
            let status = if expected { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, status, "{role:?} {path}");
            let home = person.browser.open("/admin").await.body;
            assert_eq!(home.contains(&format!("href=\"{path}\"")), expected, "{role:?} {path}");
        }
        let link = person.browser.open("/account").await.body.contains("href=\"/admin\"");
        assert_eq!(link, role.is_some(), "{role:?}");
    }
}

/// Who only looks is offered nothing to change.
#[tokio::test]
async fn an_auditor_is_offered_nothing_to_change() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let group = program.make("/groups", &json!({ "name": "staff" })).await["id"].as_str().unwrap().to_owned();
    let asked = json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"] });
    let client = program.make("/clients", &asked).await["client_id"].as_str().unwrap().to_owned();
    let alice = app.person("alice", &[]).await;
    let mut auditor = app.person("auditor", &[Role::Auditor]).await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    for path in [
        "/admin/users".to_owned(),
        format!("/admin/users/{}", alice.id),
        "/admin/groups".to_owned(),
        format!("/admin/groups/{group}"),
        "/admin/clients".to_owned(),
        format!("/admin/clients/{client}"),
        format!("/admin/clients/{client}/claims"),
        "/admin/settings".to_owned(),
        "/admin/keys".to_owned(),
    ] {
        assert!(!auditor.browser.open(&path).await.body.contains("data-admin="), "{path}");
        assert!(root.browser.open(&path).await.body.contains("data-admin="), "{path}");
    }
    // Nor is a manager offered what is an administrator's.
    let mut manager = app.person("manager", &[Role::UserManager]).await;
    let page = manager.browser.open(&format!("/admin/users/{}", root.id)).await.body;
    assert!(!page.contains("data-admin="));
    let page = manager.browser.open(&format!("/admin/users/{}", alice.id)).await.body;
    assert!(page.contains("value=\"user_manager\"") && !page.contains("value=\"administrator\""));
}

#[tokio::test]
async fn whoever_showed_no_passkey_signs_in_first_and_comes_back() {
    let app = TestApp::new().await;
    let mut stranger = app.browser();
    for (path, _) in PAGES {
        let location = stranger.open(path).await.location();
        assert!(location.starts_with("/sign-in?continue="), "{path}: {location}");
    }
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    let link = app.administrator("root").await;
    browser.enroll(&link, &mut passkey).await;
    let location = browser.open("/admin/users?q=a").await.location();
    let sealed = location.split("continue=").nth(1).unwrap().to_owned();
    browser.get(&location).await;
    let answer = browser.authenticate(&json!({ "continue": sealed }), &mut passkey).await;
    assert_eq!(answer.json()["location"], "/admin/users");
    assert_eq!(browser.open("/admin/users").await.status, StatusCode::OK);
}

/// Whatever somebody is called, it is text, on every page.
#[tokio::test]
async fn what_people_typed_is_text_everywhere() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let evil = "\"><img src=x onerror=alert(1)>\u{202e}'{{7*7}}</script>";
    let group = program.make("/groups", &json!({ "name": evil })).await["id"].as_str().unwrap().to_owned();
    let body = json!({ "username": "alice", "display_name": evil, "groups": [evil] });
    let user = program.make("/users", &body).await["user"]["id"].as_str().unwrap().to_owned();
    let body = json!({ "client_name": evil, "redirect_uris": ["https://a.example/cb"], "groups": [evil],
        "claims": [{ "name": "<img/src=x>", "values": [{ "group": evil, "value": evil }], "otherwise": evil }] });
    let client = program.make("/clients", &body).await["client_id"].as_str().unwrap().to_owned();
    let mut root = app.person("root", &[Role::Administrator]).await;
    for path in [
        "/admin".to_owned(),
        "/admin/users".to_owned(),
        format!("/admin/users/{user}"),
        "/admin/groups".to_owned(),
        format!("/admin/groups/{group}"),
        "/admin/clients".to_owned(),
        format!("/admin/clients/{client}"),
        format!("/admin/clients/{client}/claims?user=root"),
        format!("/admin/clients/{client}/claims?user=%22%3E%3Cimg%20src%3Dx%3E&scope=%22%3E%3Cimg%20src%3Dx%3E"),
        "/admin/audit".to_owned(),
        "/admin/users?q=%22%3E%3Cimg%20src%3Dx%3E".to_owned(),
        "/admin/audit?client=%22%3E%3Cimg%20src%3Dx%3E".to_owned(),
    ] {
        let page = root.browser.open(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(
            !page.body.contains("<img src=x") && !page.body.contains("<img/src") && !page.body.contains("49</script>"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_no_page_of_a_list_is_told() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    for path in ["/admin/users?after=x", "/admin/users?where=1", "/admin/audit?since=x", "/admin/groups?limit=0"] {
        assert_eq!(root.browser.open(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    for path in
        ["/admin/users/x", "/admin/groups/x", "/admin/clients/x", "/admin/users/0190b6c0-0000-7000-8000-000000000000"]
    {
        assert_eq!(root.browser.open(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// The charts and the tasks are of what happened.
#[tokio::test]
async fn the_home_page_counts_what_happened() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let program = app.program(None).await;
    for (name, setting) in [("Old", "require_pkce"), ("Chatty", "release_unverified_email")] {
        let body = json!({ "client_name": name, "redirect_uris": ["https://a.example/cb"], setting: setting != "require_pkce" });
        program.make("/clients", &body).await;
    }
    let before = root.browser.open("/admin").await.body;
    assert!(before.contains("2 apps do without") && before.contains(">Old (no PKCE)</a>"), "{before}");
    assert!(before.contains(">Chatty (unverified addresses)</a>"), "{before}");
    assert!(before.contains("second administrator") && before.contains("One person has a single passkey"));
    let mut alice = app.person("alice", &[]).await;
    alice.browser.open("/sign-in").await;
    for _ in 0..2 {
        alice.browser.sign_in(&mut alice.passkey).await;
    }
    app.person("second", &[Role::Administrator]).await;
    // It is counted once a minute.
    app.advance(60);
    let page = root.browser.open("/admin").await.body;
    let date = app.app.now().format("%Y-%m-%d");
    assert!(page.contains(&format!("{date}: 5")), "five sign-ins: {page}");
    assert!(page.contains(&format!("{date}: 3")) && page.contains("<p class=\"big\">3</p>"), "of three people");
    assert!(page.contains("more than one administrator") && page.contains("3 people have a single passkey"));
    let answer = root.call(Method::GET, "/statistics", &Value::Null).await;
    assert_eq!(answer.json()["people"]["with_one_passkey"], 3, "{}", answer.body);
    assert_eq!(answer.json()["active_people"], 3);
    let before = app.app.store.counts().reads;
    root.call(Method::GET, "/statistics", &Value::Null).await;
    assert_eq!(app.app.store.counts().reads - before, 1, "whoever asks again is told what was counted");
    assert_eq!(answer.json()["days"], json!([{ "date": date.to_string(), "sign_ins": 5, "failures": 0, "people": 3 }]));
}

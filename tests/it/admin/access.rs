//! Who may do what in administration: a whole table over the routes. A row that is added has to be added here, too.

use claviger::{
    http::{Row, rule::Access},
    protocol::{
        administration::{self, Area, Right},
        role::Role,
    },
    router, urls,
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{harness::TestApp, http::routes::path};

/// Every operation, and the scope that it takes.
const OPERATIONS: &[(&str, &str, &str)] = &[
    ("GET", "/users", "admin:users:read"),
    ("POST", "/users", "admin:users:write"),
    ("GET", "/users/:user", "admin:users:read"),
    ("PATCH", "/users/:user", "admin:users:write"),
    ("DELETE", "/users/:user", "admin:users:write"),
    ("POST", "/users/:user/recovery-link", "admin:users:write"),
    ("POST", "/users/:user/invitation", "admin:invitations:write"),
    ("DELETE", "/users/:user/invitation", "admin:invitations:write"),
    ("GET", "/users/:user/groups", "admin:groups:read"),
    ("GET", "/users/:user/credentials", "admin:credentials:read"),
    ("DELETE", "/users/:user/credentials/:credential", "admin:credentials:write"),
    ("GET", "/users/:user/sessions", "admin:sessions:read"),
    ("DELETE", "/users/:user/sessions", "admin:sessions:write"),
    ("DELETE", "/users/:user/sessions/:session", "admin:sessions:write"),
    ("GET", "/users/:user/consents", "admin:consents:read"),
    ("DELETE", "/users/:user/consents/:client_id", "admin:consents:write"),
    ("GET", "/groups", "admin:groups:read"),
    ("POST", "/groups", "admin:groups:write"),
    ("GET", "/groups/:group", "admin:groups:read"),
    ("PUT", "/groups/:group", "admin:groups:write"),
    ("DELETE", "/groups/:group", "admin:groups:write"),
    ("GET", "/groups/:group/members", "admin:groups:read"),
    ("GET", "/groups/:group/members/:user", "admin:groups:read"),
    ("PUT", "/groups/:group/members/:user", "admin:groups:write"),
    ("DELETE", "/groups/:group/members/:user", "admin:groups:write"),
    ("GET", "/clients", "admin:clients:read"),
    ("POST", "/clients", "admin:clients:write"),
    ("GET", "/clients/:client_id", "admin:clients:read"),
    ("PUT", "/clients/:client_id", "admin:clients:write"),
    ("DELETE", "/clients/:client_id", "admin:clients:write"),
    ("POST", "/clients/:client_id/preview", "admin:clients:read"),
    ("GET", "/clients/:client_id/errors", "admin:clients:read"),
    ("POST", "/clients/:client_id/secrets", "admin:clients:write"),
    ("DELETE", "/clients/:client_id/secrets/:secret", "admin:clients:write"),
    ("GET", "/keys", "admin:keys:read"),
    ("POST", "/keys/rotation", "admin:keys:write"),
    ("DELETE", "/keys/:kid", "admin:keys:write"),
    ("GET", "/invitations", "admin:invitations:read"),
    ("GET", "/sign-up-tokens", "admin:invitations:read"),
    ("POST", "/sign-up-tokens", "admin:invitations:write"),
    ("DELETE", "/sign-up-tokens/:token", "admin:invitations:write"),
    ("GET", "/sessions", "admin:sessions:read"),
    ("GET", "/settings", "admin:settings:read"),
    ("PUT", "/settings", "admin:settings:write"),
    ("GET", "/webhooks", "admin:settings:read"),
    ("POST", "/webhooks", "admin:settings:write"),
    ("GET", "/webhooks/:webhook", "admin:settings:read"),
    ("PUT", "/webhooks/:webhook", "admin:settings:write"),
    ("DELETE", "/webhooks/:webhook", "admin:settings:write"),
    ("POST", "/webhooks/:webhook/test", "admin:settings:write"),
    ("GET", "/webhooks/:webhook/deliveries", "admin:settings:read"),
    ("GET", "/audit", "admin:audit:read"),
    ("GET", "/audit/export", "admin:audit:read"),
    ("GET", "/statistics", "admin:statistics:read"),
];

/// What each role reaches.
const ROLES: &[(Role, &[&str])] = &[
    (Role::Administrator, &["admin:"]),
    (
        Role::UserManager,
        &[
            "admin:users:",
            "admin:groups:",
            "admin:invitations:",
            "admin:credentials:",
            "admin:sessions:",
            "admin:consents:",
            "admin:statistics:read",
        ],
    ),
    (Role::ClientManager, &["admin:clients:", "admin:groups:read", "admin:statistics:read"]),
];

fn rows() -> Vec<Row> {
    router::rows().into_iter().filter(|row| row.path.starts_with(urls::ADMIN_API)).collect()
}

fn scope_of(row: &Row) -> &'static str {
    let below = row.path.strip_prefix(urls::ADMIN_API).unwrap();
    let found = OPERATIONS.iter().find(|(method, path, _)| row.method == *method && *path == below);
    found.unwrap_or_else(|| panic!("{} {below} is not in the table", row.method)).2
}

fn below(row: &Row) -> String {
    path(row.path).strip_prefix(urls::ADMIN_API).unwrap().to_owned()
}

fn may(role: Role, scope: &str) -> bool {
    match ROLES.iter().find(|(known, _)| *known == role) {
        Some((_, reach)) => reach.iter().any(|prefix| scope.starts_with(prefix)),
        // The auditor.
        None => scope.ends_with(":read"),
    }
}

/// A refusal by who one is, and not by what was asked.
fn is_refused(code: &str) -> bool {
    ["session_required", "invalid_token", "insufficient_scope", "forbidden", "csrf_failed", "step_up_required"]
        .contains(&code)
}

fn code(body: &str) -> String {
    serde_json::from_str::<Value>(body).ok().and_then(|it| it["code"].as_str().map(str::to_owned)).unwrap_or_default()
}

#[test]
fn the_table_is_the_routes() {
    let rows = rows();
    assert_eq!(rows.len(), OPERATIONS.len());
    for row in &rows {
        let (area, right) = administration::parse(scope_of(row)).unwrap();
        assert_eq!(row.rule.access, Access::Administration, "{}", row.path);
        let reads = row.method == Method::GET || row.path == urls::ADMIN_API_PREVIEW;
        assert_eq!(right == Right::Read, reads, "{}", row.path);
        let by_role: Vec<bool> = Role::ALL.into_iter().map(|role| role.may(area, right)).collect();
        let by_table: Vec<bool> = Role::ALL.into_iter().map(|role| may(role, scope_of(row))).collect();
        assert_eq!(by_role, by_table, "{}", row.path);
    }
    for area in Area::ALL {
        for right in Right::ALL.into_iter().filter(|right| *right == Right::Read || area.is_written()) {
            for role in Role::ALL {
                assert_eq!(role.may(area, right), may(role, &area.scope(right)), "{role:?} {}", area.scope(right));
            }
        }
    }
}

#[tokio::test]
async fn nobody_gets_anything() {
    let app = TestApp::new().await;
    for row in rows() {
        let mut stranger = app.browser();
        stranger.open("/sign-in").await;
        let answer = stranger.own_call(row.method.clone(), &path(row.path), &json!({}), None).await;
        assert_eq!(answer.code(), "session_required", "{} {}", row.method, row.path);
        for token in ["", "x", "clv_at_x"] {
            let headers = [("authorization", &*format!("Bearer {token}")), ("content-type", "application/json")];
            let answer = app.browser().send(row.method.clone(), &path(row.path), &headers, b"{}".to_vec()).await;
            assert_eq!(answer.code(), "invalid_token", "{} {}", row.method, row.path);
        }
    }
}

#[tokio::test]
async fn each_scope_opens_its_own_and_nothing_else() {
    let app = TestApp::new().await;
    for scope in administration::scopes().iter() {
        let program = app.program(Some(scope)).await;
        for row in rows() {
            let answer = program.call(row.method.clone(), &below(&row), &json!({})).await;
            let expected = scope != scope_of(&row);
            assert_eq!(code(&answer.body) == "insufficient_scope", expected, "{scope}: {} {}", row.method, row.path);
            assert!(expected || !is_refused(&code(&answer.body)), "{scope}: {} {}", row.path, answer.body);
        }
    }
}

/// By a page and by a token alike: the token has every scope, and reaches no further than the person.
#[tokio::test]
async fn each_role_reaches_its_own_and_nothing_else() {
    let app = TestApp::new().await;
    let everything = administration::scopes().to_string();
    // Somebody who stays, so that no test below is about the last one.
    app.person("root", &[Role::Administrator]).await;
    for roles in
        [vec![], vec![Role::Auditor], vec![Role::ClientManager], vec![Role::UserManager], vec![Role::Administrator]]
    {
        let name = roles.first().map_or("nobody", |role| role.as_str());
        let mut person = app.person(name, &roles).await;
        let token = person.token(&app, &everything).await;
        for row in rows() {
            let expected = roles.iter().any(|role| may(*role, scope_of(&row)));
            let by_token = token.call(row.method.clone(), &below(&row), &json!({})).await;
            assert_eq!(
                !is_refused(&code(&by_token.body)),
                expected,
                "{name}: {} {}: {}",
                row.method,
                row.path,
                by_token.body
            );
            let by_page = person.call(row.method.clone(), &below(&row), &json!({})).await;
            assert_eq!(
                !is_refused(&code(&by_page.body)),
                expected,
                "{name}: {} {}: {}",
                row.method,
                row.path,
                by_page.body
            );
            assert!(expected || code(&by_page.body) == "forbidden", "{}", by_page.body);
        }
    }
}

/// A page shows a passkey for each change, and for that one alone.
#[tokio::test]
async fn a_change_takes_a_passkey_shown_for_it() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let alice = app.user("alice").await.id;
    let path = format!("/users/{alice}");
    let target = format!("PATCH {path}");
    let body = json!({ "display_name": "A" });
    let bare = root.call_with(Method::PATCH, &path, &body, None).await;
    assert_eq!((bare.code().as_str(), &bare.json()["action"]), ("step_up_required", &json!("admin")));
    let other = root.browser.stepped_up("admin", Some(&format!("DELETE {path}")), &mut root.passkey).await;
    assert_eq!(root.call_with(Method::PATCH, &path, &body, Some(&other)).await.code(), "step_up_required");
    let elsewhere = root.browser.stepped_up("admin", Some("PATCH /users/x"), &mut root.passkey).await;
    assert_eq!(root.call_with(Method::PATCH, &path, &body, Some(&elsewhere)).await.code(), "step_up_required");
    let own = root.browser.stepped_up("export", None, &mut root.passkey).await;
    assert_eq!(root.call_with(Method::PATCH, &path, &body, Some(&own)).await.code(), "step_up_required");
    let good = root.browser.stepped_up("admin", Some(&target), &mut root.passkey).await;
    assert_eq!(root.call_with(Method::PATCH, &path, &body, Some(&good)).await.status, StatusCode::OK);
    assert_eq!(root.call_with(Method::PATCH, &path, &body, Some(&good)).await.code(), "step_up_required", "once");
    let second = app.person("second", &[Role::Administrator]).await;
    let mut theirs = second;
    let foreign = theirs.browser.stepped_up("admin", Some(&target), &mut theirs.passkey).await;
    assert_eq!(root.call_with(Method::PATCH, &path, &body, Some(&foreign)).await.code(), "step_up_required");
    let late = root.browser.stepped_up("admin", Some(&target), &mut root.passkey).await;
    app.advance(301);
    assert_eq!(root.call_with(Method::PATCH, &path, &body, Some(&late)).await.code(), "step_up_required");
}

/// The session of a link reads nothing, and gives no token: no passkey was shown in it.
#[tokio::test]
async fn an_enrolment_administers_nothing() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), crate::harness::SoftPasskey::new());
    let link = app.administrator("root").await;
    assert_eq!(browser.enroll(&link, &mut passkey).await.status, StatusCode::OK);
    let answer = browser.own_call(Method::GET, "/api/admin/v1/users", &Value::Null, None).await;
    assert_eq!(answer.code(), "session_required");
    let client = app.tool("console", None).await;
    let query = "scope=openid+admin%3Ausers%3Aread&resource=http%3A%2F%2Flocalhost%3A8080%2Fapi%2Fadmin%2Fv1";
    let location = browser.authorize(&client.query(query)).await.location();
    assert!(location.contains("/sign-in"), "{location}");
    let silent = browser.authorize(&client.query(&format!("{query}&prompt=none"))).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("login_required"));
}

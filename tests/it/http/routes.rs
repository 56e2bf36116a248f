//! Walks the route table: nothing is reachable that is no row, and every row holds what it says.

use claviger::{
    http::rule::{Access, Class, Cors},
    router,
    store::enrollment_link::Kind,
};
use poem::http::{Method, StatusCode};

use crate::harness::{SoftPasskey, TestApp};

pub fn path(template: &str) -> String {
    template
        .replace(":request", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":link", "x")
        .replace("*file", "x")
        .replace(":document", "x")
        .replace(":file", "x")
        .replace(":client_id", "x")
        .replace(":client", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":picture", "x")
        .replace(":passkey", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":session", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":user", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":group", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":credential", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":kid", "x")
        .replace(":guide", "grafana")
        .replace(":token", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":webhook", "0190b6c0-0000-7000-8000-000000000000")
        .replace(":secret", "0190b6c0-0000-7000-8000-000000000000")
}

#[tokio::test]
async fn what_is_no_row_is_not_served() {
    let app = TestApp::new().await;
    for path in
        ["/administration", "/metrics", "/debug", "/.git/config", "/oauth2", "/oauth2/token/", "//account", "/%2e"]
    {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let answer = app.browser().send(Method::GET, path, &[], vec![]).await;
        assert_eq!(answer.code(), "not_found", "{path}");
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_what_is_allowed() {
    let app = TestApp::new().await;
    for row in router::rows() {
        let own = |method: &Method| router::rows().iter().any(|r| r.path == row.path && r.method == *method);
        let others = [Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE, Method::OPTIONS];
        for method in others.into_iter().filter(|method| !own(method)) {
            let answer = app.browser().send(method.clone(), &path(row.path), &[], vec![]).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {}", row.path);
            assert!(answer.header("allow").unwrap().contains(row.method.as_str()), "{}", row.path);
        }
    }
}

#[tokio::test]
async fn calls_of_own_pages_need_all_four_proofs() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let (origin, csrf) = (browser.origin.clone(), browser.csrf.clone());
    let full = [
        ("content-type", "application/json"),
        ("origin", &*origin),
        ("sec-fetch-site", "same-origin"),
        ("x-csrf-token", &*csrf),
    ];
    let without = |name: &str| full.into_iter().filter(|(n, _)| *n != name).collect::<Vec<_>>();
    let with = |name: &'static str, value: &'static str| {
        let mut headers = without(name);
        headers.push((name, value));
        headers
    };
    let mut rows = 0;
    for row in router::rows().into_iter().filter(|row| row.rule.access == Access::OwnPage) {
        rows += 1;
        assert_eq!((row.rule.class, row.rule.cors), (Class::Json, Cors::None));
        let table = [
            (without("x-csrf-token"), "csrf_failed"),
            (with("x-csrf-token", "x"), "csrf_failed"),
            (without("origin"), "csrf_failed"),
            (with("origin", "null"), "csrf_failed"),
            (with("origin", "https://evil.example"), "csrf_failed"),
            (with("sec-fetch-site", "same-site"), "csrf_failed"),
            (with("sec-fetch-site", "cross-site"), "csrf_failed"),
            (with("content-type", "text/plain"), "invalid_request"),
            (without("content-type"), "invalid_request"),
        ];
        for (headers, code) in table {
            let answer = browser.send(row.method.clone(), &path(row.path), &headers, b"{}".to_vec()).await;
            assert_eq!(answer.code(), code, "{} {headers:?}", row.path);
            assert!([403, 415].contains(&answer.status.as_u16()));
        }
        let mut stranger = app.browser();
        let answer = stranger.send(row.method.clone(), &path(row.path), &full, b"{}".to_vec()).await;
        assert_eq!(answer.code(), "csrf_failed", "{} without the flow cookie", row.path);
        let answer = browser.send(row.method.clone(), &path(row.path), &full, b"{}".to_vec()).await;
        assert_ne!(answer.code(), "csrf_failed", "{} with everything", row.path);
        // Without Sec-Fetch-Site, as old browsers send it, the origin decides.
        let answer =
            browser.send(row.method.clone(), &path(row.path), &without("sec-fetch-site"), b"{}".to_vec()).await;
        assert_ne!(answer.code(), "csrf_failed", "{}", row.path);
    }
    assert!(rows >= 6);
}

#[tokio::test]
async fn bodies_are_bounded_on_every_row() {
    let app = TestApp::new().await;
    for row in router::rows().into_iter().filter(|row| row.method == Method::POST) {
        let mut browser = app.browser();
        browser.open("/sign-in").await;
        let (origin, csrf) = (browser.origin.clone(), browser.csrf.clone());
        let content_type = match row.rule.class {
            Class::Json => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let headers = [("content-type", content_type), ("origin", &*origin), ("x-csrf-token", &*csrf)];
        let body = vec![b'a'; row.rule.body_limit + 1];
        let answer = browser.send(Method::POST, &path(row.path), &headers, body).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", row.path);
    }
}

/// Every GET of a person who is signed in, with a link and a request that exist: only the authorization endpoint writes.
#[tokio::test]
async fn reading_changes_nothing_but_at_the_authorization_endpoint() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    let user = app.user("bob").await;
    let link = app.link(&user, Kind::Invitation).await;
    let mut browser = app.browser();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    let waiting = browser.authorize(&client.query("")).await.location();
    let request = waiting.split('/').nth(2).unwrap();
    let mut walked = 0;
    for row in router::rows().into_iter().filter(|row| row.method == Method::GET && row.rule.answers_head) {
        let before = app.app.store.counts().transactions;
        browser
            .get(
                &row.path
                    .replace(":request", request)
                    .replace(":link", &link)
                    .replace("*file", "x")
                    .replace(":document", "x")
                    .replace(":file", "x"),
            )
            .await;
        assert_eq!(app.app.store.counts().transactions, before, "{}", row.path);
        walked += 1;
    }
    assert!(walked > 10);
}

#[tokio::test]
async fn cors_is_for_apps_and_public_documents_alone() {
    let app = TestApp::new().await;
    app.public_client("spa").await;
    for row in router::rows() {
        for (origin, known) in [("https://spa.example", true), ("https://evil.example", false), ("null", false)] {
            let headers = [("origin", origin), ("access-control-request-method", "POST")];
            for method in [row.method.clone(), Method::OPTIONS] {
                let answer = app.browser().send(method, &path(row.path), &headers, vec![]).await;
                let allowed = answer.header("access-control-allow-origin");
                let expected = match row.rule.cors {
                    Cors::None => None,
                    Cors::Public => Some("*"),
                    Cors::Apps => known.then_some(origin),
                };
                assert_eq!(allowed.as_deref(), expected, "{} {origin}", row.path);
                assert_eq!(answer.header("access-control-allow-credentials"), None);
            }
        }
    }
}

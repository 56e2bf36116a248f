//! Heads, addresses, cookies, issuers with a path.

use poem::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{SoftPasskey, TestApp};

#[tokio::test]
async fn heads_are_bounded() {
    let app = TestApp::new().await;
    let long = "x".repeat(17_000);
    let answer = app.browser().send(Method::GET, "/sign-in", &[("x-long", &long)], vec![]).await;
    assert_eq!(answer.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let answer = app.browser().get(&format!("/sign-in?x={long}")).await;
    assert_eq!(answer.status, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let answer = app.browser().send(Method::GET, "/sign-in", &[("host", "a"), ("host", "b")], vec![]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_flow_cookie_is_set_once_and_never_replaced() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let first = browser.open("/sign-in").await;
    assert!(first.header("set-cookie").unwrap().contains("Max-Age=86400"));
    assert_eq!(browser.open("/sign-in").await.header("set-cookie"), None);
    browser.cookies.insert("claviger_flow".to_owned(), "junk".to_owned());
    assert!(browser.open("/sign-in").await.header("set-cookie").is_some(), "junk is no binding");
    for path in ["/oauth2/jwks", "/livez", "/.well-known/openid-configuration"] {
        assert_eq!(app.browser().open(path).await.header("set-cookie"), None, "{path}");
    }
}

#[tokio::test]
async fn over_https_cookies_have_the_host_prefix() {
    let app = TestApp::with(&[("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org")]).await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    assert!(browser.cookies.contains_key("__Host-flow"));
    let answer = browser.sign_up("alice", &mut SoftPasskey::new()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(browser.cookies.contains_key("__Host-sid"));
}

#[tokio::test]
async fn an_issuer_with_a_path_works_whole() {
    let app = TestApp::with(&[("CLAVIGER_SERVER__PUBLIC_URL", "https://example.org/id")]).await;
    let mut passkey = SoftPasskey::new();
    let mut browser = app.browser();
    let answer = browser.sign_up("alice", &mut passkey).await;
    assert_eq!(answer.json()["location"], "/id/account");
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    assert_eq!(client.redeem(&browser, &code).await.status, StatusCode::OK);
    let document = app.browser().get("/id/.well-known/openid-configuration").await.json();
    assert_eq!(document["issuer"], "https://example.org/id");
    assert_eq!(document["token_endpoint"], "https://example.org/id/oauth2/token");
    let inserted = app.browser().get("/.well-known/oauth-authorization-server/id").await.json();
    assert_eq!(inserted, document);
    assert_eq!(app.browser().get("/sign-in").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn forwarded_headers_of_strangers_change_nothing() {
    let app = TestApp::with(&[("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org")]).await;
    let headers = [("x-forwarded-proto", "http"), ("x-forwarded-host", "evil.example"), ("x-forwarded-for", "a")];
    let answer = app.browser().send(Method::GET, "/sign-in", &headers, vec![]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.header("set-cookie").unwrap().contains("Secure"));
    assert!(!answer.body.contains("evil.example"));
}

#[tokio::test]
async fn names_are_escaped_on_every_page() {
    let app = TestApp::new().await;
    let evil = "\"><img src=x onerror=alert(1)>";
    let client = app.client("a", |metadata| metadata.client_name = Some(evil.to_owned()), |_| ()).await;
    let mut browser = app.browser();
    browser.open("/sign-up").await;
    let asked = json!({ "sign_up": { "username": "mallory", "display_name": evil } });
    browser.register(&asked, &mut SoftPasskey::new()).await;
    let consent = browser.authorize(&client.query("scope=openid+profile")).await.location();
    for page in [browser.get(&consent).await, browser.open("/account").await, browser.open("/oauth2/logout").await] {
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("<img"), "{}", page.body);
        assert!(page.body.contains("&#60;img"), "{}", page.body);
    }
    let unknown = browser.open("/oauth2/authorize?client_id=%3Cimg%20src=x%3E").await;
    assert!(!unknown.body.contains("<img"));
}

#[tokio::test]
async fn assets_are_immutable_under_hashed_names() {
    let app = TestApp::new().await;
    let page = app.browser().open("/sign-in").await;
    let path = page.body.split("href=\"").find(|part| part.starts_with("/assets/claviger")).unwrap();
    let path = path.split('"').next().unwrap();
    let answer = app.browser().get(path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.header("cache-control").unwrap().contains("immutable"));
    let etag = answer.header("etag").unwrap();
    let again = app.browser().send(Method::GET, path, &[("if-none-match", &etag)], vec![]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert_eq!(app.browser().get("/assets/claviger.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn looking_at_the_head_of_an_authorization_issues_nothing() {
    let app = TestApp::new().await;
    let client = app.client("a", |_| (), |client| client.require_consent = false).await;
    let mut browser = app.browser();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    let before = app.audit().await.len();
    let path = format!("/oauth2/authorize?{}", client.query(""));
    let answer = browser.send(Method::HEAD, &path, &[], vec![]).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(app.audit().await.len(), before);
    let answer = browser.send(Method::HEAD, "/sign-in", &[], vec![]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

/// A handler that panics is our fault and told as such, with an id and without a word of why.
#[tokio::test]
async fn a_panic_is_an_answer() {
    use poem::{Endpoint, Request, Response, endpoint::make};
    let app = TestApp::new().await;
    let broken = make(|_: Request| async { panic!("sesame") as Response });
    let edge = claviger::http::Edge::new(app.app.clone(), broken);
    for (accept, kind) in [("text/html", "text/html"), ("*/*", "application/problem+json")] {
        let request = Request::builder().uri_str("/x").header("accept", accept).header("host", "localhost").finish();
        let response = edge.get_response(request).await;
        let (parts, body) = response.into_parts();
        let body = body.into_string().await.unwrap();
        assert_eq!(parts.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(parts.headers["content-type"].to_str().unwrap().starts_with(kind));
        assert!(!body.contains("sesame"));
        crate::harness::spy::check("/x", parts.status, &parts.headers, &body, false);
    }
}

#[tokio::test]
async fn the_accent_colour_is_a_style_sheet_of_its_own() {
    let plain = TestApp::new().await;
    assert!(!plain.browser().open("/sign-in").await.body.contains("brand.css"));
    assert_eq!(plain.browser().open("/brand.css").await.status, StatusCode::NOT_FOUND);
    let app = TestApp::with(&[("CLAVIGER_BRANDING__ACCENT", "#7a1f5c")]).await;
    assert!(app.browser().open("/sign-in").await.body.contains("/brand.css"));
    let sheet = app.browser().open("/brand.css").await;
    assert!(sheet.body.contains("--accent: #7a1f5c") && sheet.header("content-type").unwrap().starts_with("text/css"));
}

//! Limits on callers: by address prefix, by browser, by client.

use poem::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Browser, SoftPasskey, TestApp};

async fn status(browser: &mut Browser, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    browser.send(Method::GET, path, headers, vec![]).await.status
}

#[tokio::test]
async fn an_address_may_come_so_often() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__PER_ADDRESS", "3")]).await;
    let mut browser = app.browser();
    for _ in 0..3 {
        assert_eq!(status(&mut browser, "/sign-in", &[]).await, StatusCode::OK);
    }
    let page = browser.open("/sign-in").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.header("retry-after").unwrap(), "20");
    assert!(page.body.contains("Too many requests"));
    let problem = browser.call("/webauthn/authentication/begin", &json!({})).await;
    assert_eq!((problem.status, problem.code()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited".to_owned()));
    let oauth = browser.form("/oauth2/token", &[], &[]).await;
    assert_eq!((oauth.status, oauth.code()), (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable".to_owned()));
    for free in ["/livez", "/oauth2/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(status(&mut browser, free, &[]).await, StatusCode::OK, "{free}");
    }
    app.advance(20);
    assert_eq!(status(&mut browser, "/sign-in", &[]).await, StatusCode::OK);
    assert_eq!(app.audit().await.len(), 0, "a flood writes nothing");
}

/// Without a trusted proxy the header is a stranger's claim; behind one it is who calls.
#[tokio::test]
async fn addresses_cannot_be_made_up() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__PER_ADDRESS", "1")]).await;
    let mut browser = app.browser();
    assert_eq!(status(&mut browser, "/sign-in", &[("x-forwarded-for", "198.51.100.1")]).await, StatusCode::OK);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        let refused = status(&mut browser, "/sign-in", &[(header, "198.51.100.2")]).await;
        assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS, "{header}");
    }
    let proxied = [("CLAVIGER_RATE_LIMIT__PER_ADDRESS", "1"), ("CLAVIGER_SERVER__TRUSTED_PROXIES", "192.0.2.0/24")];
    let app = TestApp::with(&proxied).await;
    let mut browser = app.browser();
    for (forwarded, expected) in [
        ("198.51.100.1", StatusCode::OK),
        ("198.51.100.2", StatusCode::OK),
        ("198.51.100.1", StatusCode::TOO_MANY_REQUESTS),
        ("6.6.6.6, 198.51.100.2", StatusCode::TOO_MANY_REQUESTS),
        ("2001:db8:1:2::1", StatusCode::OK),
        ("2001:db8:1:2:9::9", StatusCode::TOO_MANY_REQUESTS),
        ("2001:db8:1:3::1", StatusCode::OK),
    ] {
        assert_eq!(status(&mut browser, "/sign-in", &[("x-forwarded-for", forwarded)]).await, expected, "{forwarded}");
    }
}

#[tokio::test]
async fn a_browser_may_begin_so_many_ceremonies() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__PER_FLOW", "4")]).await;
    let mut browser = app.browser();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    browser.open("/sign-in").await;
    for _ in 0..2 {
        assert_eq!(browser.call("/webauthn/authentication/begin", &json!({})).await.status, StatusCode::OK);
    }
    let refused = browser.call("/webauthn/authentication/begin", &json!({})).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    let mut other = app.browser();
    other.open("/sign-in").await;
    assert_eq!(other.call("/webauthn/authentication/begin", &json!({})).await.status, StatusCode::OK);
}

/// Nobody can use up what a client has from elsewhere, nor what another client has.
#[tokio::test]
async fn a_client_may_come_so_often_from_one_address() {
    let settings = [("CLAVIGER_RATE_LIMIT__PER_CLIENT", "1"), ("CLAVIGER_SERVER__TRUSTED_PROXIES", "192.0.2.0/24")];
    let app = TestApp::with(&settings).await;
    let (a, b) = (app.public_client("a").await, app.public_client("b").await);
    for (client, from, limited) in [
        (&a, "198.51.100.1", false),
        (&a, "198.51.100.1", true),
        (&a, "198.51.100.2", false),
        (&b, "198.51.100.1", false),
    ] {
        let fields = [("grant_type", "authorization_code"), ("code", "x"), ("client_id", &*client.client_id)];
        let answer = app.browser().form("/oauth2/token", &fields, &[("x-forwarded-for", from)]).await;
        assert_eq!(answer.status == StatusCode::TOO_MANY_REQUESTS, limited, "{} from {from}", client.client_id);
    }
}

#[tokio::test]
async fn limits_can_be_left_to_a_proxy() {
    let off = [("CLAVIGER_RATE_LIMIT__PER_ADDRESS", "1"), ("CLAVIGER_RATE_LIMIT__ENABLED", "false")];
    let app = TestApp::with(&off).await;
    for _ in 0..5 {
        assert_eq!(app.browser().open("/sign-in").await.status, StatusCode::OK);
    }
}

/// Without cookies every request is a new browser's: what is stored for strangers counts by address.
#[tokio::test]
async fn strangers_store_so_many_requests() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__CEREMONIES_PER_ADDRESS", "5")]).await;
    let client = app.public_client("a").await;
    let mut stored = 0;
    for _ in 0..20 {
        stored += u32::from(app.browser().authorize(&client.query("")).await.status == StatusCode::SEE_OTHER);
    }
    assert_eq!(stored, 5);
}

/// Calls that no page of ours made are refused before they count.
#[tokio::test]
async fn a_strangers_page_uses_up_nobodys_ceremonies() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__CEREMONIES_PER_ADDRESS", "2")]).await;
    for _ in 0..10 {
        let headers = [("content-type", "text/plain"), ("origin", "https://evil.example")];
        let path = "/webauthn/authentication/begin";
        app.browser().send(Method::POST, path, &headers, b"{}".to_vec()).await;
    }
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    assert_eq!(browser.call("/webauthn/authentication/begin", &json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_proxy_on_the_same_machine_is_no_exception() {
    let place = crate::harness::place::Place::new().await;
    let mut place = place;
    place.set("CLAVIGER_RATE_LIMIT__PER_ADDRESS", "2");
    let serving = place.serve();
    let answers: Vec<_> = (0..3).map(|_| serving.get("/sign-in")).collect();
    assert!(answers[2].starts_with("HTTP/1.1 429"), "{}", answers[2]);
}

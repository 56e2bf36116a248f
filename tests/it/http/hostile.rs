//! What strangers put into requests: nothing of it becomes markup, a header, an address or a fault.

use claviger::{http::rule::Class, router};
use poem::http::{HeaderValue, Method, StatusCode};
use serde_json::json;

use crate::harness::{SoftPasskey, TestApp};

const POLYGLOTS: [&str; 5] = [
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7191*7}}${7191*7}<%= 7191*7 %>",
];

const PARAMETERS: [&str; 9] = [
    "client_id",
    "redirect_uri",
    "state",
    "error",
    "error_description",
    "continue",
    "request",
    "post_logout_redirect_uri",
    "ui_locales",
];

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn no_parameter_of_any_page_becomes_markup() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__ENABLED", "false")]).await;
    let pages = router::rows().into_iter().filter(|row| row.rule.class == Class::Page && row.method == Method::GET);
    for row in pages {
        let path =
            row.path.replace(":request", "x").replace(":link", "x").replace(":file", "x").replace(":document", "x");
        for parameter in PARAMETERS {
            for polyglot in POLYGLOTS {
                let answer = app.browser().open(&format!("{path}?{parameter}={}", encode(polyglot))).await;
                assert!(!answer.status.is_server_error(), "{path} {parameter}: {}", answer.status);
                for raw in ["<img src=x", "<svg/onload", "<script>alert", "href=\"javascript", "50337"] {
                    assert!(!answer.body.contains(raw), "{path} {parameter}={polyglot}: {raw}");
                }
            }
        }
    }
}

/// Names with a direction of their own, and long ones, on the pages where strangers read them.
#[tokio::test]
async fn names_of_every_kind_can_be_shown() {
    let app = TestApp::new().await;
    for name in ["\u{202e}evil\u{202c}", &"x".repeat(128), "<b>bold</b>"] {
        let client = app
            .client(&format!("c{}", name.len()), |metadata| metadata.client_name = Some(name.to_owned()), |_| ())
            .await;
        let mut browser = app.browser();
        let page = browser.authorize(&client.query("")).await.location();
        let shown = browser.get(&page).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(!shown.body.contains("<b>bold"), "{name}");
    }
}

/// Who one is comes from the session and nothing else.
#[tokio::test]
async fn headers_that_name_people_are_nothing() {
    let app = TestApp::new().await;
    app.browser().sign_up("alice", &mut SoftPasskey::new()).await;
    for header in ["remote-user", "x-forwarded-user", "x-auth-request-user", "x-remote-user", "x-webauth-user"] {
        let answer = app.browser().send(Method::GET, "/account", &[(header, "alice")], vec![]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{header}");
    }
}

/// Nesting without end is refused, and the next request is answered.
#[tokio::test]
async fn nesting_has_an_end() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let csrf = browser.csrf.clone();
    let headers = [("content-type", "application/json"), ("origin", "http://localhost:8080"), ("x-csrf-token", &*csrf)];
    let body = format!("{{\"ceremony\":{deep}}}").into_bytes();
    let answer = browser.send(Method::POST, "/webauthn/authentication/finish", &headers, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let begun = browser.call("/webauthn/authentication/begin", &json!({})).await.json();
    let nested = claviger::crypto::mac::base64url(&[0x81; 10_000]);
    let response = json!({ "clientDataJSON": nested, "authenticatorData": nested, "signature": nested });
    let credential = json!({ "id": "AQ", "rawId": "AQ", "type": "public-key", "response": response });
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
    let answer = browser.call("/webauthn/authentication/finish", &body).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert_eq!(app.browser().open("/livez").await.status, StatusCode::OK);
}

/// Origins are bytes: what is no text is nobody's origin, and no fault.
#[tokio::test]
async fn an_origin_that_is_no_text_is_nobodys() {
    use poem::{Endpoint, Request};
    let app = TestApp::new().await;
    let origin = HeaderValue::from_bytes(b"https://\xff.example").unwrap();
    for row in router::rows() {
        let path = row
            .path
            .replace(":request", "x")
            .replace(":link", "x")
            .replace("*file", "x")
            .replace(":file", "x")
            .replace(":document", "x");
        let request = Request::builder().method(row.method.clone()).uri(path.parse().unwrap());
        let request = request.header("host", "localhost").header("origin", origin.clone()).finish();
        let response = app.endpoint.get_response(request).await;
        assert!(!response.status().is_server_error(), "{path}: {}", response.status());
        let allowed = response.headers().get("access-control-allow-origin");
        assert!(allowed.is_none_or(|value| value == "*"), "{path}");
    }
}

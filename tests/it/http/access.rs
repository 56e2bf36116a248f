//! Who may do what, over the whole route table: a row that is added has to be added here, too.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use claviger::{
    http::{Row, rule::Access},
    router,
    store::enrollment_link::Kind,
    urls,
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::routes::path;
use crate::harness::{Answer, Browser, SoftPasskey, TestApp};

const PORTAL: &str = "/api/account/v1";

fn rows(wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
    router::rows().into_iter().filter(wanted).collect()
}

fn names(rows: &[Row]) -> BTreeSet<String> {
    rows.iter().map(|row| format!("{} {}", row.method, row.path)).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A body that is refused for nothing but who sends it.
fn body(path: &str) -> Value {
    match path {
        urls::API_EMAIL_CONFIRMATION => json!({ "link": "x" }),
        urls::API_PICTURE => {
            let mut file = std::io::Cursor::new(Vec::new());
            image::RgbaImage::new(4, 4).write_to(&mut file, image::ImageFormat::Png).unwrap();
            json!({ "picture": STANDARD.encode(file.into_inner()) })
        }
        urls::API_EMAIL => json!({ "email": "new@example.org" }),
        _ => json!({}),
    }
}

async fn ask(browser: &mut Browser, row: &Row) -> Answer {
    let below = path(row.path).strip_prefix(PORTAL).unwrap().to_owned();
    browser.portal(row.method.clone(), &below, &body(row.path), None).await
}

#[tokio::test]
async fn nobody_does_anything_without_a_session() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let portal = rows(|row| row.path.starts_with(PORTAL));
    assert!(portal.len() > 20);
    for row in &portal {
        let code = ask(&mut browser, row).await.code();
        // Whose link it is counts before who is here, and this one is nobody's.
        let expected = if row.path == urls::API_EMAIL_CONFIRMATION { "link_spent" } else { "session_required" };
        assert_eq!(code, expected, "{} {}", row.method, row.path);
    }
    for row in rows(|row| matches!(row.rule.access, Access::Client | Access::Bearer)) {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = browser.send(row.method.clone(), &path(row.path), &headers, vec![]).await;
        assert!([400, 401, 403].contains(&answer.status.as_u16()), "{} {}: {}", row.method, row.path, answer.status);
    }
}

/// What is open to whoever comes, and the calls that look for a session themselves.
#[test]
fn what_is_open_to_everybody_is_this_and_no_more() {
    let open = rows(|row| matches!(row.rule.access, Access::Public | Access::Browser) && row.method != Method::GET);
    let expected = ["POST /oauth2/authorize", "POST /oauth2/logout", "POST /oauth2/register"];
    assert_eq!(names(&open), set(&expected));
    let of_pages = rows(|row| row.rule.access == Access::OwnPage && !row.path.starts_with(PORTAL));
    let expected = [
        "POST /interaction/:request/consent",
        "POST /oauth2/logout/confirm",
        "POST /recover/cancel",
        "POST /recover/code",
        "POST /recover/email",
        "POST /webauthn/authentication/begin",
        "POST /webauthn/authentication/finish",
        "POST /webauthn/registration/begin",
        "POST /webauthn/registration/finish",
    ];
    assert_eq!(names(&of_pages), set(&expected));
}

/// In the session of a link, which never had a passkey shown to it, and in an old one alike.
#[tokio::test]
async fn what_takes_a_passkey_is_this_and_no_more() {
    let (app, mut passkey) = (TestApp::new().await, SoftPasskey::new());
    let link = app.link(&app.user("alice").await, Kind::Invitation).await;
    for is_of_link in [true, false] {
        let mut browser = app.browser();
        let answer = match is_of_link {
            true => browser.enroll(&link, &mut passkey).await,
            false => browser.sign_in(&mut passkey).await,
        };
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        app.advance(301);
        browser.open("/account").await;
        let mut asked = BTreeSet::new();
        for row in rows(|row| row.path.starts_with(PORTAL) && row.rule.access == Access::OwnPage) {
            let answer = ask(&mut browser, &row).await;
            if answer.body.contains("step_up_required") {
                asked.insert(format!("{} {}", row.method, row.path));
            }
        }
        let expected = [
            "DELETE /api/account/v1/passkeys/:passkey",
            "DELETE /api/account/v1/recovery-request",
            "POST /api/account/v1/deletion",
            "POST /api/account/v1/export",
            "POST /api/account/v1/passkeys/link",
            "POST /api/account/v1/recovery-codes",
            "PUT /api/account/v1/email",
        ];
        assert_eq!(asked, set(&expected));
        let begun = browser.call("/webauthn/registration/begin", &json!({})).await;
        assert_eq!(begun.code(), "step_up_required");
    }
}

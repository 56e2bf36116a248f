//! One's picture: pixels of ours at an address that nobody guesses.

use base64::{Engine, engine::general_purpose::STANDARD};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::alice;
use crate::harness::{Answer, Browser, SoftPasskey, TestApp, client::text};

fn file(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let picture = image::RgbaImage::from_pixel(width, height, image::Rgba([200, 30, 30, 255]));
    picture.write_to(&mut std::io::Cursor::new(&mut out), image::ImageFormat::Png).unwrap();
    out
}

async fn put(browser: &mut Browser, file: &[u8]) -> Answer {
    browser.portal(Method::PUT, "/picture", &json!({ "picture": STANDARD.encode(file) }), None).await
}

/// The path of the picture that the profile page shows.
async fn shown(browser: &mut Browser) -> Option<String> {
    let body = browser.open("/account/profile").await.body;
    let url = body.split_once("class=\"face\" src=\"")?.1.split('"').next().unwrap().to_owned();
    Some(url.strip_prefix("http://localhost:8080").unwrap().to_owned())
}

#[tokio::test]
async fn a_picture_is_encoded_anew_and_told_to_apps() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = alice(&app).await;
    let mut given = file(1000, 500);
    given.extend_from_slice(b"<script>alert(1)</script>");
    assert_eq!(put(&mut browser, &given).await.status, StatusCode::NO_CONTENT);
    let path = shown(&mut browser).await.unwrap();
    let served = app.browser().open(&path).await;
    assert_eq!(served.header("content-type").as_deref(), Some("image/png"));
    assert!(!served.body.contains("script"));
    let client = app.public_client("a").await;
    let code = browser.code(&client, "scope=openid+profile", &mut passkey).await.redirected("code").unwrap();
    let token = text(&client.redeem(&browser, &code).await, "access_token");
    let told = app.userinfo(&token).await.json()["picture"].clone();
    assert_eq!(told, json!(format!("http://localhost:8080{path}")));
    // What one says of oneself leaves it alone; another one has another address.
    browser.open("/account/profile").await;
    browser.portal(Method::PUT, "/profile", &json!({ "name": "Alice" }), None).await;
    assert_eq!(shown(&mut browser).await.as_ref(), Some(&path));
    put(&mut browser, &file(10, 10)).await;
    assert_ne!(shown(&mut browser).await.as_ref(), Some(&path));
    assert_eq!(app.browser().open(&path).await.status, StatusCode::NOT_FOUND);
    let path = shown(&mut browser).await.unwrap();
    let gone = browser.portal(Method::DELETE, "/picture", &Value::Null, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.body);
    assert_eq!(shown(&mut browser).await, None);
    assert_eq!(app.browser().open(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.userinfo(&token).await.json().get("picture"), None);
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let app = TestApp::new().await;
    let (mut browser, _) = alice(&app).await;
    for bad in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"", b"GIF89a", &file(5000, 1)] {
        let answer = put(&mut browser, bad).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "invalid_picture"));
    }
    let answer = browser.portal(Method::PUT, "/picture", &json!({ "picture": "not base64!" }), None).await;
    assert_eq!(answer.code(), "invalid_picture");
    let mut nobody = app.browser();
    nobody.open("/sign-in").await;
    assert_eq!(put(&mut nobody, &file(10, 10)).await.code(), "session_required");
    assert_eq!(shown(&mut browser).await, None);
}

/// It goes with its owner, and is theirs to take along.
#[tokio::test]
async fn a_picture_is_exported_and_deleted_with_its_owner() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey): (Browser, SoftPasskey) = alice(&app).await;
    put(&mut browser, &file(10, 10)).await;
    let path = shown(&mut browser).await.unwrap();
    let step_up = browser.stepped_up("export", None, &mut passkey).await;
    let export = browser.portal(Method::POST, "/export", &json!({}), Some(&step_up)).await.json();
    assert!(STANDARD.decode(export["picture"].as_str().unwrap()).unwrap().starts_with(b"\x89PNG"));
    let user = app.user_id("alice").await;
    let past = Some(app.app.now());
    app.advance(1);
    let now = app.app.now();
    let delete = async |tx: &claviger::store::Tx| {
        claviger::store::user::update_delete_after(tx, user, past).await?;
        claviger::store::user::delete(tx, user, now).await
    };
    assert!(app.app.store.write(delete).await.unwrap());
    assert_eq!(app.browser().open(&path).await.status, StatusCode::NOT_FOUND);
}

//! What a registration points to elsewhere: addresses, lists of redirect URIs, logos.

use claviger::crypto::token;
use poem::http::{Method, StatusCode};
use serde_json::json;

use super::{OPEN, TOKEN, call, management, minimal, register, registration_token_of};
use crate::harness::{TestApp, site::Site};

/// Whoever may not register sends us nowhere.
#[tokio::test]
async fn without_a_good_token_nothing_is_fetched() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &TOKEN).await;
    let body = json!({ "redirect_uris": ["https://rp.example/cb"], "logo_uri": site.url("/logo") });
    let unknown = token::generate(&*app.app.rng, token::TokenKind::RegistrationToken).token;
    let spent = registration_token_of(&app).await;
    assert_eq!(
        call(&app, Method::POST, "/oauth2/register", Some(&spent), &minimal()).await.status,
        StatusCode::CREATED
    );
    for token in [unknown.expose().as_str(), &spent] {
        let refused = call(&app, Method::POST, "/oauth2/register", Some(token), &body).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    assert!(site.asked("/logo").is_empty());
}

/// Every address that a client names goes through the same door.
#[tokio::test]
async fn every_member_that_is_an_address_is_checked() {
    let app = TestApp::with(&OPEN).await;
    let told = register(&app, &minimal()).await.json();
    let (path, token) = management(&told, &app);
    let single = [
        "client_uri",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "jwks_uri",
        "sector_identifier_uri",
        "initiate_login_uri",
        "backchannel_logout_uri",
    ];
    for member in single {
        for bad in ["javascript:alert(1)", "http://rp.example/", "data:text/html,x", "https://u:p@rp.example/"] {
            let mut body = minimal();
            body[member] = bad.into();
            assert_eq!(register(&app, &body).await.code(), "invalid_client_metadata", "{member} {bad}");
            body["client_id"] = told["client_id"].clone();
            let changed = call(&app, Method::PUT, &path, Some(&token), &body).await;
            assert_eq!(changed.code(), "invalid_client_metadata", "PUT {member} {bad}");
        }
    }
    for member in ["request_uris", "post_logout_redirect_uris"] {
        let mut body = minimal();
        body[member] = json!(["javascript:alert(1)"]);
        assert_eq!(register(&app, &body).await.code(), "invalid_client_metadata", "{member}");
    }
}

#[tokio::test]
async fn the_list_of_a_sector_has_every_redirect_uri() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &OPEN).await;
    let body = json!({
        "redirect_uris": ["https://a.example/cb", "https://b.example/cb"], "subject_type": "pairwise",
        "sector_identifier_uri": site.url("/list"),
    });
    assert_eq!(register(&app, &body).await.code(), "invalid_client_metadata", "nothing there");
    for (list, code) in [
        (json!(["https://a.example/cb", "https://b.example/cb", "https://c.example/cb"]), None),
        (json!(["https://a.example/cb"]), Some("invalid_client_metadata")),
        (json!({}), Some("invalid_client_metadata")),
    ] {
        site.publish("/list", "application/json", list.to_string());
        let answer = register(&app, &body).await;
        match code {
            None => assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body),
            Some(code) => assert_eq!(answer.code(), code, "{list}"),
        }
    }
}

/// Shown where people decide: a copy of ours, and links that the client named.
#[tokio::test]
async fn logo_and_links_are_on_the_pages() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &OPEN).await;
    let mut png = Vec::new();
    image::RgbaImage::new(600, 300).write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    site.publish("/logo", "image/png", png);
    let body = json!({
        "redirect_uris": ["https://rp.example/cb"], "client_name": "Shop", "logo_uri": site.url("/logo"),
        "policy_uri": "https://rp.example/policy", "tos_uri": "https://rp.example/terms",
    });
    let told = register(&app, &body).await.json();
    assert_eq!(told["logo_uri"], site.url("/logo"));
    let query = format!(
        "response_type=code&client_id={}&scope=openid&redirect_uri=https%3A%2F%2Frp.example%2Fcb",
        told["client_id"].as_str().unwrap()
    );
    let mut browser = app.browser();
    let location = browser.authorize(&query).await.location();
    let page = browser.get(&location).await;
    for part in ["https://rp.example/policy", "https://rp.example/terms", "Privacy policy"] {
        assert!(page.body.contains(part), "{part}");
    }
    let logo = page.body.split("<img class=\"app\" src=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let picture = browser.get(&logo).await;
    assert_eq!((picture.status, picture.header("content-type").as_deref()), (StatusCode::OK, Some("image/png")));
    assert_eq!(app.browser().get("/logo/0190b6c0-0000-7000-8000-000000000000").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_logo_that_cannot_be_had_is_none() {
    let site = Site::new().await;
    let app = TestApp::beside(&site, &OPEN).await;
    for (path, body) in [("/svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"), ("/html", "<script>1</script>")] {
        site.publish(path, "image/png", body);
        let metadata = json!({ "redirect_uris": ["https://rp.example/cb"], "logo_uri": site.url(path) });
        let told = register(&app, &metadata).await;
        assert_eq!(told.status, StatusCode::CREATED);
        let id = told.json()["client_id"].as_str().unwrap().to_owned();
        assert!(app.app.clients.find(&id).await.unwrap().unwrap().details.logo.is_none(), "{path}");
    }
}

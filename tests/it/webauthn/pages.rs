//! Pages: what they weigh, and that none lacks a word.

use claviger::words::Words;
use poem::http::StatusCode;

use crate::harness::TestApp;

#[tokio::test]
async fn pages_styles_and_scripts_are_light() {
    let app = TestApp::new().await;
    let page = app.browser().open("/sign-in").await;
    let assets: Vec<String> =
        page.body.split(['"']).filter(|part| part.starts_with("/assets/")).map(str::to_owned).collect();
    let (mut css, mut js) = (0, 0);
    for path in &assets {
        let size = app.browser().get(path).await.body.len();
        match path.rsplit('.').next() {
            Some("css") => css += size,
            Some("js") => js += size,
            _ => {}
        }
    }
    assert!(css > 0 && css < 12_000, "{css} bytes of CSS");
    assert!(js > 0 && js < 10_000, "{js} bytes of JS");
}

#[tokio::test]
async fn every_word_that_templates_name_exists() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let locale = Words::load().choose(None, None);
    let mut count = 0;
    let mut folders = vec![root.join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["frame.t(\"", "frame.about(\"", "with_all(\""] {
                for rest in text.split(call).skip(1) {
                    let id = rest.split('"').next().unwrap();
                    let values = [("name", "x"), ("host", "x"), ("product", "x")];
                    assert_ne!(locale.with_all(id, &values), id, "{}: no text {id}", path.display());
                    count += 1;
                }
            }
        }
    }
    assert!(count > 50);
}

#[tokio::test]
async fn error_pages_say_what_to_do_and_carry_a_request_id() {
    let app = TestApp::new().await;
    for (path, status) in [
        ("/oauth2/authorize", StatusCode::BAD_REQUEST),
        ("/oauth2/authorize?client_id=nobody", StatusCode::BAD_REQUEST),
        ("/oauth2/authorize/0190b6c0-0000-7000-8000-000000000000", StatusCode::GONE),
        ("/oauth2/authorize/x", StatusCode::GONE),
        ("/enroll/x", StatusCode::GONE),
        ("/nothing", StatusCode::NOT_FOUND),
    ] {
        let page = app.browser().get(path).await;
        assert_eq!(page.status, status, "{path}");
        let id = page.body.split("class=\"mono\">").last().unwrap().split('<').next().unwrap();
        assert!(id.len() == 9 && id.contains('-'), "{path}: {id}");
        assert!(!page.body.contains("href=\"javascript"));
    }
}

#[tokio::test]
async fn recovery_has_a_page() {
    let app = TestApp::new().await;
    assert_eq!(app.browser().open("/recover").await.status, StatusCode::OK);
    assert_eq!(app.browser().open("/").await.location(), "/account");
    assert_eq!(app.browser().open("/account").await.location(), "/sign-in");
}

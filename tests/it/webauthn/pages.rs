//! Pages: what they weigh, and that none lacks a word.

use std::{collections::BTreeSet, path::Path};

use claviger::{
    audit::Event,
    protocol::{administration::Area, claim_rule::Target, role::Role},
};
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

fn texts(folder: &Path, out: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, out);
        } else {
            out.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Both ways: what is named exists, and what exists is named.
#[test]
fn words_and_their_uses_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut templates, mut sources) = (String::new(), String::new());
    texts(&root.join("templates"), &mut templates);
    texts(&root.join("src"), &mut sources);
    let english = ids_of("en");
    let ids: BTreeSet<&str> = english.iter().map(String::as_str).collect();
    let quoted = |text: &str, before: &str| -> Vec<String> {
        text.split(before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    for call in ["frame.t(\"", "frame.about(\"", "with_all(\"", "words.count(\""] {
        for id in quoted(&templates, call).into_iter().chain(quoted(&sources, call)) {
            assert!(ids.contains(&*id), "no text {id}");
        }
    }
    for id in quoted(&sources, "\"error-") {
        for part in ["title", "text"] {
            let id = format!("error-{id}-{part}");
            assert!(ids.contains(&*id), "no text {id}");
        }
    }
    for role in Role::ALL {
        assert!(ids.contains(&*format!("admin-role-{}", role.as_str().replace('_', "-"))), "{role:?}");
    }
    for area in Area::ALL {
        assert!(ids.contains(&*format!("admin-area-{}", area.as_str())), "{area:?}");
    }
    for target in Target::ALL {
        assert!(ids.contains(&*format!("admin-target-{}", target.as_str().replace('_', "-"))), "{target:?}");
    }
    for refusal in ["user-disabled", "client-disabled", "group-missing"] {
        assert!(ids.contains(&*format!("refusal-{refusal}")), "{refusal}");
    }
    for event in Event::ALL {
        assert!(ids.contains(&*format!("log-{}", event.as_str().replace(['.', '_'], "-"))), "{event:?}");
    }
    for scope in claviger::protocol::scope::SUPPORTED {
        assert!(ids.contains(&*format!("consent-scope-{scope}")), "{scope}");
    }
    let all = templates + sources.as_str();
    for id in ids {
        let stem = ["-title", "-text", "-link"].iter().find_map(|end| id.strip_suffix(end)).unwrap_or(id);
        let used = [id, stem].iter().any(|id| all.contains(&format!("\"{id}\""))) || id.starts_with("consent-scope-");
        // Events are told by their own names: `account::apps::every_event_about_a_person_has_words`.
        let used = used
            || [
                "event-",
                "log-",
                "admin-area-",
                "admin-role-",
                "admin-key-",
                "admin-target-",
                "admin-delivery-",
                "refusal-",
            ]
            .iter()
            .any(|stem| id.starts_with(stem));
        // Letters are told by what they tell.
        let letter = id.strip_prefix("mail-").and_then(|id| id.rsplit_once('-'));
        let used = used || letter.is_some_and(|(notice, _)| all.contains(&format!("\"{notice}\"")));
        assert!(used, "{id} is used nowhere");
    }
}

/// The ids of a language's texts.
fn ids_of(language: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut file = String::new();
    texts(&root.join(format!("locales/{language}")), &mut file);
    let is_text = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    file.lines().filter(is_text).filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
}

/// A missing word would be shown as its id.
#[test]
fn every_language_has_every_word() {
    for language in claviger::words::Words::tags() {
        assert_eq!(ids_of(language), ids_of("en"), "{language}");
    }
}

/// The app's wish comes before the browser's, on every page that its request leads to.
#[tokio::test]
async fn pages_speak_the_language_that_was_asked_for() {
    let app = TestApp::new().await;
    let client = app.confidential_client("a").await;
    let mut browser = app.browser();
    let page = browser.authorize(&client.query("ui_locales=fr+de&login_hint=alice")).await.location();
    assert!(browser.get(&page).await.body.contains("Mit Passkey anmelden"));
    let page = page.replace("/sign-in", "/sign-up");
    let sign_up = browser.get(&page).await.body;
    assert!(sign_up.contains("lang=\"de\"") && sign_up.contains("value=\"alice\""), "{sign_up}");
    let headers = [("accept", "text/html"), ("accept-language", "xx, de-AT;q=0.9, en;q=0.1")];
    let page = app.browser().send(poem::http::Method::GET, "/nothing", &headers, vec![]).await;
    assert!(page.body.contains("Hier ist nichts"), "{}", page.body);
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
    assert!(app.browser().open("/account").await.location().starts_with("/sign-in?continue="));
}

/// Pictures are taken by `tests/run screenshots`; a page without them was not looked at.
#[test]
fn every_page_has_its_pictures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = 0;
    for folder in std::fs::read_dir(root.join("templates")).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() || folder.ends_with("macros") {
            continue;
        }
        for page in std::fs::read_dir(folder).unwrap() {
            let page = page.unwrap().path();
            let name = page.file_stem().unwrap().to_str().unwrap();
            for view in ["light", "dark", "narrow"] {
                let picture = root.join(format!("docs/screenshots/{name}-{view}.png"));
                assert!(picture.exists(), "{} has no picture: tests/run screenshots", picture.display());
            }
            pages += 1;
        }
    }
    assert!(pages >= 10);
}

/// At the host's root, whatever the issuer's path: browsers and password managers know the host alone.
#[tokio::test]
async fn what_browsers_look_for_is_at_the_hosts_root() {
    let settings = [
        ("CLAVIGER_SERVER__PUBLIC_URL", "https://example.org/id"),
        ("CLAVIGER_WEBAUTHN__ORIGINS", "https://example.org,https://example.net"),
    ];
    let app = TestApp::with(&settings).await;
    let mut browser = app.browser();
    let related = browser.get("/.well-known/webauthn").await.json();
    assert_eq!(related["origins"], serde_json::json!(["https://example.org", "https://example.net"]));
    let endpoints = browser.get("/.well-known/passkey-endpoints").await.json();
    assert_eq!(endpoints["manage"], "https://example.org/id/account/passkeys");
    assert_eq!(endpoints["enroll"], endpoints["manage"]);
    let change = browser.get("/.well-known/change-password").await;
    assert_eq!(change.location(), "/id/account/passkeys");
}

//! Whatever somebody typed, somewhere, ever: on every page it is text (security against stored and reflected scripts).

use claviger::{http::rule::Class, protocol::role::Role, router};
use poem::http::{Method, StatusCode};
use serde_json::json;

use super::people::Person;
use crate::{
    harness::{S256, TestApp},
    http::routes::path,
};

/// What would be more than text, if anything were.
const EVIL: &str =
    "\"><img src=x onerror=alert(1)>'><svg onload=alert(1)></script><script>alert(1)</script>\u{202e}{{7*7}}";

/// The same where a grammar leaves less to choose from.
const SHORT: &str = "<svg/onload=alert(1)>";

/// What a page must not hold of that.
const TRACES: [&str; 7] =
    ["<img src=x", "<svg onload", "<svg/onload", "<script>alert", "onerror=alert(1)>", "{{49", "href=\"javascript:"];

fn is_text(page: &str) -> bool {
    TRACES.iter().all(|trace| !page.contains(trace))
}

fn quoted(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Somebody with such names, addresses and passkeys, in such a group, who uses such an app, while such webhooks are told.
struct Scene {
    app: TestApp,
    root: Person,
    alice: Person,
    client_id: String,
    group: String,
    webhook: String,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::with(&[("CLAVIGER_REGISTRATION__SIGN_UP", "token")]).await;
        let program = app.program(None).await;
        let group = program.make("/groups", &json!({ "name": EVIL })).await["id"].as_str().unwrap().to_owned();
        let mut alice = app.person("alice", &[]).await;
        let claims = json!({ "given_name": EVIL, "family_name": EVIL, "nickname": EVIL, "middle_name": EVIL });
        let body = json!({ "display_name": EVIL, "claims": claims, "email": format!("\"{SHORT}\"@example.org") });
        let changed = program.call(Method::PATCH, &format!("/users/{}", alice.id), &body).await;
        // An address has a grammar, which knows no such letters; then all but it is taken.
        assert_eq!(changed.code(), "invalid_email", "{}", changed.body);
        let body = json!({ "display_name": EVIL, "claims": claims });
        let changed = program.call(Method::PATCH, &format!("/users/{}", alice.id), &body).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        program.call(Method::PUT, &format!("/groups/{group}/members/{}", alice.id), &json!({})).await;
        alice.browser.user_agent = Some(EVIL_AGENT);
        alice.browser.sign_in(&mut alice.passkey).await;
        alice.browser.open("/account/passkeys").await;
        let passkeys = program.read(&format!("/users/{}/credentials", alice.id)).await;
        let passkey = passkeys["items"][0]["id"].as_str().unwrap();
        let named = json!({ "name": EVIL.chars().take(60).collect::<String>() });
        let renamed = alice.browser.portal(Method::PATCH, &format!("/passkeys/{passkey}"), &named, None).await;
        assert_eq!(renamed.status, StatusCode::NO_CONTENT, "{}", renamed.body);
        let uri = format!("https://a.example/?x={SHORT}");
        let mut body = json!({
            "client_name": EVIL, "groups": [EVIL], "contacts": [EVIL], "redirect_uris": ["https://a.example/cb?x=%3Csvg/onload%3E"],
            "client_uri": uri, "policy_uri": uri, "tos_uri": uri,
            "claims": [{ "name": "<img/src=x>", "values": [{ "group": EVIL, "value": EVIL }], "otherwise": EVIL }],
        });
        let refused = program.call(Method::POST, "/clients", &body).await;
        assert_eq!(refused.code(), "invalid_client_metadata", "addresses have a grammar, too: {}", refused.body);
        for name in ["client_uri", "policy_uri", "tos_uri"] {
            body[name] = "https://a.example/?x=%3Csvg/onload%3E%22'".into();
        }
        let made = program.call(Method::POST, "/clients", &body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let client_id = made.json()["client_id"].as_str().unwrap().to_owned();
        let hook = json!({ "url": format!("https://a.example/{SHORT}"), "events": ["user.created"] });
        let webhook = program.make("/webhooks", &hook).await["id"].as_str().unwrap().to_owned();
        let invented = json!({ "url": "https://a.example/", "events": [SHORT] });
        assert_eq!(program.call(Method::POST, "/webhooks", &invented).await.code(), "invalid_request");
        program.make("/sign-up-tokens", &json!({ "groups": [EVIL] })).await;
        let mut root = app.person("root", &[Role::Administrator]).await;
        let contact = root.call(Method::PUT, "/settings", &json!({ "branding": { "contact": EVIL } })).await;
        assert_eq!(contact.status, StatusCode::OK, "{}", contact.body);
        Self { app, root, alice, client_id, group, webhook }
    }

    /// Every page that is read, with whatever it is about.
    fn pages(&self) -> Vec<String> {
        let rows = router::rows().into_iter().filter(|row| row.method == Method::GET && row.rule.class == Class::Page);
        let real = |template: &str| {
            let named = template.replace(":user", &self.alice.id.to_string()).replace(":group", &self.group);
            path(&named.replace(":client_id", &self.client_id).replace(":webhook", &self.webhook))
        };
        rows.map(|row| real(row.path)).collect()
    }
}

/// As a header can have it.
const EVIL_AGENT: &str =
    "\"><img src=x onerror=alert(1)>'><svg onload=alert(1)></script><script>alert(1)</script>{{7*7}}";

#[tokio::test]
async fn what_anybody_ever_typed_is_text_on_every_page() {
    let mut scene = Scene::new().await;
    let mut shown = 0;
    for page in scene.pages() {
        for person in [&mut scene.root, &mut scene.alice] {
            let answer = person.browser.open(&page).await;
            assert!(answer.status.as_u16() < 500 && is_text(&answer.body), "{page}: {} {}", answer.status, answer.body);
            shown += usize::from(answer.body.contains("&#60;img src=x onerror=alert(1)&#62;"));
        }
    }
    assert!(shown > 10, "{shown} pages show it, escaped");
    // An app's name where people are asked for it, and where they are refused.
    for person in [&mut scene.alice, &mut scene.root] {
        let redirect = quoted("https://a.example/cb?x=%3Csvg/onload%3E");
        let challenge = S256.1;
        let query = format!(
            "client_id={}&redirect_uri={redirect}&response_type=code&scope=openid&code_challenge={challenge}&code_challenge_method=S256",
            scene.client_id
        );
        let mut answer = person.browser.authorize(&query).await;
        for _ in 0..4 {
            if answer.status != StatusCode::SEE_OTHER || answer.location().starts_with("https://") {
                break;
            }
            answer = person.browser.open(&answer.location()).await;
        }
        assert!(is_text(&answer.body), "{}", answer.body);
        assert!(answer.body.contains("&#60;img src=x") || answer.body.contains("data-csrf"), "{}", answer.body);
    }
    assert!(is_text(&scene.app.browser().open("/sign-in").await.body));
}

/// Every parameter that any page reads, at every page: an answer holds it as text, or not at all.
#[tokio::test]
async fn no_parameter_of_any_page_is_more_than_text() {
    const PARAMETERS: [&str; 38] = [
        "acr_values",
        "actor",
        "after",
        "app",
        "claims",
        "client",
        "client_id",
        "continue",
        "enabled",
        "error",
        "error_description",
        "event",
        "follow",
        "group",
        "id_token_hint",
        "ip",
        "limit",
        "login_hint",
        "logout_hint",
        "outcome",
        "passkeys",
        "post_logout_redirect_uri",
        "preset",
        "prompt",
        "q",
        "redirect_uri",
        "request",
        "request_id",
        "role",
        "rule",
        "scope",
        "since",
        "sort",
        "state",
        "subject",
        "ui_locales",
        "until",
        "user",
    ];
    let mut scene = Scene::new().await;
    let mut asked = 0;
    for page in scene.pages() {
        for parameter in PARAMETERS {
            let value = format!("javascript:alert(1)//\" autofocus onfocus=alert(1) x=\"{EVIL}");
            let answer = scene.root.browser.get(&format!("{page}?{parameter}={}", quoted(&value))).await;
            assert!(answer.status.as_u16() < 500, "{page} {parameter}: {}", answer.status);
            assert!(is_text(&answer.body), "{page} {parameter}: {}", answer.body);
            assert!(!answer.body.contains("\" autofocus onfocus"), "{page} {parameter}: {}", answer.body);
            let location = answer.header("location").unwrap_or_default();
            assert!(!location.contains(['<', '"']) && !location.starts_with("javascript:"), "{page}: {location}");
            asked += 1;
        }
    }
    assert!(asked > 900, "{asked}");
}

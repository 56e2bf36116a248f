//! Response modes and types: query, fragment, form_post; the legacy types where they are on.

use claviger::protocol::{id_token::half_hash, signing_algorithm::SigningAlgorithm};
use poem::http::StatusCode;
use serde_json::Value;

use crate::harness::{
    Answer, Browser, Registered, SoftPasskey, TestApp,
    client::{payload, tokens},
};

const LEGACY: [(&str, &str); 1] = [("CLAVIGER_OIDC__LEGACY_RESPONSE_TYPES", "true")];

async fn scene(settings: &[(&str, &str)]) -> (TestApp, Browser, SoftPasskey, Registered) {
    let (app, mut passkey) = (TestApp::with(settings).await, SoftPasskey::new());
    let mut browser = app.browser();
    browser.sign_up("alice", &mut passkey).await;
    browser.sign_in(&mut passkey).await;
    let client = app
        .client(
            "a",
            |metadata| {
                let types =
                    ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];
                metadata.response_types = Some(types.map(str::to_owned).to_vec());
                metadata.grant_types =
                    Some(["authorization_code", "implicit", "refresh_token"].map(str::to_owned).to_vec());
            },
            |client| client.require_consent = false,
        )
        .await;
    (app, browser, passkey, client)
}

/// The hidden fields of a form that posts itself.
fn fields(answer: &Answer) -> Vec<(String, String)> {
    let field = |line: &str| {
        let part = |name: &str| line.split(&format!("{name}=\"")).nth(1)?.split('"').next().map(str::to_owned);
        Some((part("name")?, part("value")?))
    };
    answer.body.lines().filter(|line| line.contains("type=\"hidden\"")).filter_map(field).collect()
}

fn find(fields: &[(String, String)], name: &str) -> Option<String> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// The fragment of a redirect, decoded.
fn fragment(answer: &Answer) -> Vec<(String, String)> {
    let location = answer.location();
    let (_, fragment) = location.split_once('#').unwrap_or_else(|| panic!("no fragment: {location}"));
    url::form_urlencoded::parse(fragment.as_bytes()).into_owned().collect()
}

/// A browser carries a fragment over to a location that has none, and an app may read tokens from there.
#[tokio::test]
async fn an_answer_in_the_query_ends_the_fragment_of_earlier_hops() {
    let (_app, mut browser, _, client) = scene(&[]).await;
    for extra in ["", "prompt=none", "prompt=none+login"] {
        let location = browser.authorize(&client.query(extra)).await.location();
        assert!(location.starts_with(&client.redirect_uri) && location.ends_with('#'), "{location}");
    }
}

#[tokio::test]
async fn a_form_carries_codes_and_errors() {
    let (app, mut browser, _, client) = scene(&[]).await;
    let answer = browser.authorize(&client.query("response_mode=form_post")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.contains(&format!("action=\"{}\"", client.redirect_uri)), "{}", answer.body);
    let sent = fields(&answer);
    assert_eq!((find(&sent, "state").as_deref(), find(&sent, "iss").as_deref()), (Some("s"), Some(app.issuer())));
    tokens(&client.redeem(&browser, &find(&sent, "code").unwrap()).await);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(!policy.contains("form-action") && policy.contains("script-src 'self'"), "{policy}");
    assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
    let refused = app.browser().authorize(&client.query("response_mode=form_post&prompt=none")).await;
    let sent = fields(&refused);
    assert_eq!(find(&sent, "error").as_deref(), Some("login_required"));
    assert_eq!(find(&sent, "state").as_deref(), Some("s"));
    assert!(refused.header("location").is_none(), "nothing in a query");
}

/// What a client sends comes back escaped, and other pages keep their policy.
#[tokio::test]
async fn a_form_is_no_way_to_write_into_the_page() {
    let (_app, mut browser, _, client) = scene(&[]).await;
    let state = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let answer =
        browser.authorize(&client.query("response_mode=form_post").replace("state=s", &format!("state={state}"))).await;
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    let page = browser.open("/account").await;
    assert!(page.header("content-security-policy").unwrap().contains("form-action 'self'"));
}

#[tokio::test]
async fn a_fragment_carries_codes_too() {
    let (_app, mut browser, _, client) = scene(&[]).await;
    let answer = browser.authorize(&client.query("response_mode=fragment")).await;
    let sent = fragment(&answer);
    tokens(&client.redeem(&browser, &find(&sent, "code").unwrap()).await);
}

#[tokio::test]
async fn without_the_setting_there_is_the_code_alone() {
    let (app, mut browser, _, client) = scene(&[]).await;
    let query = client.query("").replace("response_type=code", "response_type=id_token");
    let sent = fragment(&browser.authorize(&query).await);
    assert_eq!(find(&sent, "error").as_deref(), Some("unsupported_response_type"));
    let metadata = app.browser().open("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["response_types_supported"], serde_json::json!(["code"]));
}

/// Hashes tie what travels together (OIDC Core 3.2.2.9, 3.3.2.11).
#[tokio::test]
async fn legacy_types_give_what_they_say() {
    let (app, mut browser, _, client) = scene(&LEGACY).await;
    for kind in ["id_token", "id_token token", "code id_token", "code token", "code id_token token"] {
        let query =
            client.query("").replace("response_type=code", &format!("response_type={}", kind.replace(' ', "+")));
        let sent = fragment(&browser.authorize(&query).await);
        let (code, token) = (find(&sent, "code"), find(&sent, "access_token"));
        assert_eq!(code.is_some(), kind.contains("code"), "{kind}");
        assert_eq!(token.is_some(), kind.split(' ').any(|word| word == "token"), "{kind}");
        assert_eq!(find(&sent, "expires_in").is_some(), token.is_some(), "{kind}");
        let scope = token.is_some().then(|| "openid".to_owned());
        assert_eq!(find(&sent, "scope"), scope, "RFC 6749 4.2.2: {kind}");
        if let Some(id_token) = find(&sent, "id_token") {
            let claims = payload(&id_token);
            let hash = |text: &Option<String>| match text {
                Some(text) => half_hash(SigningAlgorithm::RS256, text).into(),
                None => Value::Null,
            };
            assert_eq!((&claims["at_hash"], &claims["c_hash"]), (&hash(&token), &hash(&code)), "{kind}");
            assert_eq!((&claims["nonce"], &claims["aud"]), (&"n".into(), &client.client_id.clone().into()));
        }
        assert_eq!(find(&sent, "id_token").is_some(), kind.contains("id_token"), "{kind}");
        if let Some(token) = token {
            assert_eq!(app.userinfo(&token).await.status, StatusCode::OK, "{kind}");
        }
        if let Some(code) = code {
            tokens(&client.redeem(&browser, &code).await);
        }
    }
}

/// OIDC Core 5.4: without an access token the claims of scopes are in the ID token; otherwise never.
#[tokio::test]
async fn an_id_token_alone_has_the_claims() {
    let (_app, mut browser, _, client) = scene(&LEGACY).await;
    for (kind, has_name) in [("id_token", true), ("id_token+token", false)] {
        let query =
            client.query("scope=openid+profile").replace("response_type=code", &format!("response_type={kind}"));
        let id_token = find(&fragment(&browser.authorize(&query).await), "id_token").unwrap();
        assert_eq!(payload(&id_token)["preferred_username"].is_string(), has_name, "{kind}");
    }
}

#[tokio::test]
async fn a_nonce_is_needed_where_an_id_token_comes_at_once() {
    let (_app, mut browser, _, client) = scene(&LEGACY).await;
    let query = client.query("").replace("response_type=code", "response_type=id_token").replace("&nonce=n", "");
    let sent = fragment(&browser.authorize(&query).await);
    assert_eq!(
        (find(&sent, "error").as_deref(), find(&sent, "state").as_deref()),
        (Some("invalid_request"), Some("s"))
    );
}

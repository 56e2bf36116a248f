//! The authorization endpoint: what is a page, what a redirect, and when a code comes.

use claviger::protocol::{id_token::half_hash, signing_algorithm::SigningAlgorithm};
use poem::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::{Browser, Registered, SoftPasskey, TestApp, client::tokens};

async fn signed_in(app: &TestApp, name: &str) -> (Browser, SoftPasskey) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    assert_eq!(browser.sign_up(name, &mut passkey).await.status, StatusCode::OK);
    assert_eq!(browser.sign_in(&mut passkey).await.status, StatusCode::OK);
    (browser, passkey)
}

/// A client whose people are not asked.
async fn house_client(app: &TestApp) -> Registered {
    app.client("house", |m| m.token_endpoint_auth_method = Some("none".into()), |c| c.require_consent = false).await
}

#[tokio::test]
async fn until_client_and_redirect_uri_are_known_nothing_is_redirected() {
    let app = TestApp::new().await;
    let one = app.public_client("one").await;
    let second = "https://two.example/cb2".to_owned();
    let two = app.client("two", |m| m.redirect_uris.push(second), |_| ()).await;
    let disabled = app.client("off", |_| (), |client| client.enabled = false).await;
    let base = one.query("");
    for query in [
        String::new(),
        "client_id=nobody&redirect_uri=https://evil.example".to_owned(),
        base.replace("one.example", "evil.example"),
        base.replace("%2Fcb", "%2Fcb%2F"),
        base.replace("%2Fcb", "%2Fcb%3Fx"),
        base.replace("https%3A%2F%2F", "https%3A%2F%2Fevil%40"),
        format!("{base}&client_id={}", one.client_id),
        format!("{base}&redirect_uri=https%3A%2F%2Fone.example%2Fcb"),
        format!("response_type=code&scope=openid&client_id={}", two.client_id),
        disabled.query(""),
    ] {
        let answer = app.browser().authorize(&query).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.header("location"), None, "{query}");
    }
    // With one registered, the request may leave it out.
    let left_out = base.split('&').filter(|part| !part.starts_with("redirect_uri")).collect::<Vec<_>>().join("&");
    assert_eq!(app.browser().authorize(&left_out).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn later_errors_go_back_with_state_and_iss() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    let base = client.query("");
    for (query, error) in [
        (base.replace("response_type=code", "response_type=token"), "unsupported_response_type"),
        (base.replace("response_type=code&", ""), "invalid_request"),
        (base.replace("scope=openid", "scope=email"), "invalid_scope"),
        (format!("{base}&prompt=none"), "login_required"),
        (format!("{base}&prompt=none+login"), "invalid_request"),
        (format!("{base}&nonce=again"), "invalid_request"),
        (format!("{base}&request=x.y.z"), "invalid_request_object"),
        (format!("{base}&request_uri=http%3A%2F%2F169.254.169.254%2F"), "invalid_request_uri"),
        (base.replace("S256", "plain"), "invalid_request"),
    ] {
        let answer = app.browser().authorize(&query).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{query}");
        assert!(answer.location().starts_with(&client.redirect_uri));
        assert_eq!(answer.redirected("error").as_deref(), Some(error), "{query}");
        assert_eq!(answer.redirected("state").as_deref(), Some("s"));
        assert_eq!(answer.redirected("iss").as_deref(), Some(app.issuer()));
        assert_eq!(answer.redirected("code"), None);
    }
    let mut silent = app.browser();
    silent.authorize(&client.query("prompt=none")).await;
    assert!(!silent.cookies.contains_key("claviger_sid"), "silence makes no session");
}

#[tokio::test]
async fn state_comes_back_as_it_went() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    let state = format!("%&+= \u{e9}\u{1f511}\"'<>{}", "x".repeat(1900));
    let encoded: String = url::form_urlencoded::byte_serialize(state.as_bytes()).collect();
    let query = client.query("prompt=none").replace("state=s", &format!("state={encoded}"));
    assert_eq!(app.browser().authorize(&query).await.redirected("state"), Some(state));
}

#[tokio::test]
async fn a_registered_query_is_kept_byte_for_byte() {
    let app = TestApp::new().await;
    let uri = "https://a.example/cb?foo=b%61r".to_owned();
    let mut client = app.client("a", |m| m.redirect_uris = vec![uri.clone()], |c| c.require_consent = false).await;
    client.redirect_uri = uri;
    let (mut browser, _) = signed_in(&app, "alice").await;
    let location = browser.authorize(&client.query("")).await.location();
    assert!(location.starts_with("https://a.example/cb?foo=b%61r&code=clv_ac_"), "{location}");
}

#[tokio::test]
async fn the_whole_way_ends_in_verified_claims() {
    let app = TestApp::new().await;
    let client = app.confidential_client("a").await;
    let (mut browser, mut passkey) = signed_in(&app, "alice").await;
    let answer = browser.code(&client, "scope=openid+profile", &mut passkey).await;
    assert_eq!(answer.redirected("iss").as_deref(), Some(app.issuer()));
    let code = answer.redirected("code").unwrap();
    let redeemed = client.redeem(&browser, &code).await;
    let (access_token, claims) = tokens(&redeemed);
    let now = app.app.now().timestamp();
    assert_eq!(claims["iss"], app.issuer());
    assert_eq!(claims["aud"], client.client_id);
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 600)));
    assert_eq!((&claims["auth_time"], &claims["nonce"]), (&json!(now), &json!("n")));
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!("phr"), &json!(["pop", "swk", "user", "mfa"])));
    assert_eq!(claims["at_hash"], half_hash(SigningAlgorithm::RS256, &access_token));
    assert_eq!(claims["sub"], app.find_user("alice").await.sub);
    assert!(claims["sid"].as_str().unwrap().len() == 22);
    let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    for name in &names {
        let expected = ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
        assert!(expected.contains(name), "{name} is nobody's business");
    }
    let json = redeemed.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(json["scope"], "openid profile");
}

#[tokio::test]
async fn a_session_with_standing_consent_gets_its_code_at_once() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    let (mut browser, mut passkey) = signed_in(&app, "alice").await;
    browser.code(&client, "", &mut passkey).await;
    for extra in ["", "prompt=none", "max_age=10000", "display=popup&ui_locales=se&claims_locales=se&login_hint=buffy"]
    {
        let answer = browser.authorize(&client.query(extra)).await;
        assert!(answer.redirected("code").is_some(), "{extra}");
    }
    let wider = browser.authorize(&client.query("scope=openid+email&prompt=none")).await;
    assert_eq!(wider.redirected("error").as_deref(), Some("consent_required"));
    let asked = browser.authorize(&client.query("prompt=consent")).await;
    assert!(asked.location().contains("/consent"));
}

#[tokio::test]
async fn prompt_login_needs_a_ceremony_of_its_own() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let (mut browser, mut passkey) = signed_in(&app, "alice").await;
    app.advance(100);
    let before = app.app.now().timestamp();
    let first = browser.authorize(&client.query("prompt=login")).await;
    assert!(first.location().contains("/sign-in?request="), "{}", first.location());
    let resume = first.location().replace("/sign-in?request=", "/oauth2/authorize/");
    assert!(browser.get(&resume).await.location().contains("/sign-in"), "resuming without it leads back");
    let page = browser.get(&first.location()).await;
    assert!(page.body.contains("alice Example") && page.body.contains("account=other"));
    let request = first.location().rsplit('=').next().unwrap().to_owned();
    let begun = browser.call("/webauthn/authentication/begin", &json!({ "request": request })).await.json();
    assert_eq!(begun["publicKey"]["allowCredentials"].as_array().unwrap().len(), 1, "the person of the session");
    let done = browser.authenticate(&json!({ "request": request }), &mut passkey).await.json();
    let answer = browser.get(done["location"].as_str().unwrap()).await;
    let (_, claims) = tokens(&client.redeem(&browser, &answer.redirected("code").unwrap()).await);
    assert_eq!(claims["auth_time"], before);
    assert_eq!(browser.get(&resume).await.status, StatusCode::GONE, "never a second code");
}

#[tokio::test]
async fn a_ceremony_for_another_request_does_not_count() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let (mut browser, mut passkey) = signed_in(&app, "alice").await;
    let first = browser.authorize(&client.query("prompt=login")).await.location();
    let second = browser.authorize(&client.query("prompt=login")).await.location();
    let request = |location: &str| location.rsplit('=').next().unwrap().to_owned();
    browser.get(&first).await;
    let done = browser.authenticate(&json!({ "request": request(&first) }), &mut passkey).await;
    assert_eq!(done.status, StatusCode::OK);
    let other = browser.open(&format!("/oauth2/authorize/{}", request(&second))).await;
    assert!(other.location().contains("/sign-in"));
}

#[tokio::test]
async fn max_age_asks_when_the_ceremony_is_too_old_and_once() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let (mut browser, mut passkey) = signed_in(&app, "alice").await;
    app.advance(2);
    assert!(browser.authorize(&client.query("max_age=15000")).await.redirected("code").is_some());
    let none = browser.authorize(&client.query("max_age=1&prompt=none")).await;
    assert_eq!(none.redirected("error").as_deref(), Some("login_required"));
    let answer = browser.code(&client, "max_age=1", &mut passkey).await;
    let (_, claims) = tokens(&client.redeem(&browser, &answer.redirected("code").unwrap()).await);
    assert_eq!(claims["auth_time"], app.app.now().timestamp());
    let zero = browser.authorize(&client.query("max_age=0")).await;
    assert!(zero.location().contains("/sign-in"));
}

#[tokio::test]
async fn somebody_else_cannot_answer_for_the_person_who_was_asked() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let (_, mut bob) = signed_in(&app, "bob").await;
    let (mut browser, _) = signed_in(&app, "alice").await;
    let location = browser.authorize(&client.query("prompt=login")).await.location();
    let request = location.rsplit('=').next().unwrap().to_owned();
    browser.get(&location).await;
    let begun = browser.call("/webauthn/authentication/begin", &json!({ "request": request })).await.json();
    let mut open = begun["publicKey"].clone();
    open["allowCredentials"] = json!([]);
    let credential = bob.get(open, &browser.origin).await;
    let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
    assert_eq!(browser.call("/webauthn/authentication/finish", &body).await.code(), "verification_failed");
    // Another account is a choice of its own.
    let asked = json!({ "request": request, "other_account": true });
    let done = browser.authenticate(&asked, &mut bob).await;
    let answer = browser.get(done.json()["location"].as_str().unwrap()).await;
    assert!(answer.redirected("code").is_some());
}

#[tokio::test]
async fn a_request_belongs_to_its_browser_and_its_hour() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let mut browser = app.browser();
    let location = browser.authorize(&client.query("")).await.location();
    let resume = location.replace("/sign-in?request=", "/oauth2/authorize/");
    assert_eq!(app.browser().get(&location).await.status, StatusCode::GONE, "told before a passkey is used in vain");
    let (mut stranger, _) = signed_in(&app, "mallory").await;
    assert_eq!(stranger.get(&resume).await.status, StatusCode::GONE);
    assert_eq!(stranger.get(&resume.replace("authorize", "x")).await.status, StatusCode::NOT_FOUND);
    app.advance(3600);
    assert_eq!(browser.get(&resume).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_flow_keeps_twenty_waiting_requests() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let mut browser = app.browser();
    let mut waiting = Vec::new();
    for _ in 0..22 {
        app.advance(1);
        waiting.push(
            browser.authorize(&client.query("")).await.location().replace("/sign-in?request=", "/oauth2/authorize/"),
        );
    }
    assert_eq!(browser.get(&waiting[0]).await.status, StatusCode::GONE);
    assert_eq!(browser.get(&waiting[1]).await.status, StatusCode::GONE);
    assert_eq!(browser.get(&waiting[2]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn by_post_it_is_a_way_to_get() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let (browser, _) = signed_in(&app, "alice").await;
    let query = client.query("");
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let answer = browser.form("/oauth2/authorize", &fields, &[("origin", "https://evil.example")]).await;
    assert_eq!((answer.status, answer.header("set-cookie")), (StatusCode::SEE_OTHER, None));
    assert!(browser.clone().get(&answer.location()).await.redirected("code").is_some());
    let long = "x".repeat(13_000);
    let answer = browser.form("/oauth2/authorize", &[("state", &long)], &[]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nothing_is_spent_ahead_of_time() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let (mut browser, _) = signed_in(&app, "alice").await;
    let path = format!("/oauth2/authorize?{}", client.query(""));
    let answer = browser.send(Method::GET, &path, &[("sec-purpose", "prefetch;prerender")], vec![]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_enrolment_signs_in_to_its_request_without_acr() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let mut browser = app.browser();
    let location = browser.authorize(&client.query("")).await.location();
    let request = location.rsplit('=').next().unwrap().to_owned();
    browser.open(&format!("/sign-up?request={request}")).await;
    let asked = json!({ "sign_up": { "username": "alice" }, "request": request });
    let done = browser.register(&asked, &mut SoftPasskey::new()).await.json();
    let answer = browser.get(done["location"].as_str().unwrap()).await;
    let (_, claims) = tokens(&client.redeem(&browser, &answer.redirected("code").unwrap()).await);
    assert_eq!((claims.get("acr"), &claims["amr"]), (None, &json!(["user"])));
}

/// Another instance switches the client off; this one still has it in its cache: an answer, and no circle.
#[tokio::test]
async fn a_client_that_was_switched_off_elsewhere_gets_an_error() {
    let app = TestApp::new().await;
    let client = house_client(&app).await;
    let mut browser = app.browser();
    let waiting = browser.authorize(&client.query("")).await.location();
    // The page of the step puts the client into this instance's cache.
    browser.get(&waiting).await;
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    app.second_instance().await.update_client(&client, |client| client.enabled = false).await;
    let resume = waiting.replace("/sign-in?request=", "/oauth2/authorize/");
    let answer = browser.get(&resume).await;
    assert_eq!(answer.redirected("error").as_deref(), Some("unauthorized_client"));
    assert_eq!(browser.get(&resume).await.status, StatusCode::GONE);
}

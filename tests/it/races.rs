//! Single use under fire: 32 at once over two instances, exactly one wins.

use std::{future::Future, sync::Arc};

use claviger::{
    crypto::token,
    protocol::{client_metadata::ClientMetadata, scope::ScopeSet, signing_algorithm::SigningAlgorithm},
    store::{consent, credential, enrollment_link::Kind, registration_token, token_family, user},
};
use poem::http::StatusCode;
use serde_json::json;

use crate::harness::{
    Answer, SoftPasskey, TestApp,
    client::{text, tokens},
};

const PARALLEL: usize = 32;

/// Runs all at once and counts the answers with status 200.
async fn winners<F>(attempts: Vec<F>) -> (usize, Vec<Answer>)
where
    F: Future<Output = Answer> + Send + 'static,
{
    let tasks: Vec<_> = attempts.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    (answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), answers)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_is_redeemed_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let (mut browser, mut passkey) = (a.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = a.public_client("a").await;
    b.app.refresh().await.unwrap();
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    let attempts = (0..PARALLEL).map(|i| {
        let (browser, client, code) = (browser.on(if i % 2 == 0 { &a } else { &b }), client.clone(), code.clone());
        async move { client.redeem(&browser, &code).await }
    });
    let (won, answers) = winners(attempts.collect()).await;
    assert_eq!(won, 1);
    let lost = answers.iter().filter(|a| a.status == StatusCode::BAD_REQUEST && a.code() == "invalid_grant").count();
    assert_eq!(lost, PARALLEL - 1);
    let winner = answers.iter().find(|a| a.status == StatusCode::OK).unwrap();
    let bearer = format!("Bearer {}", tokens(winner).0);
    let headers = [("authorization", &*bearer)];
    let dead = a.browser().send(poem::http::Method::GET, "/oauth2/userinfo", &headers, vec![]).await;
    assert_eq!(dead.status, StatusCode::UNAUTHORIZED, "the replays killed what the winner got");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_challenge_is_spent_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let mut passkey = SoftPasskey::new();
    a.browser().sign_up("alice", &mut passkey).await;
    let mut browser = a.browser();
    browser.open("/sign-in").await;
    let body = browser.assertion(&json!({}), &mut passkey).await;
    let attempts = (0..PARALLEL).map(|i| {
        let (mut browser, body) = (browser.on(if i % 2 == 0 { &a } else { &b }), body.clone());
        async move { browser.call("/webauthn/authentication/finish", &body).await }
    });
    let (won, answers) = winners(attempts.collect()).await;
    assert_eq!(won, 1);
    assert!(answers.iter().filter(|a| a.status != StatusCode::OK).all(|a| a.code() == "ceremony_spent"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_enrolment_link_is_used_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let user = a.user("alice").await;
    let link = a.link(&user, Kind::Invitation).await;
    let mut attempts = Vec::new();
    for i in 0..PARALLEL {
        let app = if i % 2 == 0 { &a } else { &b };
        let mut browser = app.browser();
        browser.open(&format!("/enroll/{link}")).await;
        let begun = browser.call("/webauthn/registration/begin", &json!({ "link": link })).await.json();
        let credential = SoftPasskey::new().create(begun["publicKey"].clone(), &browser.origin).await;
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
        attempts.push(async move { browser.call("/webauthn/registration/finish", &body).await });
    }
    let (won, answers) = winners(attempts).await;
    assert_eq!(won, 1);
    assert!(answers.iter().filter(|a| a.status != StatusCode::OK).all(|a| a.code() == "link_spent"));
    assert_eq!(credential::list_by_user(&a.app.store.read(), user.id).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_authorization_request_gives_one_code() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let client = a.client("a", |_| (), |client| client.require_consent = false).await;
    b.app.refresh().await.unwrap();
    let mut browser = a.browser();
    let location = browser.authorize(&client.query("")).await.location();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    let resume = location.replace("/sign-in?request=", "/oauth2/authorize/");
    let attempts = (0..PARALLEL).map(|i| {
        let (mut browser, resume) = (browser.on(if i % 2 == 0 { &a } else { &b }), resume.clone());
        async move { browser.get(&resume).await }
    });
    let (_, answers) = winners(attempts.collect()).await;
    let codes = answers.iter().filter(|a| a.status == StatusCode::SEE_OTHER && a.redirected("code").is_some()).count();
    assert_eq!(codes, 1);
    assert_eq!(answers.iter().filter(|a| a.status == StatusCode::GONE).count(), PARALLEL - 1);
}

/// Tabs and silent renewals of one session at once: each gets its code, none waits for another for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_session_authorizes_many_at_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let client = a.client("a", |_| (), |client| client.require_consent = false).await;
    b.app.refresh().await.unwrap();
    let mut browser = a.browser();
    browser.sign_up("alice", &mut SoftPasskey::new()).await;
    let attempts = (0..PARALLEL).map(|i| {
        let (mut browser, query) = (browser.on(if i % 2 == 0 { &a } else { &b }), client.query("prompt=none"));
        async move { browser.authorize(&query).await }
    });
    let (_, answers) = winners(attempts.collect()).await;
    assert!(answers.iter().all(|answer| answer.redirected("code").is_some()));
}

/// Ceremonies, a consent and resumes of one request at once, in two tabs of one person: no deadlock, one code.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn steps_of_one_request_do_not_wait_for_each_other_for_ever() {
    let app = TestApp::new().await;
    let client = app.public_client("a").await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    for _ in 0..8 {
        let location = browser.authorize(&client.query("prompt=consent")).await.location();
        let id = location.split('/').nth(2).unwrap().to_owned();
        browser.get(&location).await;
        let body = browser.assertion(&json!({ "request": id }), &mut passkey).await;
        let (mut ceremony, mut consent, mut resume) = (browser.clone(), browser.clone(), browser.clone());
        let path = format!("/oauth2/authorize/{id}");
        let allow = json!({ "decision": "allow" });
        let (first, second, third) = tokio::join!(
            ceremony.call("/webauthn/authentication/finish", &body),
            consent.call(&location, &allow),
            resume.open(&path),
        );
        for answer in [&first, &second, &third] {
            assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
        }
        if first.status == StatusCode::OK {
            browser = ceremony;
        }
        browser.open("/sign-in").await;
    }
}

/// Two assertions with the same counter, each with a challenge of its own: the UPDATE lets one through.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_equal_counters_one_is_accepted() {
    let app = TestApp::new().await;
    let mut hardware = SoftPasskey::new();
    hardware.counts = true;
    app.browser().sign_up("alice", &mut hardware).await;
    let mut attempts = Vec::new();
    for _ in 0..PARALLEL {
        let mut browser = app.browser();
        browser.open("/sign-in").await;
        let mut body = browser.assertion(&json!({}), &mut hardware).await;
        let nine = |data: &mut Vec<u8>| data[33..37].copy_from_slice(&9u32.to_be_bytes());
        hardware.forge(&mut body["credential"], nine, |_| ());
        attempts.push(async move { browser.call("/webauthn/authentication/finish", &body).await });
    }
    let (won, answers) = winners(attempts).await;
    assert_eq!(won, 1);
    assert!(answers.iter().filter(|a| a.status != StatusCode::OK).all(|a| a.code() == "verification_failed"));
}

/// Whatever the order, no token works once the person is disabled.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn disabling_against_redeeming_leaves_no_working_token() {
    let app = TestApp::new().await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    let user = app.find_user("alice").await;
    for _ in 0..8 {
        app.set_enabled(&user, true).await;
        browser.sign_in(&mut passkey).await;
        let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
        let (answer, ()) = tokio::join!(client.redeem(&browser, &code), app.set_enabled(&user, false));
        if answer.status == StatusCode::OK {
            let bearer = format!("Bearer {}", tokens(&answer).0);
            let headers = [("authorization", &*bearer)];
            // Enabled again, so that only what disabling killed can refuse.
            app.set_enabled(&user, true).await;
            let info = app.browser().send(poem::http::Method::GET, "/oauth2/userinfo", &headers, vec![]).await;
            assert_eq!(info.status, StatusCode::UNAUTHORIZED);
        } else {
            assert_eq!(answer.code(), "invalid_grant");
        }
    }
}

/// Answers that were lost are given again: all of these work until one of them is used, and then the others kill the family.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_token_may_be_presented_by_many_and_followed_by_one() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let (mut browser, mut passkey) = (a.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = a.public_client("a").await;
    b.app.refresh().await.unwrap();
    let code = browser.code(&client, "scope=openid+offline_access", &mut passkey).await.redirected("code").unwrap();
    let first = text(&client.redeem(&browser, &code).await, "refresh_token");
    let (a, b) = (Arc::new(a), Arc::new(b));
    let attempts = (0..8).map(|i| {
        let (app, client, first) = (if i % 2 == 0 { a.clone() } else { b.clone() }, client.clone(), first.clone());
        async move { client.refresh(&app, &first, &[]).await }
    });
    let (won, answers) = winners(attempts.collect()).await;
    assert_eq!(won, 8, "{:?}", answers.iter().map(|answer| &answer.body).collect::<Vec<_>>());
    let children: Vec<_> = answers.iter().map(|answer| text(answer, "refresh_token")).collect();
    let attempts = children.iter().map(|child| {
        let (app, client, child) = (b.clone(), client.clone(), child.clone());
        async move { client.refresh(&app, &child, &[]).await }
    });
    let (won, answers) = winners(attempts.collect()).await;
    assert_eq!(won, 1, "one is followed");
    let winner = answers.iter().find(|answer| answer.status == StatusCode::OK).unwrap();
    let after = client.refresh(&a, &text(winner, "refresh_token"), &[]).await;
    assert_eq!(after.code(), "invalid_grant", "the others killed the family");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_token_is_granted_eight_times_at_most() {
    let a = Arc::new(TestApp::new().await);
    let (mut browser, mut passkey) = (a.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = a.public_client("a").await;
    let code = browser.code(&client, "scope=openid+offline_access", &mut passkey).await.redirected("code").unwrap();
    let first = text(&client.redeem(&browser, &code).await, "refresh_token");
    let attempts = (0..PARALLEL).map(|_| {
        let (app, client, first) = (a.clone(), client.clone(), first.clone());
        async move { client.refresh(&app, &first, &[]).await }
    });
    assert_eq!(winners(attempts.collect()).await.0, 8);
}

/// What a client can do with a token that is being taken from it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn consent_that_is_withdrawn_ends_every_refresh_under_way() {
    let a = Arc::new(TestApp::new().await);
    let (mut browser, mut passkey) = (a.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = a.public_client("a").await;
    let code = browser.code(&client, "scope=openid+offline_access", &mut passkey).await.redirected("code").unwrap();
    let first = text(&client.redeem(&browser, &code).await, "refresh_token");
    let user = a.find_user("alice").await;
    let withdraw = {
        let (a, row) = (a.clone(), client.client.id);
        async move {
            let nothing = consent::Consent { granted: ScopeSet::default(), declined: ScopeSet::default() };
            let (id, now) = (a.app.uuid(), a.app.now());
            a.app
                .store
                .write(async |tx| {
                    user::lock(tx, user.id).await?;
                    consent::put(tx, id, user.id, row, &nothing, now).await?;
                    token_family::revoke_all_of_user(tx, user.id, now).await
                })
                .await
                .unwrap();
        }
    };
    let attempts: Vec<_> = (0..6)
        .map(|_| {
            let (app, client, first) = (a.clone(), client.clone(), first.clone());
            tokio::spawn(async move { client.refresh(&app, &first, &[]).await })
        })
        .collect();
    withdraw.await;
    for attempt in attempts {
        let answer = attempt.await.unwrap();
        if answer.status == StatusCode::OK {
            let dead = a.userinfo(&text(&answer, "access_token")).await;
            assert_eq!(dead.status, StatusCode::UNAUTHORIZED, "whatever was issued opens nothing");
            assert_eq!(client.refresh(&a, &text(&answer, "refresh_token"), &[]).await.code(), "invalid_grant");
        } else {
            assert_eq!(answer.code(), "invalid_grant");
        }
    }
}

/// `jti` over two instances: whoever is second was replayed.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_assertion_is_taken_once() {
    let a = TestApp::new().await;
    let b = a.second_instance().await;
    let key = crate::oidc::assertions::key(SigningAlgorithm::ES256);
    let keys = crate::oidc::assertions::jwks(&[&key]);
    let metadata = |metadata: &mut ClientMetadata| {
        metadata.token_endpoint_auth_method = Some("private_key_jwt".into());
        metadata.jwks = Some(keys);
    };
    let client = a.client("a", metadata, |_| ()).await;
    b.app.refresh().await.unwrap();
    let exp = a.app.now().timestamp() + 60;
    let (id, aud) = (&client.client_id, a.issuer());
    let assertion = key.sign("JWT", &json!({ "iss": id, "sub": id, "aud": aud, "exp": exp, "jti": "once" })).unwrap();
    let attempts = (0..PARALLEL).map(|i| {
        let (browser, assertion) = (if i % 2 == 0 { a.browser() } else { b.browser() }, assertion.clone());
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        async move {
            let fields = [("client_assertion_type", kind), ("client_assertion", &*assertion), ("token", "x")];
            browser.form("/oauth2/revoke", &fields, &[]).await
        }
    });
    assert_eq!(winners(attempts.collect()).await.0, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_registration_token_makes_one_client() {
    let settings = [("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "token")];
    let a = TestApp::with(&settings).await;
    let made = token::generate(&*a.app.rng, token::TokenKind::RegistrationToken);
    let (id, now) = (a.app.uuid(), a.app.now());
    let write = a.app.store.write(async |tx| {
        registration_token::insert(tx, id, made.hash, (now, now + chrono::Duration::hours(1)));
        Ok::<_, claviger::store::Error>(())
    });
    write.await.unwrap();
    let attempts = (0..PARALLEL).map(|_| {
        let (mut browser, bearer) = (a.browser(), format!("Bearer {}", made.token.expose()));
        async move {
            let headers = [("content-type", "application/json"), ("authorization", &*bearer)];
            let body = json!({ "redirect_uris": ["https://rp.example/cb"] }).to_string().into_bytes();
            browser.send(poem::http::Method::POST, "/oauth2/register", &headers, body).await
        }
    });
    let (_, answers) = winners(attempts.collect()).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::UNAUTHORIZED).count(), PARALLEL - 1);
}

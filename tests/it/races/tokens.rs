//! Codes and refresh tokens.

use std::sync::Arc;

use claviger::{
    protocol::scope::ScopeSet,
    store::{consent, token_family, user},
};
use poem::http::StatusCode;

use super::{PARALLEL, winners};
use crate::harness::{
    Registered, SoftPasskey, TestApp,
    client::{text, tokens},
};

/// A public client, and a refresh token of alice for it.
async fn with_refresh_token(app: &TestApp) -> (Registered, String) {
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "scope=openid+offline_access", &mut passkey).await.redirected("code").unwrap();
    let refresh_token = text(&client.redeem(&browser, &code).await, "refresh_token");
    (client, refresh_token)
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
    let (client, first) = with_refresh_token(&a).await;
    b.app.refresh().await.unwrap();
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
    let (client, first) = with_refresh_token(&a).await;
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
    let (client, first) = with_refresh_token(&a).await;
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

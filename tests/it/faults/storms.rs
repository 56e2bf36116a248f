//! Everybody at once, and a database that somebody else keeps busy.

use poem::http::{Method, StatusCode};
use sea_orm::{ConnectionTrait, Database};

use super::rounds;
use crate::harness::{Answer, SoftPasskey, TestApp, client::tokens, database, place::Place};

const PARALLEL: usize = 32;

/// One of 32 over two instances gets the tokens; that the others came with the right verifier kills them again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_many_codes_is_redeemed_once() {
    let a = TestApp::with(&[("CLAVIGER_RATE_LIMIT__ENABLED", "false")]).await;
    let b = a.second_instance().await;
    let (mut browser, mut passkey) = (a.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = a.public_client("a").await;
    b.app.refresh().await.unwrap();
    // Two hundred where faults are asked for.
    let codes = if rounds(0) > 0 { 200 } else { 8 };
    for _ in 0..codes {
        let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
        let attempts = (0..PARALLEL).map(|i| {
            let (browser, client, code) = (browser.on(if i % 2 == 0 { &a } else { &b }), client.clone(), code.clone());
            tokio::spawn(async move { client.redeem(&browser, &code).await })
        });
        let attempts: Vec<_> = attempts.collect();
        let mut answers: Vec<Answer> = Vec::new();
        for attempt in attempts {
            answers.push(attempt.await.unwrap());
        }
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == StatusCode::OK);
        assert_eq!(won.len(), 1);
        assert!(lost.iter().all(|answer| answer.code() == "invalid_grant"));
        let bearer = format!("Bearer {}", tokens(won[0]).0);
        let (mut browser, headers) = (browser.clone(), [("authorization", &*bearer)]);
        let userinfo = browser.send(Method::GET, "/oauth2/userinfo", &headers, vec![]).await;
        assert_eq!(userinfo.status, StatusCode::UNAUTHORIZED);
    }
}

/// 64 people sign in at the same moment: all do.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_at_once_all_get_through() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__ENABLED", "false")]).await;
    let mut people = Vec::new();
    for person in 0..64 {
        let mut passkey = SoftPasskey::new();
        let answer = app.browser().sign_up(&format!("p-{person}"), &mut passkey).await;
        assert_eq!(answer.status, StatusCode::OK);
        people.push((app.browser(), passkey));
    }
    let attempts = people
        .into_iter()
        .map(|(mut browser, mut passkey)| tokio::spawn(async move { browser.sign_in(&mut passkey).await.status }));
    let attempts: Vec<_> = attempts.collect();
    for attempt in attempts {
        assert_eq!(attempt.await.unwrap(), StatusCode::OK);
    }
}

/// Another process holds the write lock: who waits long enough gets through, who does not is told to come again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_busy_file_is_waited_for_and_then_told() {
    if database::postgres().is_some() {
        return;
    }
    let app = TestApp::new().await;
    let mut passkey = SoftPasskey::new();
    app.browser().sign_up("alice", &mut passkey).await;
    let mut browser = app.browser();
    browser.open("/sign-in").await;
    let body = browser.assertion(&serde_json::json!({}), &mut passkey).await;
    let other = Database::connect(app.url()).await.unwrap();
    other.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
    let refused = browser.clone().call("/webauthn/authentication/finish", &body).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable".to_owned()));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(browser.clone().open("/sign-in").await.status, StatusCode::OK, "reading goes on");
    let waiting = tokio::spawn(async move { browser.call("/webauthn/authentication/finish", &body).await.status });
    other.execute_unprepared("COMMIT").await.unwrap();
    assert_eq!(waiting.await.unwrap(), StatusCode::OK, "the ceremony that was refused is not spent");
}

/// What strangers send is not kept: announced gigabytes, endless chunks, many fields.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn huge_requests_take_no_memory() {
    use std::io::{Read, Write};
    let place = Place::new().await;
    let serving = place.serve();
    let memory = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", serving.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<i64>().unwrap()
    };
    for _ in 0..4 {
        serving.get("/sign-in");
    }
    let before = memory();
    let head = "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let mut streams = Vec::new();
    for round in 0..rounds(40).max(40) {
        let mut stream = std::net::TcpStream::connect(&serving.address).unwrap();
        let cookies = format!("Cookie: {}\r\n", "a=b; ".repeat(1000));
        let request = match round % 3 {
            0 => format!("{head}Content-Length: 1073741824\r\n\r\n{}", "a".repeat(60_000)),
            1 => format!(
                "{head}Transfer-Encoding: chunked\r\n\r\n{}",
                format!("1000\r\n{}\r\n", "a".repeat(4096)).repeat(16)
            ),
            _ => format!("{head}{cookies}Content-Length: 15000\r\n\r\n{}", "a=b&".repeat(3750)),
        };
        let _ = stream.write_all(request.as_bytes());
        streams.push(stream);
    }
    for mut stream in streams {
        let mut first = [0; 12];
        let _ = stream.read_exact(&mut first);
        assert!(first.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&first));
    }
    let grown = memory() - before;
    assert!(grown < 20 * 1024, "{grown} kB more");
}

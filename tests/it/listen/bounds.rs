//! What a connection may take.

use std::{sync::atomic::Ordering, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{BOUNDS, LIVEZ, LIVEZ_AND_CLOSE, Listening, NEVER, answer, rest};
use crate::harness::TestApp;
use claviger::listen::Bounds;

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn requests_are_answered_one_after_the_other() {
    let listening = Listening::new(BOUNDS).await;
    let mut stream = listening.connect().await;
    for _ in 0..3 {
        stream.write_all(LIVEZ.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    }
    assert_eq!(listening.open.load(Ordering::SeqCst), 1);
}

/// A head that never ends, byte by byte or not at all, is not waited for.
#[tokio::test]
async fn half_a_head_is_given_up() {
    let listening = Listening::new(Bounds { head: SHORT, ..BOUNDS }).await;
    assert!(listening.ask("GET /livez HTTP/1.1\r\nHo").await.starts_with("HTTP/1.1 408"));
    assert_eq!(listening.ask("").await, "", "who said nothing is told nothing");
    let mut drip = listening.connect().await;
    let dripping = async {
        while drip.write_all(b"G").await.is_ok() {
            tokio::time::sleep(SHORT / 4).await;
        }
    };
    timeout(NEVER, dripping).await.expect("bytes must not move the deadline");
}

#[tokio::test]
async fn half_a_head_after_a_good_request_is_given_up_too() {
    let listening = Listening::new(Bounds { head: SHORT, ..BOUNDS }).await;
    let mut stream = listening.connect().await;
    stream.write_all(LIVEZ.as_bytes()).await.unwrap();
    answer(&mut stream).await;
    stream.write_all(b"GET /livez HT").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_word() {
    let listening = Listening::new(Bounds { idle: SHORT, ..BOUNDS }).await;
    let mut stream = listening.connect().await;
    stream.write_all(LIVEZ.as_bytes()).await.unwrap();
    answer(&mut stream).await;
    assert_eq!(rest(&mut stream).await, "");
}

#[tokio::test]
async fn half_a_body_is_given_up() {
    let app = TestApp::with(&[("CLAVIGER_SERVER__BODY_TIMEOUT", "1s")]).await;
    let listening = Listening::with(app, BOUNDS, None).await;
    let head = "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let answer = listening.ask(&format!("{head}Content-Length: 100\r\n\r\ngrant_type=")).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("invalid_request"), "{answer}");
}

#[tokio::test]
async fn heads_are_bounded_and_the_answer_arrives() {
    let listening = Listening::new(BOUNDS).await;
    let with =
        |header: &str| format!("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n\r\n");
    let long = listening.ask(&with(&format!("X-Long: {}", "x".repeat(200_000)))).await;
    assert!(long.starts_with("HTTP/1.1 431"), "{long}");
    let many = listening.ask(&with(&vec!["X-A: b"; 200].join("\r\n"))).await;
    assert!(many.starts_with("HTTP/1.1 431"), "{many}");
    let long_path = listening.ask(&format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(70_000))).await;
    assert!(long_path.starts_with("HTTP/1.1 4"), "{long_path}");
    let two_hosts = listening.ask(&with("Host: evil.example")).await;
    assert!(two_hosts.starts_with("HTTP/1.1 400"), "{two_hosts}");
    let no_host = listening.ask("GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(no_host.starts_with("HTTP/1.1 400"), "{no_host}");
    let smuggled = listening.ask(&with("Content-Length: 3\r\nContent-Length: 4")).await;
    assert!(smuggled.starts_with("HTTP/1.1 400"), "{smuggled}");
    assert!(listening.ask(&with("X-Short: x")).await.starts_with("HTTP/1.1 200"));
}

/// Announced, endless or packed: what is too large is refused without being kept.
#[tokio::test]
async fn bodies_are_bounded_and_the_answer_arrives() {
    let listening = Listening::new(BOUNDS).await;
    let head = "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let announced = format!("{head}Content-Length: 1073741824\r\n\r\n{}", "a".repeat(100_000));
    assert!(listening.ask(&announced).await.starts_with("HTTP/1.1 413"));
    let chunk = format!("1000\r\n{}\r\n", "a".repeat(4096)).repeat(64);
    assert!(
        listening.ask(&format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunk}")).await.starts_with("HTTP/1.1 413")
    );
    let fields = vec!["a=b"; 3000].join("&");
    let many = format!("{head}Connection: close\r\nContent-Length: {}\r\n\r\n{fields}", fields.len());
    assert!(listening.ask(&many).await.starts_with("HTTP/1.1 400"));
    let packed = format!("{head}Content-Encoding: gzip\r\nConnection: close\r\nContent-Length: 4\r\n\r\n\x1f\x0b00");
    assert!(listening.ask(&packed).await.starts_with("HTTP/1.1 415"));
}

/// One address can't take every place; a trusted proxy is many callers.
#[tokio::test]
async fn one_address_has_so_many_seats() {
    let bounds = Bounds { per_prefix: 3, ..BOUNDS };
    let listening = Listening::new(bounds).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut stream = listening.connect().await;
        stream.write_all(LIVEZ.as_bytes()).await.unwrap();
        answer(&mut stream).await;
        held.push(stream);
    }
    assert_eq!(listening.ask(LIVEZ_AND_CLOSE).await, "", "the fourth is reset");
    drop(held.pop());
    let again = async {
        while !listening.ask(LIVEZ_AND_CLOSE).await.starts_with("HTTP/1.1 200") {
            tokio::task::yield_now().await;
        }
    };
    timeout(NEVER, again).await.expect("a seat that was left is free");

    let app = TestApp::with(&[("CLAVIGER_SERVER__TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let proxied = Listening::with(app, bounds, None).await;
    let mut streams = Vec::new();
    for _ in 0..10 {
        let mut stream = proxied.connect().await;
        stream.write_all(LIVEZ.as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
        streams.push(stream);
    }
}

/// Who finds no place waits for one.
#[tokio::test]
async fn all_together_have_so_many_places() {
    let listening = Listening::new(Bounds { connections: 2, ..BOUNDS }).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = listening.connect().await;
        stream.write_all(LIVEZ.as_bytes()).await.unwrap();
        answer(&mut stream).await;
        held.push(stream);
    }
    let mut third = listening.connect().await;
    third.write_all(LIVEZ_AND_CLOSE.as_bytes()).await.unwrap();
    assert_eq!(listening.open.load(Ordering::SeqCst), 2);
    held.clear();
    assert!(rest(&mut third).await.starts_with("HTTP/1.1 200"));
}

/// Pipelines without end, and reads nothing of the answers.
#[tokio::test]
async fn a_peer_that_takes_nothing_is_given_up() {
    let listening = Listening::new(Bounds { stall: SHORT, ..BOUNDS }).await;
    let mut stream = listening.connect().await;
    let flood = async {
        let many = "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100);
        while stream.write_all(many.as_bytes()).await.is_ok() {}
    };
    timeout(NEVER, flood).await.expect("the server never gave it up");
    let mut buffer = [0; 1];
    while matches!(stream.read(&mut buffer).await, Ok(count) if count > 0) {}
    assert!(listening.ask(LIVEZ_AND_CLOSE).await.starts_with("HTTP/1.1 200"), "others are served on");
}

#[tokio::test]
async fn other_protocols_are_closed() {
    let listening = Listening::new(BOUNDS).await;
    assert_eq!(listening.ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await, "");
    assert!(listening.ask("HELLO\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    assert_eq!(listening.app.audit().await.len(), 0);
}

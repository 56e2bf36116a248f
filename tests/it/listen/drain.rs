//! Stopping: what is under way is finished, what waits is not waited for.

use std::time::Duration;

use claviger::listen::Bounds;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};

use super::{BOUNDS, LIVEZ, Listening, NEVER, answer, rest};

const FORM: &str = "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
    Content-Length: 16\r\n\r\n";

#[tokio::test]
async fn requests_under_way_are_answered_and_idle_connections_closed() {
    let mut listening = Listening::new(BOUNDS).await;
    let mut idle = listening.connect().await;
    idle.write_all(LIVEZ.as_bytes()).await.unwrap();
    answer(&mut idle).await;
    let mut half = listening.connect().await;
    half.write_all(LIVEZ.as_bytes()).await.unwrap();
    answer(&mut half).await;
    half.write_all(format!("{FORM}grant_type=").as_bytes()).await.unwrap();
    // The head has arrived when the server is at the body: the next answer on another connection comes after it.
    let mut other = listening.connect().await;
    other.write_all(LIVEZ.as_bytes()).await.unwrap();
    answer(&mut other).await;
    drop(listening.stop.take());
    assert_eq!(rest(&mut idle).await, "");
    half.write_all(b"abcde").await.unwrap();
    let last = rest(&mut half).await;
    assert!(last.starts_with("HTTP/1.1 4") && last.contains("connection: close"), "{last}");
    timeout(NEVER, &mut listening.serving).await.expect("it never ended").unwrap().unwrap();
    assert!(TcpStream::connect(listening.address).await.is_err(), "nobody new is let in");
}

#[tokio::test]
async fn half_a_request_holds_nobody_up_for_ever() {
    let bounds = Bounds { drain: Duration::from_millis(300), ..BOUNDS };
    let mut listening = Listening::new(bounds).await;
    let mut half = listening.connect().await;
    half.write_all(b"GET /livez HTTP/1.1\r\nHo").await.unwrap();
    let mut body = listening.connect().await;
    body.write_all(format!("{FORM}grant").as_bytes()).await.unwrap();
    drop(listening.stop.take());
    timeout(NEVER, &mut listening.serving).await.expect("it never ended").unwrap().unwrap();
    assert_eq!(rest(&mut half).await, "");
}

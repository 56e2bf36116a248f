//! Starting, agreeing with others who start, stopping.

use std::process::Command;

use crate::harness::place::{Place, text};

#[tokio::test]
async fn migrations_can_be_run_by_hand() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_DATABASE__MIGRATE", "false");
    let (exit, _, detail) = place.failure(&["serve"]);
    assert_eq!(exit, 78);
    assert!(detail.contains("claviger migrate"), "{detail}");
    assert!(place.json(&["migrate"])["applied"].as_u64().unwrap() > 0);
    assert_eq!(place.json(&["migrate"])["applied"], 0);
    place.json(&["user", "list"]);
}

#[tokio::test]
async fn serve_says_ready_and_makes_the_first_administrators_link_anew() {
    let place = Place::new().await;
    let mut first = place.serve();
    assert_eq!(first.ready, "ready http://localhost:8080");
    let link = first.lines.next().unwrap();
    assert!(link.starts_with("first administrator: http://localhost:8080/enroll/clv_en_"));
    assert!(std::net::TcpStream::connect(&first.address).is_ok());
    drop(first);
    let mut second = place.serve();
    assert_ne!(second.lines.next().unwrap(), link);
}

/// Two instances on one database make one set of keys and one administrator.
#[tokio::test]
async fn two_starters_agree() {
    let place = Place::new().await;
    let (mut first, mut second) = std::thread::scope(|scope| {
        let other = scope.spawn(|| place.serve());
        (place.serve(), other.join().unwrap())
    });
    for serving in [&mut first, &mut second] {
        assert!(serving.lines.next().unwrap().starts_with("first administrator: "));
    }
    let users = place.json(&["user", "list"]);
    assert_eq!(users.as_array().unwrap().len(), 1, "{users}");
}

#[tokio::test]
async fn a_stopped_server_ends_well_and_a_taken_port_is_told() {
    let place = Place::new().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = place.command(&["serve"]).env("CLAVIGER_SERVER__LISTEN", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(69));
    assert!(text(&output.stderr).contains(&address));
    let mut serving = place.serve();
    let pid = serving.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(serving.child.wait().unwrap().success());
    let mut rest = String::new();
    for line in serving.lines.by_ref() {
        rest.push_str(&line);
    }
    assert!(!rest.contains("panicked"));
}

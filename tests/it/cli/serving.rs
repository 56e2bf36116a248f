//! Starting, agreeing with others who start, stopping.

use std::{io::Write, net::TcpStream};

use entity::enrollment_link;
use sea_orm::{Database, EntityTrait};

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
    let database = Database::connect(place.database_url()).await.unwrap();
    let row = enrollment_link::Entity::find().one(&database).await.unwrap().unwrap();
    assert_eq!(row.expires_at - row.created_at, chrono::Duration::hours(24), "it ends, whether or not it is used");
    drop(first);
    let mut second = place.serve();
    assert_ne!(second.lines.next().unwrap(), link);
}

/// A link made anew ends the one before; where an administrator has a passkey there is none at all.
#[tokio::test]
async fn once_an_administrator_has_a_passkey_there_is_no_link() {
    let place = Place::new().await;
    let token = |line: String| line.rsplit('/').next().unwrap().to_owned();
    let mut first = place.serve();
    let early = token(first.lines.next().unwrap());
    drop(first);
    let mut serving = place.serve();
    let link = token(serving.lines.next().unwrap());
    let door = crate::harness::remote::Remote::new(&serving.address);
    for (link, status) in [(early, 410), (link, 200)] {
        let mut browser = crate::harness::Browser::remote(&door);
        let answer = browser.enroll(&link, &mut crate::harness::SoftPasskey::new()).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
    drop(serving);
    let mut again = place.serve();
    again.signal("-TERM");
    assert!(again.ended().success());
    assert!(again.lines.all(|line| !line.contains("first administrator")));
    assert_eq!(place.json(&["user", "list"]).as_array().unwrap().len(), 1);
}

/// A slip in the configuration would make every passkey useless: it is refused until somebody says whom it costs.
#[tokio::test]
async fn another_rp_id_locks_nobody_out_by_accident() {
    let mut place = Place::new().await;
    let mut serving = place.serve();
    let link = serving.lines.next().unwrap().rsplit('/').next().unwrap().to_owned();
    let door = crate::harness::remote::Remote::new(&serving.address);
    let mut browser = crate::harness::Browser::remote(&door);
    let enrolled = browser.enroll(&link, &mut crate::harness::SoftPasskey::new()).await;
    assert_eq!(enrolled.status.as_u16(), 200, "{}", enrolled.body);
    drop(serving);
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org");
    let (exit, _, detail) = place.failure(&["serve"]);
    assert_eq!(exit, 78);
    assert!(detail.contains("localhost") && detail.contains("--lock-out 1"), "{detail}");
    assert_eq!(place.failure(&["serve", "--lock-out", "2"]).0, 78, "that many were not meant");
    let doctor = place.run(&["doctor", "--json"]);
    assert!(text(&doctor.stdout).contains("1 people would be locked out"), "{}", text(&doctor.stdout));
    let link = place.json(&["user", "recover", "admin"]);
    assert!(
        link["url"].as_str().unwrap().starts_with("https://id.example.org/enroll/"),
        "the way back works meanwhile"
    );
    // The issuer alone: passkeys work, apps do not know it.
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "http://localhost:9999");
    let (_, _, detail) = place.failure(&["serve"]);
    assert!(detail.contains("server.public_url was http://localhost:8080"), "{detail}");
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "http://localhost:8080");
    assert_eq!(place.serve().ready, "ready http://localhost:8080", "set back, nothing has happened");
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org");
    let meant = crate::harness::place::Serving::start(place.command(&["serve", "--lock-out", "1"]));
    assert_eq!(meant.ready, "ready https://id.example.org");
    drop(meant);
    assert_eq!(place.serve().ready, "ready https://id.example.org");
}

/// What is demanded of everybody's passkeys is no different; and whoever administered is given a link.
#[tokio::test]
async fn new_demands_lock_nobody_out_by_accident() {
    let mut place = Place::new().await;
    let mut serving = place.serve();
    let link = serving.lines.next().unwrap().rsplit('/').next().unwrap().to_owned();
    let door = crate::harness::remote::Remote::new(&serving.address);
    let mut synced = crate::harness::SoftPasskey::new();
    let enrolled = crate::harness::Browser::remote(&door).enroll(&link, &mut synced).await;
    assert_eq!(enrolled.status.as_u16(), 200, "{}", enrolled.body);
    drop(serving);
    place.set("CLAVIGER_WEBAUTHN__DEVICE_BOUND_ONLY", "true");
    for arguments in [&["serve"][..], &["serve", "--lock-out", "2"]] {
        let (exit, _, detail) = place.failure(arguments);
        assert!(exit == 78 && detail.contains("--lock-out 1"), "{exit} {detail}");
    }
    let mut meant = crate::harness::place::Serving::start(place.command(&["serve", "--lock-out", "1"]));
    assert!(meant.lines.next().unwrap().starts_with("first administrator: "));
    drop(meant);
    assert_eq!(place.serve().ready, "ready http://localhost:8080", "said once");
    place.set("CLAVIGER_WEBAUTHN__DEVICE_BOUND_ONLY", "false");
    assert_eq!(place.serve().ready, "ready http://localhost:8080", "nobody is lost");
    place.set("CLAVIGER_WEBAUTHN__DEVICE_BOUND_ONLY", "true");
    assert_eq!(place.failure(&["serve"]).0, 78, "it was forgotten with the demand");
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
    serving.signal("-TERM");
    // Balancers hear of it before anybody is refused.
    serving.until("/readyz", |answer| answer.starts_with("HTTP/1.1 503"));
    assert!(serving.ended().success());
    let mut rest = String::new();
    for line in serving.lines.by_ref() {
        rest.push_str(&line);
    }
    assert!(!rest.contains("panicked"));
}

/// Half a request is given time, but not by somebody who asks twice.
#[tokio::test]
async fn who_asks_twice_does_not_wait() {
    let place = Place::new().await;
    let mut serving = place.serve();
    let mut half = TcpStream::connect(&serving.address).unwrap();
    half.write_all(b"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n").unwrap();
    serving.signal("-INT");
    serving.signal("-TERM");
    assert!(serving.ended().success());
}

/// Without descriptors for more, one line is logged, and who left makes room.
#[tokio::test]
async fn descriptors_that_run_out_are_told_once() {
    let place = Place::new().await;
    let serving = place.serve_with_descriptors(64);
    let streams: Vec<_> = (0..100).filter_map(|_| TcpStream::connect(&serving.address).ok()).collect();
    let said = |word: &str| serving.log.lock().unwrap().iter().filter(|line| line.contains(word)).count();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while said("no connections can be accepted") == 0 {
        assert!(std::time::Instant::now() < deadline, "{:?}", serving.log.lock().unwrap());
        std::thread::yield_now();
    }
    drop(streams);
    serving.until("/livez", |answer| answer.starts_with("HTTP/1.1 200"));
    assert_eq!(said("no connections can be accepted"), 1);
}

#[tokio::test]
async fn metrics_have_a_listener_of_their_own() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_SERVER__METRICS_LISTEN", "127.0.0.1:0");
    let serving = place.serve();
    assert!(serving.get("/metrics").starts_with("HTTP/1.1 404"), "not on the public one");
    let metrics = serving.metrics_address.clone().unwrap();
    let text = crate::harness::place::get(&metrics, "/metrics");
    assert!(text.contains("claviger_http_requests_total") && text.contains("# EOF"), "{text}");
    assert!(crate::harness::place::get(&metrics, "/readyz").starts_with("HTTP/1.1 404"));
}

#[tokio::test]
async fn tls_files_that_cannot_work_are_told() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_SERVER__TLS_CERTIFICATE", "/nowhere/chain.pem");
    assert!(place.failure(&["serve"]).2.contains("server.tls_key"), "one without the other");
    place.set("CLAVIGER_SERVER__TLS_KEY", "/nowhere/key.pem");
    let (exit, _, detail) = place.failure(&["serve"]);
    assert_eq!(exit, 78);
    assert!(detail.contains("/nowhere/chain.pem"), "{detail}");
}

/// Whoever read the first line and left takes nobody down.
#[tokio::test]
async fn a_reader_that_leaves_does_not_end_the_server() {
    let place = Place::new().await;
    let serving = place.serve_and_leave();
    serving.until("/livez", |answer| answer.starts_with("HTTP/1.1 200"));
    let users = place.json(&["user", "list"]);
    assert_eq!(users.as_array().unwrap().len(), 1, "the first administrator's link was made and said to nobody");
    assert!(serving.get("/livez").starts_with("HTTP/1.1 200"));
}

/// For container health checks: over TLS too, with whatever certificate the server has.
#[tokio::test]
async fn health_asks_the_server_next_door() {
    let mut place = Place::new().await;
    place.set("CLAVIGER_SERVER__PUBLIC_URL", "https://id.example.org");
    let made = rcgen::generate_simple_self_signed(["id.example.org".to_owned()]).unwrap();
    for (name, pem) in [("certificate", made.cert.pem()), ("key", made.signing_key.serialize_pem())] {
        let file = place.data().join(format!("{name}.pem"));
        std::fs::write(&file, pem).unwrap();
        place.set(&format!("CLAVIGER_SERVER__TLS_{}", name.to_uppercase()), &file.display().to_string());
    }
    let serving = place.serve();
    let health = |address: &str| {
        place.command(&["health"]).env("CLAVIGER_SERVER__LISTEN", address).output().unwrap().status.code()
    };
    assert_eq!(health(&serving.address), Some(0));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    assert_eq!(health(&nobody), Some(69));
}

/// A server that is stopped and started is the same; one whose database was put there by somebody is not.
#[tokio::test]
async fn a_restored_database_is_noticed() {
    let place = Place::new().await;
    let changes = || {
        let lines = place.json(&["audit", "--event", "server.epoch_changed"]);
        lines.as_array().unwrap().len()
    };
    let stop = |mut serving: crate::harness::place::Serving| {
        serving.signal("-INT");
        assert!(serving.ended().success());
    };
    let mut serving = place.serve();
    let link = serving.lines.next().unwrap().rsplit('/').next().unwrap().to_owned();
    let door = crate::harness::remote::Remote::new(&serving.address);
    crate::harness::Browser::remote(&door).enroll(&link, &mut crate::harness::SoftPasskey::new()).await;
    stop(serving);
    let data = place.data().join("data");
    assert!(data.join("rest").exists());
    let serving = place.serve();
    assert!(!data.join("rest").exists(), "used once: an old one must not vouch for an old database");
    stop(serving);
    assert_eq!(changes(), 0);
    assert!(place.json(&["restored"])["changed_at"].is_string());
    assert_eq!(changes(), 1);
    let (file, copy) = (data.join("claviger.db"), data.join("backup.db"));
    // How a copy on PostgreSQL is known: `account::signals::a_copy_is_not_what_it_was_copied_from`.
    if file.exists() {
        std::fs::copy(&file, &copy).unwrap();
        std::fs::rename(&copy, &file).unwrap();
        stop(place.serve());
        assert_eq!(changes(), 2);
        stop(place.serve());
        assert_eq!(changes(), 2, "noticed once");
    }
}

//! `claviger group`

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{
    Browser, SoftPasskey,
    place::{Place, text},
    remote::Remote,
};

#[tokio::test]
async fn groups_are_made_filled_and_removed() {
    let place = Place::new().await;
    place.json(&["user", "invite", "alice"]);
    let made = place.json(&["group", "create", "staff", "--device-bound"]);
    assert_eq!((&made["name"], &made["passkey_policy"]["device_bound"]), (&json!("staff"), &json!(true)));
    assert_eq!(place.failure(&["group", "create", "staff"]).0, 2);
    assert_eq!(place.failure(&["group", "create", "  "]).0, 2);
    assert_eq!(place.failure(&["group", "create", "vault", "--attested"]).0, 2, "nobody could vouch");
    place.json(&["group", "add", "staff", "alice", "--until", "2030-01-01T00:00:00Z"]);
    let shown = place.json(&["group", "show", "staff"]);
    let members = |shown: &serde_json::Value| {
        let all = shown["members"].as_array().unwrap().iter();
        all.map(|one| (one["username"].clone(), one["expires_at"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(members(&shown), [(json!("alice"), json!("2030-01-01T00:00:00Z"))]);
    place.json(&["group", "add", "staff", "Alice"]);
    assert_eq!(members(&place.json(&["group", "show", "staff"])), [(json!("alice"), json!(null))], "for good");
    assert_eq!(place.failure(&["group", "add", "staff", "nobody"]).0, 2);
    assert_eq!(place.failure(&["group", "add", "nothing", "alice"]).0, 2);
    assert_eq!(place.json(&["group", "update", "staff"])["passkey_policy"]["device_bound"], false);
    assert_eq!(place.json(&["group", "show", "staff"])["passkey_policy"]["device_bound"], false);
    let (_, _, late) = place.failure(&["group", "add", "staff", "alice", "--until", "2025-01-01T00:00:00Z"]);
    assert!(late.contains("over already"), "{late}");
    place.json(&["group", "remove", "staff", "alice"]);
    assert_eq!(place.failure(&["group", "remove", "staff", "alice"]).0, 2);
    place.json(&["group", "delete", "staff"]);
    assert_eq!(place.json(&["group", "list"]), json!([]));
    let events = place.json(&["audit"]);
    let names: Vec<_> = events.as_array().unwrap().iter().map(|line| line["event"].as_str().unwrap()).collect();
    for event in ["group.created", "group.member_added", "group.updated", "group.member_removed", "group.deleted"] {
        assert!(names.contains(&event), "{event}: {names:?}");
    }
}

/// A member whose passkeys will not do is told before, not after; a running server follows, and an administrator who is locked
/// out all the same gets a link at the next start.
#[tokio::test]
async fn a_group_locks_nobody_out_by_accident() {
    let place = Place::new().await;
    let mut serving = place.serve();
    let link = serving.lines.next().unwrap().rsplit('/').next().unwrap().to_owned();
    let door = Remote::new(&serving.address);
    let mut synced = SoftPasskey::new();
    assert_eq!(Browser::remote(&door).enroll(&link, &mut synced).await.status.as_u16(), 200);
    place.json(&["group", "create", "open"]);
    place.json(&["group", "add", "open", "admin"]);
    place.json(&["group", "create", "strict", "--device-bound"]);
    for change in [&["group", "add", "strict", "admin"][..], &["group", "update", "open", "--device-bound"]] {
        let (exit, _, detail) = place.failure(change);
        assert!(exit == 2 && detail.contains("--lock-out 1"), "{detail}");
        let other = [change, &["--lock-out", "2"]].concat();
        assert_eq!(place.failure(&other).0, 2, "that many were not meant");
    }
    assert_eq!(place.json(&["group", "show", "strict"])["members"], json!([]));
    place.json(&["group", "add", "strict", "admin", "--lock-out", "1"]);
    let until = Instant::now() + Duration::from_secs(20);
    while Browser::remote(&door).sign_in(&mut synced).await.status.as_u16() != 403 {
        assert!(Instant::now() < until, "the running server does not follow");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let doctor = place.run(&["doctor", "--json"]);
    assert!(text(&doctor.stdout).contains("1 people have no passkey that will do"), "{}", text(&doctor.stdout));
    // What makes it no worse needs no number.
    place.json(&["group", "update", "open", "--device-bound"]);
    drop(serving);
    assert!(place.serve().lines.next().unwrap().starts_with("first administrator: "));
}

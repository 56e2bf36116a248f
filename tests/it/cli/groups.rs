//! `claviger group`

use serde_json::json;

use crate::harness::place::Place;

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
    assert_eq!(shown["members"], json!([{ "username": "alice", "expires_at": "2030-01-01T00:00:00Z" }]));
    place.json(&["group", "add", "staff", "Alice"]);
    assert_eq!(place.json(&["group", "show", "staff"])["members"], json!([{ "username": "alice" }]), "for good");
    assert_eq!(place.failure(&["group", "add", "staff", "nobody"]).0, 2);
    assert_eq!(place.failure(&["group", "add", "nothing", "alice"]).0, 2);
    assert_eq!(place.json(&["group", "update", "staff"])["passkey_policy"]["device_bound"], false);
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

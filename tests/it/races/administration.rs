//! Somebody is changed while they sign in where somebody else administers.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::json;

use crate::harness::TestApp;

/// The administrator's change holds the person and their own session; the sign-in wants both, too: one waits for the other, and never
/// each for each.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_of_somebody_and_their_sign_in_wait_for_each_other_in_order() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let mut alice = app.person("alice", &[]).await;
    let path = format!("/users/{}", alice.id);
    for round in 0..12 {
        // Whoever signed in last left this browser to somebody else.
        root.browser.sign_in(&mut root.passkey).await;
        root.browser.open("/account").await;
        let step_up = root.browser.stepped_up("admin", Some(&format!("PATCH {path}")), &mut root.passkey).await;
        let mut same = root.browser.clone();
        same.open("/sign-in").await;
        let assertion = same.assertion(&json!({}), &mut alice.passkey).await;
        let body = json!({ "display_name": format!("Alice {round}") });
        let (changed, signed_in) = tokio::join!(
            root.call_with(Method::PATCH, &path, &body, Some(&step_up)),
            same.call("/webauthn/authentication/finish", &assertion),
        );
        assert_eq!(signed_in.status, StatusCode::OK, "{}", signed_in.body);
        // The sign-in may have been first: then there is no session to administer with.
        let is_late = changed.status == StatusCode::UNAUTHORIZED;
        assert!(changed.status == StatusCode::OK || is_late, "{round}: {}", changed.body);
    }
}

//! The 107 checks of ceremonies, each by its name over HTTP: what must be refused with a 4xx problem, what accepted.

mod authentication;
mod bend;
mod registration;

use poem::http::Method;
use serde_json::Value;

use crate::harness::{Answer, Browser, TestApp};

/// What a check expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Refused,
    Accepted,
}

/// One test per line: `name: Expected => |credential| { … }`, on the calls of pages and on those of FIDO's tests.
macro_rules! checks {
    ($run:path, $conform:path: $($name:ident: $expected:ident => $bend:expr;)+) => {
        $(#[tokio::test]
        async fn $name() {
            $run(super::Expected::$expected, $bend).await;
            $conform(super::Expected::$expected, $bend).await;
        })+
        /// How many there are, for the count over all.
        pub(super) const COUNT: usize = [$(stringify!($name)),+].len();
    };
}
use checks;

/// With the calls of FIDO's tests.
async fn fidos() -> TestApp {
    TestApp::with(&[("CLAVIGER_WEBAUTHN__CONFORMANCE_API", "on")]).await
}

/// One of them: its status, and what it says.
async fn fido(browser: &mut Browser, path: &str, body: &Value) -> Answer {
    browser.send(Method::POST, path, &[("content-type", "application/json")], body.to_string().into_bytes()).await
}

fn check_fido(answer: &Answer, expected: Expected) {
    match expected {
        Expected::Accepted => assert_eq!(answer.json()["status"], "ok", "{}", answer.body),
        Expected::Refused => {
            assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.body);
            assert!(answer.json()["status"] == "failed" && answer.json()["errorMessage"] != "", "{}", answer.body);
        }
    }
}

#[test]
fn there_are_one_hundred_and_seven() {
    assert_eq!(registration::COUNT + authentication::COUNT, 107);
}

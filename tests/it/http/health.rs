//! `/livez` and `/readyz`.

use std::sync::Arc;

use chrono::{Duration, Utc};
use claviger::clock::FakeClock;
use poem::http::StatusCode;

use crate::harness::{TestApp, database};

/// An instance whose clock is off by so much. On SQLite there is no other clock to compare with.
#[expect(clippy::disallowed_methods, reason = "the database has the real time")]
async fn off_by(seconds: i64) -> TestApp {
    TestApp::new().await.instance_at(Arc::new(FakeClock::comparing(Utc::now() + Duration::seconds(seconds)))).await
}

#[tokio::test]
async fn ready_means_that_the_clocks_agree() {
    let status = |app: TestApp| async move { app.browser().open("/readyz").await.status };
    assert_eq!(status(off_by(0).await).await, StatusCode::OK);
    if database::postgres().is_some() {
        for seconds in [-60, -7, 7, 60] {
            assert_eq!(status(off_by(seconds).await).await, StatusCode::SERVICE_UNAVAILABLE, "{seconds} s");
        }
    }
}

#[tokio::test]
async fn a_server_that_stops_is_alive_and_not_ready() {
    let app = off_by(0).await;
    app.app.stop();
    assert_eq!(app.browser().open("/livez").await.status, StatusCode::OK);
    let answer = app.browser().open("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.header("retry-after").is_some());
}

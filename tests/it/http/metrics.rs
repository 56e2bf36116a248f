//! What operators measure.

use crate::harness::{SoftPasskey, TestApp};

#[tokio::test]
async fn what_happens_is_counted() {
    let app = TestApp::with(&[("CLAVIGER_RATE_LIMIT__PER_CLIENT", "1")]).await;
    let (mut browser, mut passkey) = (app.browser(), SoftPasskey::new());
    browser.sign_up("alice", &mut passkey).await;
    let client = app.public_client("a").await;
    let code = browser.code(&client, "", &mut passkey).await.redirected("code").unwrap();
    client.redeem(&browser, &code).await;
    client.redeem(&browser, &code).await;
    app.browser().open("/nowhere/clv_en_secret").await;
    let text = app.app.metrics.render(&app.app.reading()).unwrap();
    for line in [
        r#"claviger_http_requests_total{route="/oauth2/token",method="POST",status="200"} 1"#,
        r#"claviger_http_request_duration_seconds_count{route="/oauth2/token"} 2"#,
        r#"claviger_audit_events_total{event="credential.registered",outcome="success"} 1"#,
        r#"claviger_audit_events_total{event="authorization_code.redeemed",outcome="success"} 1"#,
        r#"claviger_rate_limited_total{bucket="client"} 1"#,
        r#"claviger_signing_key_age_seconds{algorithm="EdDSA"} "#,
        r#"claviger_database_connections{pool="writer",state="busy"} "#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("clv_en_secret"), "paths are those of the route table");
}

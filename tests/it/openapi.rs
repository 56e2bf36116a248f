//! The documents: up to date, whole, and served under a strict policy.

use std::collections::BTreeSet;

use claviger::{
    http::rule::Class,
    openapi::{AccountApi, AdminApi, FILES, MailApi, OidcApi, PortalApi, ProfileApi},
    router,
};
use poem::http::{Method, StatusCode};
use poem_openapi::OpenApi;

use crate::harness::TestApp;

/// Every operation of an API; what the document would silently hold twice is an error here.
fn operations<T: OpenApi>() -> BTreeSet<(String, String)> {
    let (mut all, mut ids, mut paths) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for path in T::meta().into_iter().flat_map(|api| api.paths) {
        assert!(paths.insert(path.path.clone()), "{} is written twice", path.path);
        for operation in path.operations {
            assert!(ids.insert(operation.operation_id.unwrap()), "{:?} is there twice", operation.operation_id);
            let statuses: Vec<_> = operation.responses.responses.iter().map(|r| r.status).collect();
            let distinct: BTreeSet<_> = statuses.iter().collect();
            assert_eq!(distinct.len(), statuses.len(), "{}: a status is written twice", path.path);
            all.insert((operation.method.to_string(), path.path.clone()));
        }
    }
    all
}

#[test]
fn files_are_what_the_binary_would_write() {
    for (path, make) in FILES {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(found == make(), "{path} is out of date: run `cargo run -- openapi --write`");
    }
}

/// What answers JSON is described, and what is described is a row of the route table.
#[test]
fn every_json_endpoint_is_described() {
    let account = operations::<(AccountApi, PortalApi, ProfileApi, MailApi)>();
    let described = &(&operations::<OidcApi>() | &account) | &operations::<AdminApi>();
    let template = |path: &str| {
        let segment = |s: &str| s.strip_prefix(':').map_or_else(|| s.to_owned(), |name| format!("{{{name}}}"));
        path.split('/').map(segment).collect::<Vec<_>>().join("/")
    };
    let rows: BTreeSet<_> = router::rows().iter().map(|row| (row.method.to_string(), template(row.path))).collect();
    for operation in &described {
        assert!(rows.contains(operation), "{operation:?} is no row");
    }
    for row in router::rows().iter().filter(|row| matches!(row.rule.class, Class::Json | Class::OAuth)) {
        let operation = (row.method.to_string(), template(row.path));
        assert!(described.contains(&operation) || row.path.starts_with("/openapi/"), "{operation:?} is not described");
    }
}

#[tokio::test]
async fn documents_are_served_and_readable_from_anywhere() {
    let app = TestApp::new().await;
    for (path, make) in FILES {
        let answer = app.browser().open(&format!("/{path}")).await;
        assert_eq!((answer.status, answer.body == make()), (StatusCode::OK, true), "{path}");
        assert_eq!(answer.header("access-control-allow-origin").unwrap(), "*");
        let etag = answer.header("etag").unwrap();
        let again = app.browser().send(Method::GET, &format!("/{path}"), &[("if-none-match", &etag)], vec![]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    assert_eq!(app.browser().open("/openapi/nothing.json").await.status, StatusCode::NOT_FOUND);
}

/// Swagger UI without anything inline; the response spy holds the policy.
#[tokio::test]
async fn the_developer_page_is_made_of_files() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let page = browser.open("/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(browser.cookies.is_empty(), "developers need no cookie");
    for file in ["swagger-ui.css", "swagger-ui.js", "swagger-ui-1.svg", "swagger-ui-4.svg"] {
        assert_eq!(browser.open(&format!("/docs/{file}")).await.status, StatusCode::OK, "{file}");
    }
    assert!(page.body.contains("/docs/swagger-ui.js") && page.body.contains("/openapi/oidc.json"));
    assert!(browser.open("/docs/account").await.body.contains("/openapi/account.json"));
    let guide = browser.open("/docs/connect/grafana?client_id=abc-1&app=https://g.test/x").await.body;
    assert!(guide.contains("client_id = abc-1") && guide.contains("root_url = https://g.test/"), "{guide}");
    assert!(guide.contains(&format!("auth_url = {}/oauth2/authorize", app.issuer())));
    let evil = "/docs/connect/grafana?client_id=%3Cscript%3E&app=javascript:alert(1)";
    assert!(browser.open(evil).await.body.contains("client_id = YOUR_CLIENT_ID"));
    assert!(browser.open("/docs/connect").await.body.contains("/docs/connect/grafana"));
    assert_eq!(browser.open("/docs/connect/nothing").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.open("/docs/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn documents_are_written_and_checked_by_a_command() {
    let place = crate::harness::place::Place::new().await;
    assert_eq!(place.failure(&["openapi", "--check"]).1, "out_of_date");
    place.json(&["openapi", "--write"]);
    place.json(&["openapi", "--check"]);
    std::fs::write(place.data().join("openapi/oidc.json"), "{}").unwrap();
    assert!(place.failure(&["openapi", "--check"]).2.contains("openapi/oidc.json"));
}

//! The documents: up to date, whole, and served under a strict policy.

use std::collections::BTreeSet;

use claviger::{
    http::rule::Class,
    openapi::{AccountApi, AdminApi, FILES, MailApi, OidcApi, PortalApi, ProfileApi},
    router,
};
use poem::http::{Method, StatusCode};
use poem_openapi::OpenApi;
use serde_json::{Value, json};

use crate::harness::{TestApp, document};

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

/// In a list of operations one reads what an operation is called, and on its own what it does beyond that.
#[test]
fn every_operation_says_what_it_does() {
    for (path, make) in FILES {
        let document: Value = serde_json::from_str(&make()).unwrap();
        for (_, _, operation) in operations_of(&document) {
            for words in ["summary", "description"] {
                let said = operation[words].as_str().unwrap_or_default();
                assert!(!said.is_empty(), "{path} {}: no {words}", operation["operationId"]);
            }
            // There are none, or a list of them.
            let parameters = operation.get("parameters").map(|all| all.as_array().expect("parameters are a list"));
            for parameter in parameters.into_iter().flatten() {
                let said = parameter["description"].as_str().unwrap_or_default();
                assert!(!said.is_empty(), "{path} {}: {} says nothing", operation["operationId"], parameter["name"]);
            }
        }
    }
}

/// Every JSON that is taken or answered has an example, which is as its schema says.
#[test]
fn everything_has_an_example_that_fits() {
    let mut checked = 0;
    for (path, make) in FILES {
        let document: Value = serde_json::from_str(&make()).unwrap();
        for (_, _, operation) in operations_of(&document) {
            let answers = operation["responses"].as_object().unwrap().values();
            for content in answers.chain([&operation["requestBody"]]).filter_map(|one| one["content"].as_object()) {
                for (name, media) in content.iter().filter(|(name, _)| is_structured(name)) {
                    let place = format!("{path} {} {name}", operation["operationId"]);
                    let of_schema = schema_of(&document, &media["schema"]);
                    let example = [&media["example"], &of_schema["example"]].into_iter().find(|one| !one.is_null());
                    let example = example.unwrap_or_else(|| panic!("{place} has no example"));
                    document::validate(&document, &media["schema"], example, &place);
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 300, "{checked}");
}

fn is_structured(content_type: &str) -> bool {
    let plain = content_type.split(';').next().unwrap();
    plain.ends_with("json") || plain.ends_with("form-urlencoded")
}

fn schema_of<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(name) => &document["components"]["schemas"][name.rsplit('/').next().unwrap()],
        None => schema,
    }
}

/// Path, method and operation.
fn operations_of(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods
            .filter(|(_, one)| one["operationId"].is_string())
            .map(|(method, one)| (path.as_str(), method.as_str(), one))
    })
}

/// What a document says of lists is what they take: every order, and from one row to two hundred.
#[tokio::test]
async fn lists_take_what_is_described_and_nothing_else() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let group = program.make("/groups", &json!({ "name": "g" })).await["id"].as_str().unwrap().to_owned();
    let hook = program.make("/webhooks", &json!({ "url": "https://a.example/", "events": ["*"] })).await;
    let document: Value = serde_json::from_str(&claviger::openapi::administration()).unwrap();
    let read = async |path: &str| program.call(Method::GET, path, &Value::Null).await;
    let (mut orders, mut limits, mut others) = (0, 0, 0);
    for (path, method, operation) in operations_of(&document) {
        let path = path.trim_start_matches("/api/admin/v1").replace("{group}", &group);
        let path = path.replace("{webhook}", hook["id"].as_str().unwrap());
        for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "query") {
            let schema = schema_of(&document, &parameter["schema"]);
            let name = parameter["name"].as_str().unwrap();
            for value in schema["enum"].as_array().into_iter().flatten() {
                let answer = read(&format!("{path}?{name}={}", value.as_str().unwrap())).await;
                assert_eq!(answer.status, StatusCode::OK, "{method} {path} {name}={value}: {}", answer.body);
                others += usize::from(name != "sort");
            }
            let refused = read(&format!("{path}?{name}=no")).await;
            if name == "sort" {
                let names: Vec<_> =
                    schema["enum"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
                assert_eq!(refused.json()["detail"], format!("sort: one of {}", names.join(", ")));
                orders += 1;
            }
            if name == "limit" {
                assert_eq!((&schema["minimum"], &schema["maximum"]), (&json!(1), &json!(200)), "{path}");
                assert_eq!(refused.json()["detail"], "limit: from 1 to 200");
                for (limit, status) in [(0, 400), (1, 200), (200, 200), (201, 400)] {
                    let answer = read(&format!("{path}?limit={limit}")).await;
                    assert_eq!(answer.status.as_u16(), status, "{path} {limit}");
                }
                limits += 1;
            }
        }
    }
    assert_eq!((orders, limits), (10, 10));
    assert!(others >= 6, "{others}");
}

/// Whoever copies an example is not told that it can't be understood.
#[tokio::test]
async fn examples_of_administration_are_taken() {
    let app = TestApp::with(&[("CLAVIGER_REGISTRATION__SIGN_UP", "token")]).await;
    let program = app.program(None).await;
    program.make("/groups", &json!({ "name": "staff" })).await;
    let alice =
        program.make("/users", &json!({ "username": "alice" })).await["user"]["id"].as_str().unwrap().to_owned();
    let group = program.make("/groups", &json!({ "name": "other" })).await["id"].as_str().unwrap().to_owned();
    let client =
        program.make("/clients", &json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"] })).await;
    let hook = program.make("/webhooks", &json!({ "url": "https://a.example/", "events": ["*"] })).await;
    let document: Value = serde_json::from_str(&claviger::openapi::administration()).unwrap();
    let mut taken = 0;
    for (path, method, operation) in operations_of(&document) {
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        let schema = schema_of(&document, &content["application/json"]["schema"]);
        let path = path.trim_start_matches("/api/admin/v1").replace("{user}", &alice).replace("{group}", &group);
        let path = path.replace("{client_id}", client["client_id"].as_str().unwrap());
        let path = path.replace("{webhook}", hook["id"].as_str().unwrap());
        let body = match path.as_str() {
            // It names somebody.
            path if path.ends_with("/preview") => json!({ "user": "alice", "scope": "openid" }),
            // What configuration says stays.
            "/settings" => json!({ "branding": schema["example"]["branding"] }),
            _ => schema["example"].clone(),
        };
        let answer = program.call(Method::from_bytes(method.to_uppercase().as_bytes()).unwrap(), &path, &body).await;
        assert!(
            answer.status.is_success() || answer.status == StatusCode::CONFLICT,
            "{method} {path}: {}",
            answer.body
        );
        taken += 1;
    }
    assert!(taken > 10, "{taken}");
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

//! What somebody would try to become more than they are, and what a slip must not cost.

use claviger::{
    protocol::{claims::StandardClaims, role::Role, signing_algorithm::SigningAlgorithm, username::Username},
    store::{
        Error,
        enrollment_link::Kind,
        user::{self, Identifiers, NewUser},
    },
};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{SoftPasskey, TestApp},
    oidc::assertions::{jwks, key},
};

fn token_of(link: &Value) -> String {
    link["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// Whoever made a link for somebody who was less must not come in by it once they are more.
#[tokio::test]
async fn links_made_before_a_promotion_end_with_it() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let mut manager = app.person("manager", &[Role::UserManager]).await;
    let made = manager.call(Method::POST, "/users", &json!({ "username": "bob" })).await.json();
    let bob = made["user"]["id"].as_str().unwrap().to_owned();
    let recovery = manager.call(Method::POST, &format!("/users/{bob}/recovery-link"), &Value::Null).await.json();
    let promoted = root.call(Method::PATCH, &format!("/users/{bob}"), &json!({ "roles": ["auditor"] })).await;
    assert_eq!(promoted.status, StatusCode::OK, "{}", promoted.body);
    for link in [&made["invitation"], &recovery] {
        let answer = app.browser().enroll(&token_of(link), &mut SoftPasskey::new()).await;
        assert_eq!(answer.code(), "link_spent");
    }
    // To take a role away takes no link away.
    let again = root.call(Method::POST, &format!("/users/{bob}/invitation"), &Value::Null).await.json();
    root.call(Method::PATCH, &format!("/users/{bob}"), &json!({ "roles": null })).await;
    let answer = app.browser().enroll(&token_of(&again), &mut SoftPasskey::new()).await;
    assert_eq!(answer.status, StatusCode::OK);
}

/// An invitation is for who has no passkey: it would add one quietly, and end nothing.
#[tokio::test]
async fn nobody_with_a_passkey_is_invited() {
    let app = TestApp::new().await;
    let program = app.program(Some("admin:invitations:write")).await;
    let alice = app.person("alice", &[]).await;
    let path = format!("/users/{}/invitation", alice.id);
    assert_eq!(program.call(Method::POST, &path, &Value::Null).await.code(), "invalid_request");
    let bob = app.user("bob").await.id;
    let made = program.make(&format!("/users/{bob}/invitation"), &Value::Null).await;
    assert!(made["url"].is_string());
    let lines = app.program(None).await.read("/audit?event=enrollment_link.created").await;
    assert!(lines["items"][0]["client"].as_str().unwrap().starts_with("client-tool-"), "{lines}");
}

/// Who may do less is given no answer of the time when they might do more.
#[tokio::test]
async fn a_repeated_request_is_judged_anew() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let other = app.person("other", &[Role::Administrator]).await;
    let body = json!({ "username": "x", "roles": ["administrator"] });
    let key = [("idempotency-key", "k")];
    let token = root.token(&app, "admin:users:write").await;
    let made = token.call_with(Method::POST, "/users", &body, &key).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(token.call_with(Method::POST, "/users", &body, &key).await.body, made.body);
    // Another app of the same person has keys of its own.
    let elsewhere = root.token(&app, "admin:users:write").await;
    assert_eq!(elsewhere.call_with(Method::POST, "/users", &body, &key).await.code(), "username_taken");
    let mut second = other;
    let demoted =
        second.call(Method::PATCH, &format!("/users/{}", root.id), &json!({ "roles": ["user_manager"] })).await;
    assert_eq!(demoted.status, StatusCode::OK, "{}", demoted.body);
    assert_eq!(token.call_with(Method::POST, "/users", &body, &key).await.code(), "forbidden");
}

/// However many people were accepted, somebody must be able to administer.
#[tokio::test]
async fn no_group_locks_the_last_administrator_out() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let none = json!({ "aaguids": ["0190b6c0-0000-7000-8000-000000000000"] });
    let made = root.call(Method::POST, "/groups", &json!({ "name": "open" })).await.json();
    let path = format!("/groups/{}", made["id"].as_str().unwrap());
    let member = format!("{path}/members/{}", root.id);
    assert_eq!(root.call(Method::PUT, &member, &json!({})).await.status, StatusCode::OK);
    let strict = json!({ "name": "open", "passkey_policy": none, "lock_out": 1 });
    assert_eq!(root.call(Method::PUT, &path, &strict).await.code(), "last_administrator");
    let made = root.call(Method::POST, "/groups", &json!({ "name": "strict", "passkey_policy": none })).await.json();
    let member = format!("/groups/{}/members/{}", made["id"].as_str().unwrap(), root.id);
    assert_eq!(root.call(Method::PUT, &member, &json!({ "lock_out": 1 })).await.code(), "last_administrator");
    // With another one it is theirs to decide.
    app.person("second", &[Role::Administrator]).await;
    assert_eq!(root.call(Method::PUT, &member, &json!({ "lock_out": 1 })).await.status, StatusCode::OK);
}

/// What was sent to an address opens nothing once it is another.
#[tokio::test]
async fn another_address_ends_the_mailed_way_back() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let alice = app.user("alice").await;
    let link = app.link(&alice, Kind::RecoveryEmail).await;
    let changed = json!({ "email": "new@example.org", "email_verified": true });
    program.call(Method::PATCH, &format!("/users/{}", alice.id), &changed).await;
    assert_eq!(app.browser().enroll(&link, &mut SoftPasskey::new()).await.code(), "link_spent");
}

/// A client that comes to reach administration has a secret that nobody knew before.
#[tokio::test]
async fn a_mightier_client_has_another_secret() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let mut manager = app.person("manager", &[Role::ClientManager]).await;
    let mut asked = json!({
        "client_name": "tool", "redirect_uris": ["https://tool.example/cb"], "grant_types": ["authorization_code", "client_credentials"],
    });
    let made = manager.call(Method::POST, "/clients", &asked).await.json();
    asked["scope"] = "openid admin:users:write".into();
    let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
    let raised = root.call(Method::PUT, &path, &asked).await;
    let fresh = raised.json()["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(raised.json()["secrets"].as_array().unwrap().len(), 1);
    let fields = |secret: &str| {
        let id = made["client_id"].as_str().unwrap().to_owned();
        let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{id}:{secret}"));
        format!("Basic {basic}")
    };
    let form = [("grant_type", "client_credentials"), ("resource", "http://localhost:8080/api/admin/v1")];
    for (secret, status) in [(made["client_secret"].as_str().unwrap(), 401), (&fresh, 200)] {
        let answer = app.browser().form("/oauth2/token", &form, &[("authorization", &fields(secret))]).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    }
    // What is read now has the tag that was told.
    let read = root.call(Method::GET, &path, &Value::Null).await;
    assert_eq!(read.header("etag"), raised.header("etag"));
}

/// Nor is a key that somebody knows carried along.
#[tokio::test]
async fn a_mightier_client_has_another_key() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let mut manager = app.person("manager", &[Role::ClientManager]).await;
    let (known, fresh) = (key(SigningAlgorithm::ES256), key(SigningAlgorithm::ES256));
    let mut asked = json!({
        "client_name": "tool", "redirect_uris": ["https://tool.example/cb"], "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "client_credentials"], "jwks": jwks(&[&known]),
    });
    let made = manager.call(Method::POST, "/clients", &asked).await.json();
    let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
    asked["scope"] = "openid admin:users:write".into();
    let mut renamed = jwks(&[&known]);
    renamed["keys"][0]["kid"] = "another".into();
    // Neither alone, nor beside another one, nor under another name.
    for known in [jwks(&[&known]), jwks(&[&fresh, &known]), renamed] {
        asked["jwks"] = known;
        let refused = root.call(Method::PUT, &path, &asked).await;
        assert_eq!(refused.code(), "invalid_client_metadata", "{}", refused.body);
    }
    assert!(!root.call(Method::GET, &path, &Value::Null).await.body.contains("admin:users:write"));
    asked["jwks"] = jwks(&[&fresh]);
    assert_eq!(root.call(Method::PUT, &path, &asked).await.status, StatusCode::OK);
    // From then on it is an administrator's, whose key may stay.
    asked["scope"] = "openid admin:users:write admin:users:read".into();
    assert_eq!(root.call(Method::PUT, &path, &asked).await.status, StatusCode::OK);
}

/// A name that somebody takes while it is given to somebody else is taken, and no fault.
#[tokio::test]
async fn a_name_that_is_taken_meanwhile_is_taken() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let alice = app.user("alice").await.id;
    let (inserted, is_inserted) = tokio::sync::oneshot::channel();
    let (go, may_go) = tokio::sync::oneshot::channel::<()>();
    let ids = Identifiers::generate(&*app.app.rng, app.app.now());
    let new = NewUser {
        username: Username::parse("bob").unwrap(),
        display_name: None,
        email: None,
        email_verified: false,
        claims: StandardClaims::default(),
        roles: vec![],
    };
    let signs_up = app.app.store.write(async |tx| {
        assert!(user::insert(tx, &ids, &new, app.app.now()).await?);
        inserted.send(()).unwrap();
        may_go.await.unwrap();
        Ok::<_, Error>(())
    });
    let renames = async {
        is_inserted.await.unwrap();
        let path = format!("/users/{alice}");
        let body = json!({ "username": "bob" });
        tokio::join!(program.call(Method::PATCH, &path, &body), async {
            app.somebody_waits().await;
            go.send(()).unwrap();
        })
        .0
    };
    let (signed_up, renamed) = tokio::join!(signs_up, renames);
    signed_up.unwrap();
    assert_eq!(renamed.code(), "username_taken", "{}", renamed.body);
    assert_eq!(program.read(&format!("/users/{alice}")).await["username"], "alice");
}

/// Odd input is refused, and never by a fault.
#[tokio::test]
async fn what_no_database_keeps_is_refused() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    for path in ["/clients/%00", "/users/%00", "/clients/a%00b/secrets/x", "/keys/%00"] {
        let method = if path.starts_with("/keys") { Method::DELETE } else { Method::GET };
        let answer = program.call(method, path, &Value::Null).await;
        assert!([404, 405].contains(&answer.status.as_u16()), "{path}: {}", answer.body);
    }
    let mut root = app.person("root", &[Role::Administrator]).await;
    assert_eq!(root.browser.open("/admin/clients/%00").await.status, StatusCode::NOT_FOUND);
    let alice = app.user("alice").await.id;
    let withdrawn = program.call(Method::DELETE, &format!("/users/{alice}/consents/%00"), &Value::Null).await;
    assert_eq!(withdrawn.status, StatusCode::NOT_FOUND);
    let many: Vec<String> = (0..101).map(|at| format!("group {at}")).collect();
    let client = json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"], "groups": ["\u{0}"] });
    let group = program.make("/groups", &json!({ "name": "g" })).await["id"].as_str().unwrap().to_owned();
    let far = json!({ "expires_at": "+12000-01-01T00:00:00Z" });
    let table = [
        (Method::POST, "/users".to_owned(), json!({ "username": "x", "groups": ["\u{0}"] })),
        (Method::POST, "/users".to_owned(), json!({ "username": "x", "groups": many })),
        (Method::POST, "/users".to_owned(), json!({ "username": "\u{0}" })),
        (Method::POST, "/users".to_owned(), json!({ "username": "x", "email": "a\u{0}@b.example" })),
        (Method::POST, "/clients".to_owned(), client),
        (Method::PUT, format!("/groups/{group}/members/{alice}"), far),
        (Method::PATCH, format!("/users/{alice}"), json!({ "enabled": null })),
        (Method::PATCH, format!("/users/{alice}"), json!({ "username": null })),
    ];
    for (method, path, body) in table {
        let answer = program.call(method, &path, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {body}: {}", answer.body);
    }
    // A header that cannot be read is not as if there were none.
    let path = format!("/users/{alice}");
    for header in ["if-match", "idempotency-key"] {
        let method = if header == "if-match" { Method::PATCH } else { Method::POST };
        let path = if header == "if-match" { path.clone() } else { "/groups".to_owned() };
        let answer = program.call_with(method, &path, &json!({ "name": "h" }), &[(header, "\u{e9}")]).await;
        assert_eq!(answer.code(), "invalid_request", "{header}");
    }
}

/// Below a path, too, whoever signs in for a page comes back to it.
#[tokio::test]
async fn an_issuer_with_a_path_leads_back() {
    let app = TestApp::with(&[("CLAVIGER_SERVER__PUBLIC_URL", "http://localhost:8080/id")]).await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    assert_eq!(root.browser.open("/admin/users").await.status, StatusCode::OK);
    let mut fresh = app.browser();
    let location = fresh.open("/admin/users").await.location();
    let sealed = location.split("continue=").nth(1).unwrap().to_owned();
    fresh.get(&location).await;
    let answer = fresh.authenticate(&json!({ "continue": sealed }), &mut root.passkey).await;
    assert_eq!(answer.json()["location"], "/id/admin/users");
}

/// Whatever else became of an app, it can be switched off; and nothing that was not named is lost by that.
#[tokio::test]
async fn an_app_that_could_not_be_registered_any_more_is_switched_off() {
    let app = TestApp::with(&[("CLAVIGER_OIDC__LEGACY_RESPONSE_TYPES", "true")]).await;
    let program = app.program(None).await;
    let asked = json!({
        "client_name": "old", "redirect_uris": ["https://old.example/cb"], "response_types": ["code", "id_token"],
        "grant_types": ["authorization_code", "implicit"],
    });
    let made = program.make("/clients", &asked).await;
    let path = format!("/clients/{}", made["client_id"].as_str().unwrap());
    let app = app.again_with(&[("CLAVIGER_OIDC__LEGACY_RESPONSE_TYPES", "false")]).await;
    let program = app.program(None).await;
    let mut whole = program.read(&path).await;
    whole["client_name"] = "other".into();
    assert_eq!(program.call(Method::PUT, &path, &whole).await.code(), "invalid_client_metadata");
    whole["client_name"] = "old".into();
    whole["enabled"] = false.into();
    whole["post_logout_redirect_uris"] = json!([]);
    let off = program.call(Method::PUT, &path, &whole).await;
    assert_eq!((off.status, &off.json()["enabled"]), (StatusCode::OK, &json!(false)), "{}", off.body);
}

/// A link that leads nowhere is not made.
#[tokio::test]
async fn nobody_who_is_switched_off_gets_a_link() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let alice = app.user("alice").await;
    app.set_enabled(&alice, false).await;
    for link in ["recovery-link", "invitation"] {
        let path = format!("/users/{}/{link}", alice.id);
        assert_eq!(program.call(Method::POST, &path, &Value::Null).await.code(), "invalid_request");
    }
}

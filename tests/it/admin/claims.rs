//! What apps are told beyond the standard claims: by groups, roles, rules and expressions; and what an administrator sees of it
//! beforehand.

use claviger::protocol::{client_details::AccessTokenFormat, role::Role};
use poem::http::{Method, StatusCode};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::{Value, json};

use super::{
    clients::{asked, registered, text_of},
    people::Person,
};
use crate::harness::{
    Registered, TestApp,
    client::{payload, text, tokens},
};

/// An app with rules, and somebody in `staff` who is signed in.
struct Told {
    app: TestApp,
    program: super::Program,
    client: Registered,
    group: String,
    alice: Person,
}

impl Told {
    async fn new(scope: &str, rules: Value) -> Self {
        let app = TestApp::new().await;
        let program = app.program(None).await;
        let group = text_of(&program.make("/groups", &json!({ "name": "staff" })).await, "id");
        let body = json!({
            "client_name": "wiki", "redirect_uris": ["https://wiki.example/cb"], "group_restricted": false,
            "require_consent": false, "scope": scope, "claims": rules,
        });
        let client = registered(&app, &program.make("/clients", &body).await).await;
        let alice = app.person("alice", &[]).await;
        let member = format!("/groups/{group}/members/{}", alice.id);
        let until = app.app.now() + chrono::Duration::hours(1);
        let admitted = program.call(Method::PUT, &member, &json!({ "expires_at": until })).await;
        assert!(admitted.status.is_success(), "{}", admitted.body);
        Self { app, program, client, group, alice }
    }

    async fn sign_in(&mut self, scope: &str) -> (String, Value, Value) {
        let extra = format!("scope={}", scope.replace(' ', "+"));
        let code = self.alice.browser.code(&self.client, &extra, &mut self.alice.passkey).await;
        let code = code.redirected("code").unwrap_or_else(|| panic!("no code: {}", code.body));
        let answer = self.client.redeem(&self.alice.browser, &code).await;
        let refresh = answer.json()["refresh_token"].as_str().unwrap_or_default().to_owned();
        let (access, id_token) = tokens(&answer);
        let userinfo = self.app.userinfo(&access).await.json();
        (refresh, id_token, userinfo)
    }

    fn path(&self) -> String {
        format!("/clients/{}", self.client.client_id)
    }

    async fn preview(&self, body: Value) -> Value {
        let answer = self.program.call(Method::POST, &format!("{}/preview", self.path()), &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }
}

/// What one claim of a preview says.
fn about<'a>(preview: &'a Value, name: &str) -> &'a Value {
    let all = preview["claims"].as_array().unwrap();
    all.iter().find(|claim| claim["name"] == name).unwrap_or_else(|| panic!("no {name}: {preview}"))
}

#[tokio::test]
async fn an_app_is_told_what_its_rules_say() {
    let rules = json!([
        { "name": "groups", "from": "groups" },
        { "name": "held", "from": "roles", "targets": ["userinfo"] },
        { "name": "tenant", "value": { "id": 7 }, "targets": ["id_token"] },
        { "name": "preferred_username", "expression": "user.preferred_username + '@corp'" },
        { "name": "role", "values": [{ "group": "admins", "value": "Admin" }, { "group": "staff", "value": "Editor" }],
          "otherwise": "Viewer" },
    ]);
    let mut it = Told::new("openid profile offline_access", rules).await;
    let (refresh, id_token, userinfo) = it.sign_in("openid profile offline_access").await;
    assert_eq!(id_token["groups"], json!(["staff"]));
    assert_eq!((&id_token["role"], &userinfo["role"]), (&json!("Editor"), &json!("Editor")));
    assert_eq!((&id_token["tenant"], &userinfo["tenant"]), (&json!({ "id": 7 }), &Value::Null));
    assert_eq!((&id_token["held"], &userinfo["held"]), (&Value::Null, &json!([])));
    // A rule comes before the standard claim of its name.
    assert_eq!(userinfo["preferred_username"], "alice@corp");
    // Whoever is in the group no more is not in what is told next.
    it.app.advance(3600);
    let (_, refreshed) = tokens(&it.client.refresh(&it.app, &refresh, &[]).await);
    assert_eq!((&refreshed["groups"], &refreshed["role"]), (&json!([]), &json!("Viewer")));
}

/// Without any rule: the scope that apps ask for.
#[tokio::test]
async fn the_scope_groups_brings_groups() {
    let mut it = Told::new("openid groups", json!([])).await;
    let (_, id_token, userinfo) = it.sign_in("openid groups").await;
    assert_eq!((&id_token["groups"], &userinfo["groups"]), (&json!(["staff"]), &json!(["staff"])));
    let (_, id_token, userinfo) = it.sign_in("openid").await;
    assert_eq!((&id_token["groups"], &userinfo["groups"]), (&Value::Null, &Value::Null));
    // Asked for by name (OIDC Core 5.5), it is told there alone.
    let claims: String = url::form_urlencoded::byte_serialize(br#"{"id_token":{"groups":null}}"#).collect();
    let (_, id_token, userinfo) = it.sign_in(&format!("openid&claims={claims}")).await;
    assert_eq!((&id_token["groups"], &userinfo["groups"]), (&json!(["staff"]), &Value::Null));
}

#[tokio::test]
async fn an_app_without_the_scope_is_told_no_groups() {
    let mut it = Told::new("openid profile", json!([])).await;
    let claims: String = url::form_urlencoded::byte_serialize(br#"{"userinfo":{"groups":null}}"#).collect();
    let (_, id_token, userinfo) = it.sign_in(&format!("openid groups&claims={claims}")).await;
    assert_eq!((&id_token["groups"], &userinfo["groups"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn rules_tell_no_more_of_a_person_than_scopes_do() {
    let rules = json!([
        { "name": "login", "from": "preferred_username" },
        { "name": "first", "expression": "user.preferred_username" },
    ]);
    let mut it = Told::new("openid profile", rules).await;
    let (_, id_token, _) = it.sign_in("openid").await;
    assert_eq!((&id_token["login"], &id_token["first"]), (&Value::Null, &Value::Null));
    let (_, id_token, _) = it.sign_in("openid profile").await;
    assert_eq!((&id_token["login"], &id_token["first"]), (&json!("alice"), &json!("alice")));
}

/// In a JWT (RFC 9068), and in what introspection says of one that is opaque.
#[tokio::test]
async fn access_tokens_tell_what_an_administrator_said() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let mut manager = app.person("manager", &[Role::ClientManager]).await;
    let mut body = asked("wiki");
    body["require_consent"] = false.into();
    body["claims"] = json!([{ "name": "tenant", "value": "acme", "targets": ["access_token"] }]);
    assert_eq!(manager.call(Method::POST, "/clients", &body).await.code(), "forbidden", "an API would believe it");
    let made = root.call(Method::POST, "/clients", &body).await.json();
    let client = registered(&app, &made).await;
    let path = format!("/clients/{}", client.client_id);
    let mut other = body.clone();
    other["claims"][0]["value"] = "other".into();
    assert_eq!(manager.call(Method::PUT, &path, &other).await.code(), "forbidden");
    other["claims"] = json!([]);
    assert_eq!(manager.call(Method::PUT, &path, &other).await.code(), "forbidden", "nor takes it away");
    // Whoever may not say it gets no token that says it, by whatever else they change.
    body["client_uri"] = "https://wiki.example".into();
    assert_eq!(manager.call(Method::PUT, &path, &body).await.code(), "forbidden", "nor anything else");
    for (method, path) in [(Method::POST, format!("{path}/secrets")), (Method::DELETE, path.clone())] {
        assert_eq!(manager.call(method, &path, &Value::Null).await.code(), "forbidden", "{path}");
    }
    let token = access_token(&mut root, &client).await;
    let told = client.post(&app, "/oauth2/introspect", &[("token", &token)]).await.json();
    assert_eq!((&told["active"], &told["tenant"]), (&json!(true), &json!("acme")));
    assert_eq!(app.userinfo(&token).await.json()["tenant"], Value::Null);
    let current = (*app.app.clients.find(&client.client_id).await.unwrap().unwrap()).clone();
    let client = Registered { client: current, ..client };
    app.update_client(&client, |client| client.details.access_token_format = AccessTokenFormat::Jwt).await;
    let jwt = payload(&access_token(&mut root, &client).await);
    assert_eq!((&jwt["tenant"], &jwt["client_id"]), (&json!("acme"), &json!(client.client_id)));
}

/// For a resource, a token tells what its own scopes release, whether it is read or asked about.
#[tokio::test]
async fn a_token_tells_no_more_than_its_own_scopes_do() {
    let app = TestApp::new().await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    app.resource("https://api.example/", "api:read", AccessTokenFormat::Jwt, None).await;
    let mut body = asked("wiki");
    body["require_consent"] = false.into();
    body["scope"] = "openid profile api:read".into();
    body["claims"] = json!([
        { "name": "login", "from": "preferred_username", "targets": ["access_token"] },
        { "name": "held", "from": "roles", "targets": ["access_token"] },
    ]);
    let client = registered(&app, &root.call(Method::POST, "/clients", &body).await.json()).await;
    let extra = "scope=openid+profile+api:read&resource=https%3A%2F%2Fapi.example%2F";
    let code = root.browser.code(&client, extra, &mut root.passkey).await.redirected("code").unwrap();
    let token = text(&client.redeem(&root.browser, &code).await, "access_token");
    let told = client.post(&app, "/oauth2/introspect", &[("token", &token)]).await.json();
    for claims in [payload(&token), told] {
        assert_eq!((&claims["scope"], &claims["held"]), (&json!("api:read"), &json!(["administrator"])), "{claims}");
        assert_eq!(claims["login"], Value::Null, "{claims}");
    }
}

async fn access_token(person: &mut Person, client: &Registered) -> String {
    let code = person.browser.code(client, "", &mut person.passkey).await.redirected("code").unwrap();
    text(&client.redeem(&person.browser, &code).await, "access_token")
}

#[tokio::test]
async fn what_is_no_rule_is_refused_with_what_is_wrong() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    for (rule, detail) in [
        (json!({ "name": "sub", "value": "root" }), "sub is reserved"),
        (json!({ "name": "email_verified", "value": true }), "email_verified is reserved"),
        (json!({ "name": "x", "expression": "groups.map(" }), "x: the expression cannot be read"),
        (json!({ "name": "x", "expression": "secrets" }), "not secrets"),
        (json!({ "name": "x", "value": 1, "targets": ["cookie"] }), "unknown variant"),
        (json!({ "name": "x", "worth": 1 }), "unknown field"),
    ] {
        let mut body = asked("wiki");
        body["claims"] = json!([rule]);
        let answer = program.call(Method::POST, "/clients", &body).await;
        assert_eq!(answer.code(), "invalid_client_metadata", "{}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap().contains(detail), "{}", answer.body);
    }
}

/// A client that registers itself says nothing of rules, and is told no groups.
#[tokio::test]
async fn nobody_gives_themselves_claims() {
    let app = TestApp::with(&[("CLAVIGER_OIDC__DYNAMIC_REGISTRATION", "open")]).await;
    let body = json!({
        "redirect_uris": ["https://a.example/cb"], "scope": "openid groups",
        "claims": [{ "name": "role", "value": "Admin" }],
    });
    let headers = [("content-type", "application/json")];
    let made = app.browser().send(Method::POST, "/oauth2/register", &headers, body.to_string().into_bytes()).await;
    assert_eq!((made.status, &made.json()["scope"]), (StatusCode::CREATED, &json!("openid")), "{}", made.body);
    let made = made.json();
    let client_id = text_of(&made, "client_id");
    let client = app.app.clients.find(&client_id).await.unwrap().unwrap();
    assert!(client.details.claims.is_empty());
    // Nor do they take away what an administrator gave.
    let program = app.program(None).await;
    let path = format!("/clients/{client_id}");
    let mut given = program.read(&path).await;
    given["scope"] = "openid groups".into();
    given["claims"] = json!([{ "name": "kind", "value": "registered" }]);
    assert_eq!(program.call(Method::PUT, &path, &given).await.status, StatusCode::OK);
    let bearer = format!("Bearer {}", text_of(&made, "registration_access_token"));
    let headers = [("authorization", &*bearer), ("content-type", "application/json")];
    let body = json!({ "client_id": client_id, "redirect_uris": ["https://a.example/other"] });
    let url = format!("/oauth2/register/{client_id}");
    let put = app.browser().send(Method::PUT, &url, &headers, body.to_string().into_bytes()).await;
    assert_eq!(put.status, StatusCode::OK, "{}", put.body);
    let then = program.read(&path).await;
    assert_eq!((&then["claims"], &then["redirect_uris"]), (&given["claims"], &json!(["https://a.example/other"])));
    assert!(text_of(&then, "scope").contains("groups"), "{then}");
}

/// A rule of a newer version, or one that somebody broke by hand, costs its own claim.
#[tokio::test]
async fn an_unreadable_rule_locks_nobody_out() {
    let mut it = Told::new("openid", json!([{ "name": "kept", "value": 1 }])).await;
    let id = it.client.client.id;
    let now = it.app.app.now();
    let details = json!({ "claims": [{ "name": "future", "quantum": true }, { "name": "kept", "value": 1 }] });
    let change = it.app.app.store.write(async |tx| {
        let mut row = entity::client::Entity::find_by_id(id).one(tx).await?.unwrap();
        for (name, value) in details.as_object().unwrap() {
            row.details[name] = value.clone();
        }
        let details = row.details.clone();
        let row = entity::client::ActiveModel { details: Set(details), ..row.into_active_model() };
        row.update(tx).await?;
        claviger::store::client::touch_version(tx, it.app.app.uuid(), now).await
    });
    change.await.unwrap();
    it.app.app.refresh().await.unwrap();
    let (_, id_token, _) = it.sign_in("openid").await;
    assert_eq!((&id_token["kept"], &id_token["future"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn a_preview_says_what_is_told_and_why_not_more() {
    let rules = json!([
        { "name": "role", "values": [{ "group": "admins", "value": "Admin" }] },
        { "name": "upn", "from": "email" },
        { "name": "third", "expression": "groups[3]" },
        { "name": "held", "from": "roles", "targets": ["access_token"] },
    ]);
    // The machine may not say what is in access tokens.
    let mut it = Told::new("openid profile email", json!([])).await;
    let told = it.preview(json!({ "user": "alice", "claims": rules })).await;
    assert_eq!((about(&told, "role")["reason"].as_str(), &told["refusal"]), (Some("no_group"), &Value::Null));
    assert_eq!(about(&told, "upn")["reason"], "no_value");
    assert_eq!(about(&told, "third")["reason"], "expression_failed");
    assert!(!about(&told, "third")["error"].as_str().unwrap().is_empty());
    it.app.person("bob", &[Role::Auditor]).await;
    let of_bob = it.preview(json!({ "user": "bob", "claims": rules })).await;
    assert_eq!(of_bob["access_token"]["held"], json!(["auditor"]));
    let name = about(&told, "name");
    assert_eq!(
        [&name["value"], &name["source"], &name["scope"]],
        ["alice", "scope", "profile"].map(Value::from).each_ref()
    );
    assert_eq!(
        (&about(&told, "groups")["reason"], &about(&told, "groups")["scope"]),
        (&json!("scope_missing"), &json!("groups"))
    );
    assert_eq!(it.program.read(&it.path()).await["claims"], json!([]), "nothing was changed");
    // An address that was not shown to be theirs.
    let user = format!("/users/{}", it.alice.id);
    it.program.call(Method::PATCH, &user, &json!({ "email": "a@b.example" })).await;
    let role_less = it.preview(json!({ "user": it.alice.id.to_string(), "scope": "openid email" })).await;
    assert_eq!(about(&role_less, "name")["reason"], "scope_missing");
    // What it says is what is told.
    let said = it.preview(json!({ "user": "alice", "scope": "openid profile" })).await;
    let (_, _, userinfo) = it.sign_in("openid profile").await;
    assert_eq!(said["userinfo"], userinfo);
    let nobody = it.program.call(Method::POST, &format!("{}/preview", it.path()), &json!({ "user": "nobody" })).await;
    assert_eq!(nobody.code(), "not_found");
    it.program.call(Method::DELETE, &format!("/groups/{}", it.group), &Value::Null).await;
}

#[tokio::test]
async fn a_preview_says_who_would_get_nothing() {
    let it = Told::new("openid", json!([])).await;
    let mut body = it.program.read(&it.path()).await;
    body["group_restricted"] = true.into();
    it.program.call(Method::PUT, &it.path(), &body).await;
    assert_eq!(it.preview(json!({ "user": "alice" })).await["refusal"], "group_missing");
    body["groups"] = json!(["staff"]);
    it.program.call(Method::PUT, &it.path(), &body).await;
    assert_eq!(it.preview(json!({ "user": "alice" })).await["refusal"], Value::Null);
    body["enabled"] = false.into();
    it.program.call(Method::PUT, &it.path(), &body).await;
    assert_eq!(it.preview(json!({ "user": "alice" })).await["refusal"], "client_disabled");
}

/// Who looks after apps sees what is told of themselves; of others, whoever may read people.
#[tokio::test]
async fn a_preview_is_no_way_to_read_people() {
    let it = Told::new("openid profile", json!([])).await;
    let path = format!("{}/preview", it.path());
    let mut manager = it.app.person("manager", &[Role::ClientManager]).await;
    let own = manager.call_with(Method::POST, &path, &json!({}), None).await;
    assert_eq!((own.status, &own.json()["username"]), (StatusCode::OK, &json!("manager")));
    for user in ["alice", "nobody"] {
        let other = manager.call_with(Method::POST, &path, &json!({ "user": user }), None).await;
        assert_eq!(other.code(), "forbidden", "{user}");
    }
    let narrow = it.app.program(Some("admin:clients:read")).await;
    assert_eq!(narrow.call(Method::POST, &path, &json!({ "user": "alice" })).await.code(), "insufficient_scope");
    let people = it.app.program(Some("admin:clients:read admin:users:read")).await;
    let told = people.call(Method::POST, &path, &json!({ "user": "alice" })).await;
    assert_eq!(told.code(), "insufficient_scope", "it would tell groups");
    assert_eq!(narrow.call(Method::POST, &path, &json!({})).await.code(), "invalid_request");
    let mut auditor = it.app.person("auditor", &[Role::Auditor]).await;
    let auditor = auditor.call_with(Method::POST, &path, &json!({ "user": "manager" }), None).await;
    assert_eq!(auditor.status, StatusCode::OK, "{}", auditor.body);
}

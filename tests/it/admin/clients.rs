//! Apps: registered, changed, given secrets, and kept to their groups.

use claviger::protocol::role::Role;
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Program;
use crate::harness::{Answer, Registered, SoftPasskey, TestApp, client::text};

pub fn asked(name: &str) -> Value {
    json!({ "client_name": name, "redirect_uris": [format!("https://{name}.example/cb")], "group_restricted": false })
}

/// A client that the API registered, as tests drive one.
pub async fn registered(app: &TestApp, made: &Value) -> Registered {
    let client_id = text_of(made, "client_id");
    let client = app.app.clients.find(&client_id).await.unwrap().unwrap();
    Registered {
        client: (*client).clone(),
        redirect_uri: text_of(&made["redirect_uris"], "0"),
        secret: made["client_secret"].as_str().map(str::to_owned),
        client_id,
    }
}

pub fn text_of(value: &Value, name: &str) -> String {
    let member = name.parse::<usize>().map_or_else(|_| &value[name], |at| &value[at]);
    member.as_str().unwrap().to_owned()
}

async fn redeemed(app: &TestApp, client: &Registered, secret: &str) -> StatusCode {
    let client = Registered { secret: Some(secret.to_owned()), ..client.clone() };
    let fields = [("grant_type", "refresh_token"), ("refresh_token", "clv_rt_x")];
    client.post(app, "/oauth2/token", &fields).await.status
}

#[tokio::test]
async fn a_client_is_made_changed_and_removed() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let made = program.make("/clients", &asked("photos")).await;
    let path = format!("/clients/{}", text_of(&made, "client_id"));
    let secret = text_of(&made, "client_secret");
    let shown = program.read(&path).await;
    assert!(!shown.to_string().contains(&secret) && shown["secrets"].as_array().unwrap().len() == 1, "told once");
    assert_eq!((&shown["group_restricted"], &shown["require_pkce"]), (&json!(false), &json!(true)));
    // What is read can be written back, and changes nothing.
    let etag = program.call(Method::GET, &path, &Value::Null).await.header("etag").unwrap();
    let same = program.call_with(Method::PUT, &path, &shown, &[("if-match", &etag)]).await;
    assert_eq!((same.status, same.json()), (StatusCode::OK, shown.clone()));
    let mut changed = shown.clone();
    changed["client_name"] = "Pictures".into();
    changed["enabled"] = false.into();
    assert_eq!(program.call(Method::PUT, &path, &changed).await.json()["enabled"], false);
    let late = program.call_with(Method::PUT, &path, &shown, &[("if-match", &etag)]).await;
    assert_eq!(late.code(), "precondition_failed");
    let client = registered(&app, &made).await;
    assert_eq!(redeemed(&app, &client, &secret).await, StatusCode::UNAUTHORIZED, "disabled");
    assert_eq!(program.read("/clients?enabled=false").await["items"][0]["client_name"], "Pictures");
    assert_eq!(program.call(Method::DELETE, &path, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.call(Method::GET, &path, &Value::Null).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_client_is_refused_with_what_is_wrong() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let table = [
        (json!({ "redirect_uris": ["https://a.example/cb"] }), "invalid_client_metadata", "client_name"),
        (json!({ "client_name": "a", "redirect_uris": ["http://a.example/cb"] }), "invalid_redirect_uri", "a.example"),
        (json!({ "client_name": "a", "redirect_uris": ["javascript:alert(1)"] }), "invalid_redirect_uri", ""),
        (
            json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"], "scope": "root" }),
            "invalid_client_metadata",
            "scope",
        ),
        (
            json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"], "groups": ["x"] }),
            "invalid_request",
            "groups",
        ),
        (
            json!({ "client_name": "a", "redirect_uris": ["https://a.example/cb"], "passkey_policy": { "attested": true } }),
            "invalid_client_metadata",
            "attested",
        ),
    ];
    for (body, code, detail) in table {
        let answer = program.call(Method::POST, "/clients", &body).await;
        assert_eq!(answer.code(), code, "{body}: {}", answer.body);
        assert!(answer.json()["detail"].as_str().unwrap_or_default().contains(detail), "{}", answer.body);
    }
    assert_eq!(program.read("/clients?q=a").await["items"], json!([]));
    // Nobody chooses whom a client is, or that it registered itself.
    let mut body = asked("mine");
    body["client_id"] = "chosen".into();
    body["id"] = "0190b6c0-0000-7000-8000-000000000000".into();
    body["dynamic"] = true.into();
    let made = program.make("/clients", &body).await;
    assert!(made["client_id"] != "chosen" && made["dynamic"] == false, "{made}");
}

/// Two are good at once, so that one can be rotated away; a third takes the place of the oldest.
#[tokio::test]
async fn secrets_are_rotated_without_a_gap() {
    let app = TestApp::new().await;
    let program = app.program(None).await;
    let made = program.make("/clients", &asked("photos")).await;
    let client = registered(&app, &made).await;
    let path = format!("/clients/{}/secrets", client.client_id);
    let mut secrets = vec![text_of(&made, "client_secret")];
    for _ in 0..2 {
        secrets.push(text_of(&program.make(&path, &Value::Null).await, "client_secret"));
        app.advance(1);
    }
    // A refresh token that is none is another error than a secret that is none.
    for (at, expected) in
        [StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST, StatusCode::BAD_REQUEST].into_iter().enumerate()
    {
        assert_eq!(redeemed(&app, &client, &secrets[at]).await, expected, "{at}");
    }
    let live = program.read(&format!("/clients/{}", client.client_id)).await["secrets"].clone();
    let first = format!("{path}/{}", text_of(&live[0], "id"));
    assert_eq!(program.call(Method::DELETE, &first, &Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.call(Method::DELETE, &first, &Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(redeemed(&app, &client, &secrets[1]).await, StatusCode::UNAUTHORIZED);
    assert_eq!(redeemed(&app, &client, &secrets[2]).await, StatusCode::BAD_REQUEST);
    let mut public = asked("spa");
    public["token_endpoint_auth_method"] = "none".into();
    let public = text_of(&program.make("/clients", &public).await, "client_id");
    let refused = program.call(Method::POST, &format!("/clients/{public}/secrets"), &Value::Null).await;
    assert_eq!(refused.code(), "invalid_request");
    // Nor does anybody take another client's secret away by their own.
    let other = format!("/clients/{public}/secrets/{}", text_of(&live[1], "id"));
    assert_eq!(program.call(Method::DELETE, &other, &Value::Null).await.status, StatusCode::NOT_FOUND);
    assert_eq!(redeemed(&app, &client, &secrets[2]).await, StatusCode::BAD_REQUEST);
}

/// A client is as mighty as its scopes: who may not everything neither gives such, nor touches who has them.
#[tokio::test]
async fn a_client_is_no_way_around_roles() {
    let app = TestApp::new().await;
    let mut manager = app.person("manager", &[Role::ClientManager]).await;
    let mut root = app.person("root", &[Role::Administrator]).await;
    let mut mighty = asked("tool");
    mighty["scope"] = "openid admin:users:write".into();
    mighty["grant_types"] = json!(["client_credentials", "authorization_code"]);
    assert_eq!(manager.call(Method::POST, "/clients", &mighty).await.code(), "forbidden");
    let made = root.call(Method::POST, "/clients", &mighty).await.json();
    let path = format!("/clients/{}", text_of(&made, "client_id"));
    for (method, path, body) in [
        (Method::PUT, path.clone(), asked("weak")),
        (Method::DELETE, path.clone(), Value::Null),
        (Method::POST, format!("{path}/secrets"), Value::Null),
        (
            Method::DELETE,
            format!("{path}/secrets/{}", text_of(&root_secret(&mut root, &path).await, "id")),
            Value::Null,
        ),
    ] {
        assert_eq!(manager.call(method.clone(), &path, &body).await.code(), "forbidden", "{method} {path}");
    }
    let plain = manager.call(Method::POST, "/clients", &asked("plain")).await.json();
    let raised = manager.call(Method::PUT, &format!("/clients/{}", text_of(&plain, "client_id")), &mighty).await;
    assert_eq!(raised.code(), "forbidden");
    let machine = app.program(None).await;
    assert_eq!(machine.call(Method::POST, "/clients", &mighty).await.code(), "forbidden");
}

async fn root_secret(root: &mut super::people::Person, path: &str) -> Value {
    root.call(Method::GET, path, &Value::Null).await.json()["secrets"][0].clone()
}

/// A client for its groups alone, which is what one becomes where nobody says otherwise.
struct Restricted {
    app: TestApp,
    program: Program,
    client: Registered,
    group: String,
}

impl Restricted {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let program = app.program(None).await;
        let group = text_of(&program.make("/groups", &json!({ "name": "staff" })).await, "id");
        let body = json!({
            "client_name": "wiki", "redirect_uris": ["https://wiki.example/cb"], "groups": ["staff"],
            "scope": "openid offline_access",
        });
        let made = program.make("/clients", &body).await;
        assert_eq!(made["group_restricted"], true);
        let client = registered(&app, &made).await;
        Self { app, program, client, group }
    }

    async fn admit(&self, user: uuid::Uuid, body: Value) -> Answer {
        self.program.call(Method::PUT, &format!("/groups/{}/members/{user}", self.group), &body).await
    }
}

#[tokio::test]
async fn whoever_belongs_to_no_group_is_told_which_and_goes_back() {
    let it = Restricted::new().await;
    let mut alice = it.app.person("alice", &[]).await;
    let location = alice.browser.authorize(&it.client.query("")).await.location();
    let page = alice.browser.get(&location).await;
    assert!(page.body.contains("staff") && page.body.contains("wiki"), "{}", page.body);
    // Allowing it oneself changes nothing.
    let allowed = alice.browser.call(&location, &json!({ "decision": "allow" })).await;
    let resume = allowed.json()["location"].as_str().unwrap().to_owned();
    assert_eq!(alice.browser.get(&resume).await.location(), location);
    assert!(!it.app.audit().await.contains(&"consent.decided".to_owned()), "nothing was allowed");
    let denied = alice.browser.call(&location, &json!({ "decision": "deny" })).await;
    let back = alice.browser.get(denied.json()["location"].as_str().unwrap()).await;
    assert_eq!(back.redirected("error").as_deref(), Some("access_denied"));
    let silent = alice.browser.authorize(&it.client.query("prompt=none")).await;
    assert_eq!(silent.redirected("error").as_deref(), Some("access_denied"));
    it.admit(alice.id, json!({})).await;
    let code = alice.browser.code(&it.client, "", &mut alice.passkey).await;
    assert!(code.redirected("code").is_some());
}

/// On every path: a code that waits, the token, its refresh, introspection.
#[tokio::test]
async fn whoever_leaves_the_group_is_out_everywhere() {
    for by_time in [false, true] {
        let it = Restricted::new().await;
        let mut passkey = SoftPasskey::new();
        let mut browser = it.app.browser();
        browser.sign_up("alice", &mut passkey).await;
        let alice = it.app.user_id("alice").await;
        let until = it.app.app.now() + chrono::Duration::minutes(5);
        it.admit(alice, if by_time { json!({ "expires_at": until }) } else { json!({}) }).await;
        let scope = "scope=openid+offline_access&prompt=consent";
        let code = browser.code(&it.client, scope, &mut passkey).await.redirected("code").unwrap();
        let answer = it.client.redeem(&browser, &code).await;
        let (access, refresh) = (text(&answer, "access_token"), text(&answer, "refresh_token"));
        assert_eq!(it.app.userinfo(&access).await.status, StatusCode::OK);
        let waiting = browser.code(&it.client, "", &mut passkey).await;
        let waiting = waiting.redirected("code").unwrap();
        if by_time {
            it.app.advance(300);
        } else {
            let member = format!("/groups/{}/members/{alice}", it.group);
            it.program.call(Method::DELETE, &member, &Value::Null).await;
            assert_eq!(it.client.redeem(&browser, &waiting).await.code(), "invalid_grant");
        }
        assert_eq!(it.app.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(it.client.refresh(&it.app, &refresh, &[]).await.code(), "invalid_grant");
        let told = it.client.post(&it.app, "/oauth2/introspect", &[("token", &access)]).await;
        assert_eq!(told.json()["active"], false);
        let again = browser.authorize(&it.client.query("")).await.location();
        assert!(browser.get(&again).await.body.contains("staff"));
    }
}

/// A group that goes takes its members' way with it, and nobody else comes in instead.
#[tokio::test]
async fn a_client_without_groups_is_for_nobody() {
    let it = Restricted::new().await;
    let mut alice = it.app.person("alice", &[]).await;
    it.admit(alice.id, json!({})).await;
    let gone = it.program.call(Method::DELETE, &format!("/groups/{}", it.group), &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let location = alice.browser.authorize(&it.client.query("")).await.location();
    assert!(alice.browser.get(&location).await.body.contains("none has been chosen"));
}

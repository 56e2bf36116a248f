//! Those who administer, by token and by page.

use claviger::protocol::{administration, role::Role, scope::ScopeSet};
use poem::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Answer, Browser, Registered, SoftPasskey, TestApp, client::text};

const API: &str = "/api/admin/v1";
const RESOURCE: &str = "http%3A%2F%2Flocalhost%3A8080%2Fapi%2Fadmin%2Fv1";

/// Whoever calls by a token.
#[derive(Clone)]
pub struct Program {
    browser: Browser,
    pub token: String,
}

/// Somebody in front of a browser.
pub struct Person {
    pub browser: Browser,
    pub passkey: SoftPasskey,
    pub id: uuid::Uuid,
}

impl TestApp {
    /// Somebody with these roles, signed in by their passkey.
    pub async fn person(&self, name: &str, roles: &[Role]) -> Person {
        let mut passkey = SoftPasskey::new();
        let mut browser = self.browser();
        let link = self.link_of(self.user_with(name, roles).await).await;
        let enrolled = browser.enroll(&link, &mut passkey).await;
        assert_eq!(enrolled.status, StatusCode::OK, "{}", enrolled.body);
        assert_eq!(browser.sign_in(&mut passkey).await.status, StatusCode::OK);
        browser.open("/account").await;
        Person { browser, passkey, id: self.user_id(name).await }
    }

    /// A client that acts for itself with these scopes; all of them for `None`.
    pub async fn program(&self, scopes: Option<&str>) -> Program {
        let name = format!("tool-{}", self.app.uuid());
        let client = self.tool(&name, scopes).await;
        let fields = [("grant_type", "client_credentials"), ("resource", "http://localhost:8080/api/admin/v1")];
        let answer = client.post(self, "/oauth2/token", &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        Program { browser: self.browser(), token: text(&answer, "access_token") }
    }

    /// A client on which an administrator listed these scopes; all of them for `None`.
    pub async fn tool(&self, name: &str, scopes: Option<&str>) -> Registered {
        let of = scopes.map_or_else(administration::scopes, |text| ScopeSet::parse(text).unwrap());
        let usual = ScopeSet::parse("openid offline_access").unwrap();
        let grants = ["authorization_code", "refresh_token", "client_credentials"];
        let metadata = |asked: &mut claviger::protocol::client_metadata::ClientMetadata| {
            asked.grant_types = Some(grants.map(str::to_owned).to_vec());
        };
        self.client(name, metadata, |client| client.scopes = usual.union(&of)).await
    }
}

impl Program {
    /// A call of the API.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.call_with(method, path, body, &[]).await
    }

    /// The same with more headers.
    pub async fn call_with(&self, method: Method, path: &str, body: &Value, more: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend(more);
        let body = if body.is_null() { vec![] } else { body.to_string().into_bytes() };
        self.browser.clone().send(method, &format!("{API}{path}"), &headers, body).await
    }

    /// What it reads, which must be there.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.json()
    }

    /// What it makes, which must be made.
    pub async fn make(&self, path: &str, body: &Value) -> Value {
        let answer = self.call(Method::POST, path, body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{path}: {}", answer.body);
        answer.json()
    }
}

impl Person {
    /// A call as a page makes it: every change with a passkey shown for it.
    pub async fn call(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let step_up = match method {
            Method::GET => None,
            _ => Some(self.browser.stepped_up("admin", Some(&format!("{method} {path}")), &mut self.passkey).await),
        };
        self.call_with(method, path, body, step_up.as_deref()).await
    }

    /// The same with this step-up, or none.
    pub async fn call_with(&mut self, method: Method, path: &str, body: &Value, step_up: Option<&str>) -> Answer {
        self.browser.own_call(method, &format!("{API}{path}"), body, step_up).await
    }

    /// A token for themselves with these scopes, by a client that has them all.
    pub async fn token(&mut self, app: &TestApp, scopes: &str) -> Program {
        let client = app.tool(&format!("console-{}", app.app.uuid()), None).await;
        let scope: String = url::form_urlencoded::byte_serialize(format!("openid {scopes}").as_bytes()).collect();
        let extra = format!("scope={scope}&resource={RESOURCE}");
        let code = self.browser.code(&client, &extra, &mut self.passkey).await.redirected("code").unwrap();
        let token = text(&client.redeem(&self.browser, &code).await, "access_token");
        Program { browser: app.browser(), token }
    }
}

/// The body of somebody to be.
pub fn user(name: &str) -> Value {
    json!({ "username": name })
}

//! A browser as far as the server can tell: cookies, the CSRF token of the last page, redirects by hand.

use std::{collections::BTreeMap, sync::Arc};

use poem::{
    Addr, Endpoint, Request, Response,
    endpoint::{DynEndpoint, ToDynEndpoint},
    http::{HeaderMap, Method, StatusCode, header},
    web::RemoteAddr,
};
use serde_json::{Value, json};

use super::{
    Registered, SoftPasskey, TestApp, document,
    remote::{CUT, Remote},
    spy,
};

#[derive(Clone)]
pub struct Browser {
    endpoint: Arc<dyn DynEndpoint<Output = Response>>,
    pub origin: String,
    issuer: String,
    prefix: String,
    pub cookies: BTreeMap<String, String>,
    pub csrf: String,
    /// Sent when there is one.
    pub user_agent: Option<&'static str>,
    /// What a proxy says of where it comes from; sent when there is one.
    pub forwarded_for: Option<&'static str>,
}

/// A response, read.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    pub fn location(&self) -> String {
        self.header("location").unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.body))
    }

    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    /// A parameter of the redirect's query.
    pub fn redirected(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(&self.location()).unwrap();
        url.query_pairs().find(|(n, _)| n == name).map(|(_, value)| value.into_owned())
    }

    /// The `code` of a problem or the `error` of OAuth.
    pub fn code(&self) -> String {
        let json = self.json();
        json["code"].as_str().or(json["error"].as_str()).unwrap_or_default().to_owned()
    }
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        Self {
            endpoint: app.endpoint.clone(),
            origin: app.app.config.issuer.origin(),
            issuer: app.issuer().to_owned(),
            prefix: app.app.urls.path(""),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            user_agent: None,
            forwarded_for: None,
        }
    }

    /// The same browser behind a proxy that says where it is.
    pub fn from(self, address: &'static str) -> Self {
        Self { forwarded_for: Some(address), ..self }
    }

    /// A browser that was never at this server, which runs in a process of its own on the default issuer.
    pub fn remote(remote: &Remote) -> Self {
        let origin = "http://localhost:8080".to_owned();
        Self {
            endpoint: Arc::new(ToDynEndpoint(remote.clone())),
            issuer: origin.clone(),
            origin,
            prefix: String::new(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            user_agent: None,
            forwarded_for: None,
        }
    }

    /// The same browser talking through another door.
    pub fn through(&self, remote: &Remote) -> Self {
        Self { endpoint: Arc::new(ToDynEndpoint(remote.clone())), ..self.clone() }
    }

    /// The same browser talking to another instance.
    pub fn on(&self, app: &TestApp) -> Self {
        Self { endpoint: app.endpoint.clone(), ..self.clone() }
    }

    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let path = path.strip_prefix(&self.origin).unwrap_or(path);
        let mut builder = Request::builder().method(method.clone()).uri(path.parse().unwrap());
        if !self.cookies.is_empty() {
            let line: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            builder = builder.header(header::COOKIE, line.join("; "));
        }
        if !headers.iter().any(|(name, _)| *name == "host") {
            builder = builder.header(header::HOST, "localhost");
        }
        let user_agent = self.user_agent.map(|agent| ("user-agent", agent));
        let forwarded_for = self.forwarded_for.map(|address| ("x-forwarded-for", address));
        for (name, value) in headers.iter().copied().chain(user_agent).chain(forwarded_for) {
            builder = builder.header(name, value);
        }
        let mut request = builder.body(body);
        request.set_data(RemoteAddr(Addr::SocketAddr("192.0.2.1:4711".parse().unwrap())));
        let response = self.endpoint.get_response(request).await;
        let (parts, body) = response.into_parts();
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&body.into_vec().await.unwrap()).into_owned(),
        };
        if answer.status == CUT {
            return answer;
        }
        spy::check(path, answer.status, &answer.headers, &answer.body, self.issuer.starts_with("https"));
        let below = path.strip_prefix(&self.prefix).unwrap_or(path);
        document::check(&method, below, answer.status, &answer.headers, &answer.body);
        self.keep_cookies(&answer.headers);
        answer
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            match text.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }

    /// Opens a page and remembers its CSRF token.
    pub async fn get(&mut self, path: &str) -> Answer {
        let answer = self.send(Method::GET, path, &[("accept", "text/html")], Vec::new()).await;
        if let Some(rest) = answer.body.split_once(r#"name="csrf-token" content=""#) {
            rest.1.split('"').next().unwrap().clone_into(&mut self.csrf);
        }
        answer
    }

    /// Opens a page below the issuer.
    pub async fn open(&mut self, path: &str) -> Answer {
        let path = format!("{}{path}", self.prefix);
        self.get(&path).await
    }

    /// A JSON call as pages make it.
    pub async fn call(&mut self, path: &str, body: &Value) -> Answer {
        let (origin, csrf) = (self.origin.clone(), self.csrf.clone());
        let headers = [
            ("content-type", "application/json"),
            ("origin", &*origin),
            ("sec-fetch-site", "same-origin"),
            ("x-csrf-token", &*csrf),
        ];
        let path = if path.starts_with(&self.prefix) { path.to_owned() } else { format!("{}{path}", self.prefix) };
        self.send(Method::POST, &path, &headers, body.to_string().into_bytes()).await
    }

    /// A call of the account portal as its pages make it, with a step-up where one is given.
    pub async fn portal(&mut self, method: Method, path: &str, body: &Value, step_up: Option<&str>) -> Answer {
        self.own_call(method, &format!("/api/account/v1{path}"), body, step_up).await
    }

    /// A call of one of our own APIs as pages make it.
    pub async fn own_call(&mut self, method: Method, path: &str, body: &Value, step_up: Option<&str>) -> Answer {
        let (origin, csrf) = (self.origin.clone(), self.csrf.clone());
        let mut headers = vec![
            ("content-type", "application/json"),
            ("origin", &*origin),
            ("sec-fetch-site", "same-origin"),
            ("x-csrf-token", &*csrf),
        ];
        headers.extend(step_up.map(|token| ("x-step-up", token)));
        let body = if method == Method::GET { vec![] } else { body.to_string().into_bytes() };
        self.send(method, &format!("{}{path}", self.prefix), &headers, body).await
    }

    /// Shows a passkey once more: the token of the step-up.
    pub async fn step_up(&mut self, action: &str, target: Option<&str>, passkey: &mut SoftPasskey) -> Answer {
        self.authenticate(&json!({ "step_up": { "action": action, "target": target } }), passkey).await
    }

    /// The same, which must succeed.
    pub async fn stepped_up(&mut self, action: &str, target: Option<&str>, passkey: &mut SoftPasskey) -> String {
        let answer = self.step_up(action, target, passkey).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()["step_up"].as_str().unwrap().to_owned()
    }

    /// Adds a passkey to the account that is signed in.
    pub async fn add_passkey(&mut self, shown: &mut SoftPasskey, new: &mut SoftPasskey) -> Answer {
        let step_up = self.stepped_up("passkey.add", None, shown).await;
        self.add_with(&step_up, new).await
    }

    /// Both calls of a registration in a session, with this step-up.
    pub async fn add_with(&mut self, step_up: &str, new: &mut SoftPasskey) -> Answer {
        let begun = self.begin_adding(step_up).await;
        if begun.status != StatusCode::OK {
            return begun;
        }
        let begun = begun.json();
        let credential = new.create(begun["publicKey"].clone(), &self.origin.clone()).await;
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
        self.call("/webauthn/registration/finish", &body).await
    }

    /// The first of them.
    pub async fn begin_adding(&mut self, step_up: &str) -> Answer {
        let (origin, csrf) = (self.origin.clone(), self.csrf.clone());
        let headers = [
            ("content-type", "application/json"),
            ("origin", &*origin),
            ("x-csrf-token", &*csrf),
            ("x-step-up", step_up),
        ];
        let path = format!("{}/webauthn/registration/begin", self.prefix);
        self.send(Method::POST, &path, &headers, b"{}".to_vec()).await
    }

    /// A form post without cookies, as apps make it.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
        let mut client = Self { cookies: BTreeMap::new(), ..self.clone() };
        client.send(Method::POST, &format!("{}{path}", self.prefix), &headers, body.into_bytes()).await
    }

    /// Creates an account with its first passkey.
    pub async fn sign_up(&mut self, name: &str, passkey: &mut SoftPasskey) -> Answer {
        self.open("/sign-up").await;
        let asked = json!({ "sign_up": { "username": name, "display_name": format!("{name} Example") } });
        self.register(&asked, passkey).await
    }

    /// Uses an enrolment link.
    pub async fn enroll(&mut self, link: &str, passkey: &mut SoftPasskey) -> Answer {
        self.open(&format!("/enroll/{link}")).await;
        self.register(&json!({ "link": link }), passkey).await
    }

    /// Both calls of a registration.
    pub async fn register(&mut self, asked: &Value, passkey: &mut SoftPasskey) -> Answer {
        let begun = self.call("/webauthn/registration/begin", asked).await;
        if begun.status != StatusCode::OK {
            return begun;
        }
        let begun = begun.json();
        let credential = passkey.create(begun["publicKey"].clone(), &self.origin.clone()).await;
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
        self.call("/webauthn/registration/finish", &body).await
    }

    /// Signs in from the plain page.
    pub async fn sign_in(&mut self, passkey: &mut SoftPasskey) -> Answer {
        self.open("/sign-in").await;
        self.authenticate(&json!({}), passkey).await
    }

    /// The same where answers may be missing: the first that is not 200 is given back.
    pub async fn sign_in_whole(&mut self, passkey: &mut SoftPasskey) -> Answer {
        let page = self.open("/sign-in").await;
        if page.status != StatusCode::OK {
            return page;
        }
        let begun = self.call("/webauthn/authentication/begin", &json!({})).await;
        if begun.status != StatusCode::OK {
            return begun;
        }
        let begun = begun.json();
        let credential = passkey.get(begun["publicKey"].clone(), &self.origin.clone()).await;
        let body = json!({ "ceremony": begun["ceremony"], "credential": credential });
        self.call("/webauthn/authentication/finish", &body).await
    }

    /// Both calls of an authentication.
    pub async fn authenticate(&mut self, asked: &Value, passkey: &mut SoftPasskey) -> Answer {
        let body = self.assertion(asked, passkey).await;
        self.call("/webauthn/authentication/finish", &body).await
    }

    /// The body of a finish call, ready to be sent or bent.
    pub async fn assertion(&mut self, asked: &Value, passkey: &mut SoftPasskey) -> Value {
        let begun = self.call("/webauthn/authentication/begin", asked).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
        let begun = begun.json();
        let credential = passkey.get(begun["publicKey"].clone(), &self.origin.clone()).await;
        json!({ "ceremony": begun["ceremony"], "credential": credential })
    }

    /// An authorization request by GET, one hop.
    pub async fn authorize(&mut self, query: &str) -> Answer {
        self.open(&format!("/oauth2/authorize?{query}")).await
    }

    /// From the request to the client's redirect: signs in and allows on the way.
    pub async fn code(&mut self, client: &Registered, extra: &str, passkey: &mut SoftPasskey) -> Answer {
        let answer = self.authorize(&client.query(extra)).await;
        self.code_after(answer, client, passkey).await
    }

    /// The same, from the answer to a request on.
    pub async fn code_after(&mut self, mut answer: Answer, client: &Registered, passkey: &mut SoftPasskey) -> Answer {
        for _ in 0..6 {
            let location = answer.location();
            if location.starts_with(&client.redirect_uri) {
                return answer;
            }
            let page = self.get(&location).await;
            if page.status == StatusCode::SEE_OTHER {
                answer = page;
                continue;
            }
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            let next = match location.contains("/sign-in") {
                true => {
                    let request = location.split("request=").nth(1).unwrap().split('&').next().unwrap();
                    self.authenticate(&json!({ "request": request }), passkey).await
                }
                false => self.call(&location, &json!({ "decision": "allow" })).await,
            };
            assert_eq!(next.status, StatusCode::OK, "{}", next.body);
            let resume = next.json()["location"].as_str().unwrap().to_owned();
            answer = self.get(&resume).await;
        }
        panic!("the request never came to an end");
    }
}

//! What is measured.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    sync::Mutex,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use claviger::crypto::mac::from_base64url;
use serde_json::{Value, json};

use crate::{
    CONNECTIONS,
    harness::{Browser, S256, SoftPasskey, remote::Remote},
    lists,
    load::{Connection, closed_loop, header, open_loop},
    process::{Database, Server, pinned, process_time},
    timing,
};

const SPAN: Duration = Duration::from_secs(4);
const REDIRECT_URI: &str = "https://a.example/cb";

/// What one operation costs.
pub struct Row {
    pub operation: &'static str,
    pub count: u64,
    /// Microseconds of the server.
    pub server: f64,
    /// Microseconds of PostgreSQL.
    pub database: f64,
}

/// All that was measured on one database.
pub struct Table {
    pub database: &'static str,
    pub rows: Vec<Row>,
    /// Median and 99th percentile of a code loop at 200 a second.
    pub latency: (Duration, Duration),
    pub first_start: Duration,
    pub start: Duration,
    pub memory: (f64, f64),
    /// Pages of administration.
    pub lists: Vec<lists::Row>,
    /// What the time of a refusal tells about a client secret: a standard score.
    pub timing: f64,
}

/// The bare handler: microseconds of its process for a request.
pub fn hello(binary: &str) -> f64 {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut child = pinned(binary).arg(&port).stdout(Stdio::null()).spawn().unwrap();
    while std::net::TcpStream::connect(&port).is_err() {}
    let mut connections: Vec<_> = (0..CONNECTIONS).map(|_| Connection::open(&port)).collect();
    let before = process_time(child.id());
    let count = closed_loop(&mut connections, SPAN, |connection| {
        connection.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    });
    let took = process_time(child.id()) - before;
    child.kill().unwrap();
    child.wait().unwrap();
    micros(took, count)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn micros(seconds: f64, count: u64) -> f64 {
    seconds * 1e6 / count as f64
}

/// A person with a session, on a connection of their own.
struct Person {
    connection: Connection,
    cookies: String,
    token: String,
    refresh_token: String,
}

/// Somebody who signs in again and again.
struct Passkey {
    browser: Browser,
    passkey: SoftPasskey,
    runtime: tokio::runtime::Runtime,
}

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
}

fn authorize(person: &mut Person, client_id: &str) -> String {
    authorize_for(person, client_id, "openid")
}

fn authorize_for(person: &mut Person, client_id: &str, scope: &str) -> String {
    let query = format!(
        "response_type=code&client_id={client_id}&redirect_uri=https%3A%2F%2Fa.example%2Fcb&scope={scope}&state=s&nonce=n\
         &code_challenge={}&code_challenge_method=S256",
        S256.1
    );
    let answer = person.connection.ask(&get(&format!("/oauth2/authorize?{query}"), &person.cookies));
    let location = header(&answer, "location");
    location
        .split("code=")
        .nth(1)
        .unwrap_or_else(|| panic!("no code: {location}"))
        .split('&')
        .next()
        .unwrap()
        .to_owned()
}

fn redeem(person: &mut Person, client_id: &str, code: &str) -> Value {
    let form = format!(
        "grant_type=authorization_code&code={code}&redirect_uri=https%3A%2F%2Fa.example%2Fcb&client_id={client_id}\
         &code_verifier={}",
        S256.0
    );
    post(person, "/oauth2/token", "", &form)
}

/// A form that must be answered with JSON.
fn post(person: &mut Person, path: &str, headers: &str, form: &str) -> Value {
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    let answer = person.connection.ask(&format!("{head}{headers}Content-Length: {}\r\n\r\n{form}", form.len()));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
}

/// A client for itself: who it is, and its secret.
fn registered(server: &Server, name: &str, format: &str) -> (String, String) {
    let file = server.directory.path().join(format!("machine-{name}.json"));
    let metadata = json!({
        "client_name": name, "grant_types": ["client_credentials"], "access_token_format": format,
        "id_token_signed_response_alg": "ES256",
    });
    std::fs::write(&file, metadata.to_string()).unwrap();
    let made = server.command(&["client", "create", "--metadata", &file.display().to_string()]);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("client_id"), text("client_secret"))
}

/// The same; its Basic header.
fn machine(server: &Server, format: &str) -> String {
    let (client_id, secret) = registered(server, format, format);
    format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{client_id}:{secret}")))
}

/// What clients do without a person, and refreshing.
fn tokens(server: &Server, people: &mut [Person], es256: &str) -> Vec<Row> {
    for person in people.iter_mut() {
        let code = authorize_for(person, es256, "openid+offline_access");
        redeem(person, es256, &code)["refresh_token"].as_str().unwrap().clone_into(&mut person.refresh_token);
    }
    let (jwt, opaque) = (machine(server, "jwt"), machine(server, "opaque"));
    let made = post(&mut people[0], "/oauth2/token", &opaque, "grant_type=client_credentials");
    let question = format!("token={}", made["access_token"].as_str().unwrap());
    vec![
        row(server, "refresh, rotated", people, |person| {
            let form = format!("grant_type=refresh_token&client_id={es256}&refresh_token={}", person.refresh_token);
            let answer = post(person, "/oauth2/token", "", &form);
            answer["refresh_token"].as_str().unwrap().clone_into(&mut person.refresh_token);
        }),
        row(server, "client_credentials JWT ES256", people, |person| {
            post(person, "/oauth2/token", &jwt, "grant_type=client_credentials");
        }),
        row(server, "introspection", people, |person| {
            assert_eq!(post(person, "/oauth2/introspect", &opaque, &question)["active"], true);
        }),
    ]
}

fn client(server: &Server, algorithm: &str) -> String {
    let file = server.directory.path().join(format!("{algorithm}.json"));
    let metadata = json!({
        "client_name": algorithm, "redirect_uris": [REDIRECT_URI], "id_token_signed_response_alg": algorithm,
    });
    std::fs::write(&file, metadata.to_string()).unwrap();
    let file = file.display().to_string();
    let made = server.command(&["client", "create", "--public", "--no-consent", "--metadata", &file]);
    made["client_id"].as_str().unwrap().to_owned()
}

async fn person(remote: &Remote, server: &Server, number: usize) -> Person {
    let mut browser = Browser::remote(remote);
    let answer = browser.sign_up(&format!("p-{number}"), &mut SoftPasskey::new()).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookies = format!("Cookie: {}\r\n", cookies.join("; "));
    Person {
        connection: Connection::open(&server.address),
        cookies,
        token: String::new(),
        refresh_token: String::new(),
    }
}

/// Measures one operation.
fn row<S: Send>(server: &Server, operation: &'static str, states: &mut [S], work: impl Fn(&mut S) + Sync) -> Row {
    // Pools and caches fill first.
    closed_loop(states, SPAN / 8, &work);
    let before = server.time();
    let count = closed_loop(states, SPAN, &work);
    let after = server.time();
    Row { operation, count, server: micros(after.0 - before.0, count), database: micros(after.1 - before.1, count) }
}

/// Measures everything on this server.
pub fn measure(mut server: Server, database: &Database) -> Table {
    let idle = server.memory();
    let (es256, rs256) = (client(&server, "ES256"), client(&server, "RS256"));
    let remote = Remote::new(&server.address);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let people = (0..CONNECTIONS).map(|number| runtime.block_on(person(&remote, &server, number)));
    let mut people: Vec<_> = people.collect();
    let mut rows = vec![
        row(&server, "discovery", &mut people, |person| {
            person.connection.ask(&get("/.well-known/openid-configuration", ""));
        }),
        row(&server, "JWKS", &mut people, |person| {
            person.connection.ask(&get("/oauth2/jwks", ""));
        }),
        row(&server, "authorize with a session", &mut people, |person| {
            authorize(person, &es256);
        }),
    ];
    for (operation, client_id) in [("code loop ES256", &es256), ("code loop RS256", &rs256)] {
        rows.push(row(&server, operation, &mut people, |person| {
            let code = authorize(person, client_id);
            let tokens = redeem(person, client_id, &code);
            let kid = tokens["id_token"].as_str().unwrap().split('.').next().unwrap();
            assert!(from_base64url(kid).is_some());
            tokens["access_token"].as_str().unwrap().clone_into(&mut person.token);
        }));
    }
    rows.push(row(&server, "userinfo", &mut people, |person| {
        let answer =
            person.connection.ask(&get("/oauth2/userinfo", &format!("Authorization: Bearer {}\r\n", person.token)));
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }));
    let took = open_loop(&mut people, 200, Duration::from_secs(5), |person| {
        let code = authorize(person, &es256);
        redeem(person, &es256, &code);
    });
    rows.extend(tokens(&server, &mut people, &es256));
    let latency = (took[took.len() / 2], took[took.len() * 99 / 100]);
    rows.push(passkeys(&server));
    let (client_id, secret) = registered(&server, "timing", "opaque");
    let timing = timing::client_secret(&server, &client_id, &secret);
    let memory = (idle, server.memory());
    let first_start = server.first_start;
    let start = server.restart();
    let database = if matches!(database, Database::Sqlite) { "SQLite" } else { "PostgreSQL" };
    Table { database, rows, latency, first_start, start, memory, lists: Vec::new(), timing }
}

/// Begin and finish, with devices that sign in this process.
fn passkeys(server: &Server) -> Row {
    let made = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for number in 0..4 {
            let made = &made;
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                let mut passkey = SoftPasskey::new();
                // A client of its own: connections belong to the runtime that made them.
                let remote = Remote::new(&server.address);
                let mut browser = Browser::remote(&remote);
                let answer = runtime.block_on(browser.sign_up(&format!("k-{number}"), &mut passkey));
                assert!(answer.status.is_success(), "{}", answer.body);
                // The page of a browser that nobody is signed in with; it is not counted.
                let mut browser = Browser::remote(&remote);
                runtime.block_on(browser.open("/sign-in"));
                made.lock().unwrap().push(Passkey { browser, passkey, runtime });
            });
        }
    });
    let mut people = made.into_inner().unwrap();
    row(server, "passkey login", &mut people, |person| {
        let mut browser = person.browser.clone();
        let answer = person.runtime.block_on(browser.authenticate(&json!({}), &mut person.passkey));
        assert!(answer.status.is_success(), "{}", answer.body);
    })
}

/// The model of this machine's processor.
pub fn processor() -> String {
    let file = std::fs::File::open("/proc/cpuinfo").unwrap();
    let line = BufReader::new(file).lines().map_while(Result::ok).find(|line| line.starts_with("model name"));
    line.and_then(|line| Some(line.split(": ").nth(1)?.to_owned())).unwrap_or_else(|| "unknown".to_owned())
}

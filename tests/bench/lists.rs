//! How long pages of administration take, with nobody and with a crowd.

use std::time::Instant;

use crate::{
    crowd,
    harness::{Browser, SoftPasskey, remote::Remote},
    load::Connection,
    process::{Database, Server},
};

/// Requests of each page; the median counts.
const REQUESTS: usize = 101;

/// Pages, and what is asked of them.
const PAGES: [(&str, &str); 21] = [
    ("home, nothing was ever counted", "/admin"),
    ("home, right after a start", "/admin"),
    ("home", "/admin"),
    ("people", "/admin/users"),
    ("people by name", "/admin/users?q=user-512"),
    ("people by the name of a tenth", "/admin/users?q=user-5"),
    ("people with a role", "/admin/users?role=auditor"),
    ("disabled people", "/admin/users?enabled=false"),
    ("people with one passkey", "/admin/users?enabled=true&passkeys=1"),
    ("people without a passkey", "/admin/users?passkeys=0"),
    ("newest people", "/admin/users?sort=-created_at"),
    ("groups", "/admin/groups"),
    ("apps", "/admin/clients"),
    ("invitations", "/admin/invitations"),
    ("sessions", "/admin/sessions"),
    ("keys", "/admin/keys"),
    ("settings", "/admin/settings"),
    ("audit log", "/admin/audit"),
    ("audit log, one event", "/admin/audit?event=token.refreshed"),
    ("audit log, failures", "/admin/audit?outcome=failure"),
    ("audit log, one app", "/admin/audit?client=app-7"),
];

/// A page and its milliseconds: with nobody, with as many as a page shows, and with a crowd.
pub struct Row {
    pub page: &'static str,
    pub times: [f64; 3],
}

/// A server with so many people on it, and somebody who looks at them.
struct House {
    server: Server,
    cookies: String,
    /// Of the pages that are measured right after a start.
    first: [f64; 2],
}

/// Measures each on a server of its own. They are asked in turn, so that whatever else the machine does slows down all alike.
pub fn measure(binary: &str, database: &Database) -> Vec<Row> {
    let houses = [None, Some(crowd::PAGE), Some(crowd::CROWD)].map(|size| House::open(binary, database, size));
    let mut connections = houses.each_ref().map(|house| Connection::open(&house.server.address));
    let mut row = |(at, (page, path)): (usize, &(&'static str, &str))| {
        let mut times = houses.each_ref().map(|house| house.first.get(at).copied().into_iter().collect::<Vec<_>>());
        for _ in 0..REQUESTS * usize::from(at >= 2) {
            for (of, house) in houses.iter().enumerate() {
                times[of].push(time(&mut connections[of], &house.cookies, path));
            }
        }
        Row { page, times: times.map(median) }
    };
    PAGES.iter().enumerate().map(&mut row).collect()
}

impl House {
    fn open(binary: &str, database: &Database, size: Option<crowd::Size>) -> Self {
        let mut server = Server::start(binary, database);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let cookies = runtime.block_on(administrator(&server));
        if let Some(size) = size {
            runtime.block_on(crowd::fill(&server.database_url, size));
        }
        // Twice nobody was there before: first nothing was counted ever, then it was, before the start.
        let first = [0, 1].map(|at| {
            server.restart();
            time(&mut Connection::open(&server.address), &cookies, PAGES[at].1)
        });
        Self { server, cookies, first }
    }
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// The cookies of somebody who may see everything.
async fn administrator(server: &Server) -> String {
    let invited = server.command(&["user", "invite", "root", "--role", "administrator"]);
    let link = invited["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let (mut browser, mut passkey) = (Browser::remote(&Remote::new(&server.address)), SoftPasskey::new());
    let answer = browser.enroll(&link, &mut passkey).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    let answer = browser.sign_in(&mut passkey).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

/// How long one request takes, in milliseconds.
fn time(connection: &mut Connection, cookies: &str, path: &str) -> f64 {
    let begun = Instant::now();
    let answer = connection.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    begun.elapsed().as_secs_f64() * 1e3
}

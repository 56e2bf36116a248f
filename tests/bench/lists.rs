//! How long pages of administration take, with nobody and with a crowd.

use std::time::Instant;

use crate::{
    crowd,
    harness::{Browser, SoftPasskey, remote::Remote},
    load::Connection,
    process::Server,
};

/// Requests of each page; the median counts.
const REQUESTS: usize = 21;

/// Pages, and what is asked of them.
const PAGES: [(&str, &str); 19] = [
    ("home, counted anew", "/admin"),
    ("home", "/admin"),
    ("people", "/admin/users"),
    ("people by name", "/admin/users?q=user-5"),
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

/// A page and its milliseconds, with nobody and with the crowd.
pub struct Row {
    pub page: &'static str,
    pub empty: f64,
    pub full: f64,
}

/// Measures on this server, which is empty yet, and fills it.
pub fn measure(server: &mut Server) -> Vec<Row> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cookies = runtime.block_on(administrator(server));
    server.restart();
    let empty = times(server, &cookies);
    let url = server.database_url.clone();
    // Writing so much takes several threads.
    let many = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    many.block_on(crowd::fill(&url));
    server.restart();
    let full = times(server, &cookies);
    let row = |((page, _), (empty, full)): (&(&'static str, _), (f64, f64))| Row { page, empty, full };
    PAGES.iter().zip(empty.into_iter().zip(full)).map(row).collect()
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

fn times(server: &Server, cookies: &str) -> Vec<f64> {
    let mut connection = Connection::open(&server.address);
    let mut time = |path: &str| {
        let begun = Instant::now();
        let answer = connection.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        begun.elapsed().as_secs_f64() * 1e3
    };
    let of_page = |(at, (_, path)): (usize, &(&str, &str))| {
        // The first page is the first after a start, when nothing was counted yet.
        let requests = if at == 0 { 1 } else { REQUESTS };
        let mut all: Vec<_> = (0..requests).map(|_| time(path)).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    PAGES.iter().enumerate().map(of_page).collect()
}

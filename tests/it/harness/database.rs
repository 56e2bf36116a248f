//! Copies of a migrated template: a SQLite file, or a PostgreSQL database made from another.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::Duration;
use claviger::{
    clock::FakeClock,
    store::{Store, migrate},
};
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{config, open_app, start};

/// A database of one test; its file goes with it.
pub struct Copy {
    pub url: String,
    _directory: Option<TempDir>,
}

#[expect(clippy::disallowed_methods, reason = "the one switch of the test binary")]
pub fn postgres() -> Option<String> {
    std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty())
}

impl Copy {
    /// A copy of the template: schema, data keys and signing keys are there.
    pub async fn new() -> Self {
        match postgres() {
            None => {
                let directory = tempfile::tempdir().unwrap();
                let file = directory.path().join("claviger.db");
                std::fs::copy(sqlite_template().await, &file).unwrap();
                Self { url: format!("sqlite://{}", file.display()), _directory: Some(directory) }
            }
            Some(server) => {
                let (template, name) = (postgres_template(&server).await, fresh_name());
                let sql = format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
                execute(&server, &sql).await;
                Self { url: on_server(&server, &name), _directory: None }
            }
        }
    }

    /// A database with nothing in it.
    pub async fn empty() -> Self {
        match postgres() {
            None => {
                let directory = tempfile::tempdir().unwrap();
                let file = directory.path().join("claviger.db");
                Self { url: format!("sqlite://{}", file.display()), _directory: Some(directory) }
            }
            Some(server) => {
                let name = fresh_name();
                execute(&server, &format!("CREATE DATABASE {name}")).await;
                Self { url: on_server(&server, &name), _directory: None }
            }
        }
    }
}

async fn fill(url: &str) {
    let store = Store::connect(url).await.unwrap();
    // What the template's own making wrote is older than every test.
    let before = start() - Duration::hours(1);
    migrate::up(&store, before).await.unwrap();
    let app = open_app(config(url, &[]), store.clone(), Arc::new(FakeClock::new(before))).await;
    drop(app);
    store.close().await;
}

async fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
    let (_, file) = TEMPLATE
        .get_or_init(|| async {
            let directory = tempfile::tempdir().unwrap();
            let file = directory.path().join("template.db");
            fill(&format!("sqlite://{}", file.display())).await;
            (directory, file)
        })
        .await;
    file
}

async fn postgres_template(server: &str) -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = fresh_name();
            execute(server, &format!("CREATE DATABASE {name}")).await;
            fill(&on_server(server, &name)).await;
            name
        })
        .await
}

fn fresh_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("claviger_test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn execute(server: &str, sql: &str) {
    let connection = Database::connect(server).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// The same server, another database: the name stands between the last slash and the options.
fn on_server(server: &str, name: &str) -> String {
    let (before, options) = server.split_once('?').unwrap_or((server, ""));
    let root = before.rsplit_once('/').unwrap().0;
    if options.is_empty() { format!("{root}/{name}") } else { format!("{root}/{name}?{options}") }
}

//! Measures what operations cost: processor time of the server process per operation, against a bare handler in the same
//! run. `tests/run bench` builds the release binary, runs this on both databases and writes docs/performance.md.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a measurement ends where it can't go on")]

#[path = "../it"]
mod it {
    #[expect(dead_code, reason = "the tests' harness has more than this needs")]
    pub mod harness;
}

mod crowd;
mod lists;
mod load;
mod operations;
mod process;
mod report;
mod timing;

use std::{env, fs};

use it::harness;
use process::{Database, Server};

/// Connections of the load, each with its own session.
const CONNECTIONS: usize = 16;

#[expect(clippy::disallowed_methods, reason = "switches of this binary")]
fn setting(name: &str) -> Option<String> {
    env::var(name).ok().filter(|text| !text.is_empty())
}

fn main() {
    let Some(binary) = setting("CLAVIGER_BINARY") else {
        println!("tests/run bench says what to measure");
        return;
    };
    let hello = operations::hello(&setting("HELLO_BINARY").unwrap());
    let mut tables = Vec::new();
    for database in [Some(Database::Sqlite), setting("TEST_DATABASE_URL").map(Database::Postgres)].into_iter().flatten()
    {
        let lists = lists::measure(&binary, &database);
        if setting("LISTS").is_some() {
            report::print_lists(&lists);
            continue;
        }
        let server = Server::start(&binary, &database);
        tables.push(operations::Table { lists, ..operations::measure(server, &database) });
    }
    if tables.is_empty() {
        return;
    }
    let text = report::render(hello, &tables, fs::metadata(&binary).unwrap().len());
    println!("{text}");
    if let Some(file) = setting("REPORT") {
        fs::write(file, text).unwrap();
    }
    let telling = tables.iter().find(|table| table.timing.abs() > timing::LIMIT);
    assert!(telling.is_none(), "refusals tell about secrets on {}", telling.map_or("", |table| table.database));
}

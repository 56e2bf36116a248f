//! docs/performance.md.

use std::fmt::Write;

use crate::{
    crowd,
    lists::Row,
    operations::{Table, processor},
};

const HEAD: &str = "\
# Performance
<!-- Written by `tests/run bench`. -->

Processor time of the server for each operation, in microseconds, of the release build: the server on one processor, 16
keep-alive connections on the loopback, plain HTTP, no limits on callers. SQLite waits for the disk at every commit
(`synchronous=FULL`). The ratio is to a bare handler of the same HTTP library in the same run, so that machines can be
compared. \"PostgreSQL\" is what the database's own processes took.
";

/// The page.
pub fn render(hello: f64, tables: &[Table], binary: u64) -> String {
    let mut out = HEAD.to_owned();
    let _ = writeln!(out, "\nMachine: {}, {} processors. Bare handler: {hello:.1} µs.", processor(), processors());
    for table in tables {
        let _ = writeln!(out, "\n## {}\n\n| operation | µs | ratio | PostgreSQL µs | measured |", table.database);
        let _ = writeln!(out, "|---|---|---|---|---|");
        for row in &table.rows {
            let ratio = row.server / hello;
            let database = if table.database == "SQLite" { "–".to_owned() } else { format!("{:.0}", row.database) };
            let _ =
                writeln!(out, "| {} | {:.0} | {ratio:.1} | {database} | {} |", row.operation, row.server, row.count);
        }
        let (median, worst) = table.latency;
        let _ = writeln!(
            out,
            "\n200 code loops a second: half within {:.1} ms, 99 of 100 within {:.1} ms. From start to ready: {} ms on an \
             empty store, {} ms on an existing one. Memory: {:.0} MB idle, {:.0} MB after the load. Client secrets that \
             are wrong in the first character against the last: {:.2} standard deviations apart.",
            median.as_secs_f64() * 1e3,
            worst.as_secs_f64() * 1e3,
            table.first_start.as_millis(),
            table.start.as_millis(),
            table.memory.0,
            table.memory.1,
            table.timing,
        );
    }
    let _ = write!(out, "{}", lists(tables));
    let _ = writeln!(out, "\nThe binary has {} MB.", binary / 1_000_000);
    out
}

/// Pages of administration, with nobody and with a crowd.
fn lists(tables: &[Table]) -> String {
    let mut out = format!(
        "\n## Pages of administration\n\nWhat one request takes, in milliseconds: with nobody but an administrator; with {} people and \
         {} lines in the audit log, so that most pages have their rows to show; and with a crowd of {} people, {} lines and \
         all that goes with them. The three are asked in turn; the \
         last columns say how many times longer the crowd takes.\n",
        crowd::PAGE.0,
        crowd::PAGE.lines(),
        crowd::CROWD.0,
        crowd::CROWD.lines()
    );
    for table in tables {
        let _ = writeln!(out, "\n| page on {} | nobody | a page | a crowd | of nobody | of a page |", table.database);
        let _ = writeln!(out, "|---|---|---|---|---|---|");
        table.lists.iter().for_each(|row| out.push_str(&line(row)));
    }
    out
}

fn line(row: &Row) -> String {
    let [empty, page, crowd] = row.times;
    format!("| {} | {empty:.1} | {page:.1} | {crowd:.1} | {:.1} | {:.1} |\n", row.page, crowd / empty, crowd / page)
}

/// The same while somebody works at them.
pub fn print_lists(rows: &[Row]) {
    for row in rows {
        print!("{}", line(row));
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

//! What must not break when things do: processes killed, databases away or busy, everybody at once.
//!
//! Every run does each fault a few times; `tests/run faults` sets `FAULTS` to how often.

mod database_away;
mod killed;
mod ledger;
mod stopping;
mod storms;

/// How often: `few` in every run, more when asked for.
#[expect(clippy::disallowed_methods, reason = "a switch of the test binary")]
fn rounds(few: usize) -> usize {
    std::env::var("FAULTS").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

//! Journeys in a real browser.
fn main() {}

//! Generated documents are what the binary would write.

use std::{fs, path::Path};

use claviger::config::reference;

fn assert_written(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == expected, "{path} is out of date: run `cargo run -- config reference --write`");
}

#[test]
fn the_configuration_reference_is_up_to_date() {
    assert_written(reference::MARKDOWN, &reference::markdown());
    assert_written(reference::EXAMPLE, &reference::example());
}

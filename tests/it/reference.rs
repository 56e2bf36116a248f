//! Generated documents are what the binary would write.

use std::{fs, path::Path};

use claviger::{audit, config::reference};

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

#[test]
fn the_table_of_events_is_up_to_date() {
    assert_written(audit::TABLE, &audit::table());
    let names: std::collections::BTreeSet<_> = audit::Event::ALL.iter().map(|event| event.as_str()).collect();
    assert_eq!(names.len(), audit::Event::ALL.len(), "a name is there twice");
}

/// Every event is recorded somewhere: a name that nothing writes would mislead whoever watches for it.
#[test]
fn every_event_is_recorded_somewhere() {
    fn read(directory: &Path, out: &mut String) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => read(&path, out),
                false if path.ends_with("audit/event.rs") => {}
                false => out.push_str(&fs::read_to_string(&path).unwrap()),
            }
        }
    }
    let mut sources = String::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    for event in audit::Event::ALL {
        assert!(sources.contains(&format!("Event::{event:?}")), "{event:?}");
    }
}

/// A table of tests is worth what its names are.
#[test]
fn every_test_that_the_specifications_table_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    for folder in ["src", "tests/it", "tests/browser"] {
        read_modules(&root.join(folder), "", &mut sources);
    }
    let table = fs::read_to_string(root.join("docs/specs.md")).unwrap();
    let mut named = 0;
    for path in table.split('`').skip(1).step_by(2).filter(|text| text.contains("::") && !text.contains('…')) {
        let (module, test) = path.rsplit_once("::").unwrap();
        let module = module.strip_suffix("::tests").unwrap_or(module);
        let function = format!("fn {test}(");
        let has = |code: &str| match test {
            "*" => code.contains("#[test]") || code.contains("#[tokio::test"),
            _ => code.contains(&function),
        };
        let known = sources.iter().any(|(name, code)| name == module && has(code));
        assert!(known, "{path} is in docs/specs.md and nowhere else");
        named += 1;
    }
    assert!(named > 200, "{named}");
}

/// Every module below a folder by its path, and its code; `tests` counts as part of what it tests.
fn read_modules(folder: &Path, prefix: &str, out: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let name = match (prefix, stem) {
            ("", stem) => stem.to_owned(),
            (prefix, "tests") => prefix.to_owned(),
            (prefix, stem) => format!("{prefix}::{stem}"),
        };
        if path.is_dir() {
            read_modules(&path, &name, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push((name, fs::read_to_string(path).unwrap()));
        }
    }
}

//! Keys and values from all sources, each with where it came from; taken one by one, so that all problems are told.

use std::collections::BTreeMap;

use config::{Value, ValueKind};

use super::{Problem, setting::Setting};

/// What was written, by dotted key.
#[derive(Debug, Default)]
pub struct Reader {
    entries: BTreeMap<String, Entry>,
    /// Where each key that was set came from.
    pub(super) sources: BTreeMap<String, String>,
    /// What was wrong so far.
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug)]
struct Entry {
    kind: ValueKind,
    source: String,
}

impl Reader {
    /// Sets what a table of sections says; a later call outranks an earlier one.
    pub(super) fn add(&mut self, source: &str, table: config::Map<String, Value>) {
        for (section, value) in table {
            match value.kind {
                ValueKind::Table(keys) => {
                    for (key, value) in keys {
                        self.set(source, format!("{section}.{key}"), value.kind);
                    }
                }
                kind => self.set(source, section, kind),
            }
        }
    }

    /// Sets one key.
    pub(super) fn set(&mut self, source: &str, key: String, kind: ValueKind) {
        self.sources.insert(key.clone(), source.to_owned());
        self.entries.insert(key, Entry { kind, source: source.to_owned() });
    }

    /// The value of a key, or its default.
    pub(super) fn take<T: Setting>(&mut self, section: &str, name: &str, default: T) -> T {
        let key = format!("{section}.{name}");
        let Some(entry) = self.entries.remove(&key) else { return default };
        T::read(&entry.kind).unwrap_or_else(|detail| {
            self.problems.push(Problem { source: Some(entry.source), ..Problem::new(&key, detail) });
            default
        })
    }

    /// Forgets what was written of a section; true when there was anything.
    pub(super) fn forget(&mut self, section: &str) -> bool {
        let before = self.entries.len();
        self.entries.retain(|key, _| !key.starts_with(&format!("{section}.")));
        before != self.entries.len()
    }

    /// What nobody took is unknown.
    pub(super) fn refuse_the_rest(&mut self) {
        for (key, entry) in std::mem::take(&mut self.entries) {
            let detail = "there is no such key; see `claviger config reference`";
            self.problems.push(Problem { source: Some(entry.source), ..Problem::new(&key, detail) });
        }
    }
}

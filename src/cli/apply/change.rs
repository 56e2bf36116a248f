//! What became of one thing that a file declares.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::crypto::secret::Secret;

/// Members that say when, not what.
const PASSING: [&str; 3] = ["updated_at", "created_at", "secrets"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Created,
    Changed,
    Unchanged,
}

/// One thing, and what is other than before.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
pub(super) struct Change {
    kind: &'static str,
    name: String,
    pub what: What,
    #[serde(skip_serializing_if = "Map::is_empty")]
    members: Map<String, Value>,
    /// Told once.
    secret: Option<String>,
}

impl Change {
    pub(super) fn created(kind: &'static str, name: &str, object: Value, secret: Option<Secret<String>>) -> Self {
        Self::between(What::Created, (kind, name), (json!({}), object), secret)
    }

    pub(super) fn changed(
        kind: &'static str,
        name: &str,
        objects: (Value, Value),
        secret: Option<Secret<String>>,
    ) -> Self {
        Self::between(What::Changed, (kind, name), objects, secret)
    }

    pub(super) fn unchanged(kind: &'static str, name: &str) -> Self {
        Self { kind, name: name.to_owned(), what: What::Unchanged, members: Map::new(), secret: None }
    }

    fn between(
        what: What,
        (kind, name): (&'static str, &str),
        (before, after): (Value, Value),
        secret: Option<Secret<String>>,
    ) -> Self {
        let mut members = Map::new();
        let both = before.as_object().into_iter().chain(after.as_object()).flat_map(Map::keys);
        for member in both.filter(|name| !PASSING.contains(&name.as_str())) {
            let (was, is) = (&before[member], &after[member]);
            if was != is {
                members.insert(member.clone(), json!({ "before": was, "after": is }));
            }
        }
        Self { kind, name: name.to_owned(), what, members, secret: secret.map(|secret| secret.expose().clone()) }
    }

    /// What was made only to be undone opens nothing.
    pub(super) fn without_secret(self) -> Self {
        Self { secret: None, ..self }
    }

    pub(super) fn words(&self) -> String {
        let what = match self.what {
            What::Created => "created",
            What::Changed => "changed",
            What::Unchanged => "unchanged",
        };
        let mut lines = vec![format!("{} {}: {what}", self.kind, self.name)];
        if self.what == What::Changed {
            lines.extend(
                self.members.iter().map(|(name, two)| format!("  {name}: {} -> {}", two["before"], two["after"])),
            );
        }
        lines.extend(self.secret.iter().map(|secret| format!("  secret: {secret}")));
        lines.join("\n")
    }
}

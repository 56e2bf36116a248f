//! A rule of claims as its form says it, so that one can be tried before it is saved, and the form keeps it.

use crate::{
    http::Frame,
    protocol::claim_rule::{ClaimRule, GROUPS, ROLES, Target},
};

/// Kinds of rules as the form names them, and the words for them.
const KINDS: [(&str, &str); 6] = [
    ("from:groups", "admin-claim-groups"),
    ("from:roles", "admin-claim-roles"),
    ("from", "admin-claim-from"),
    ("value", "admin-claim-value"),
    ("values", "admin-claim-values"),
    ("expression", "admin-claim-expression"),
];

/// What the form says.
#[derive(Default)]
pub(super) struct Draft {
    /// The claim.
    pub name: String,
    /// Its value, claim, groups or expression.
    pub text: String,
    kind: &'static str,
    targets: Vec<Target>,
}

/// A kind that the form offers.
pub(super) struct Kind {
    /// As the form names it.
    pub value: &'static str,
    /// In words.
    pub label: String,
    /// Whether it is this one.
    pub is_chosen: bool,
}

impl Draft {
    /// The rule of that JSON, even one that no client could have.
    pub fn parse(json: &str) -> Option<Self> {
        let rule: ClaimRule = serde_json::from_str(json).ok()?;
        let (text, kind, targets) = (text(&rule, "*"), kind(&rule), rule.targets().to_vec());
        Some(Self { name: rule.name, text, kind, targets })
    }

    /// Whether it is told there; where nothing was said, as a rule is by itself.
    pub fn is_told(&self, target: &str) -> bool {
        let unsaid = ClaimRule::default();
        let targets = if self.kind.is_empty() { unsaid.targets() } else { &self.targets };
        targets.iter().any(|one| one.as_str() == target)
    }
}

/// What the form offers.
pub(super) fn kinds(frame: &Frame, draft: &Draft) -> Vec<Kind> {
    let offer = |(value, label): (_, &str)| Kind { value, label: frame.t(label), is_chosen: value == draft.kind };
    KINDS.map(offer).into()
}

/// The kind of a rule, as the form names it.
pub(super) fn kind(rule: &ClaimRule) -> &'static str {
    match rule {
        ClaimRule { from: Some(from), .. } if from == GROUPS => "from:groups",
        ClaimRule { from: Some(from), .. } if from == ROLES => "from:roles",
        ClaimRule { from: Some(_), .. } => "from",
        ClaimRule { value: Some(_), .. } => "value",
        ClaimRule { values: Some(_), .. } => "values",
        _ => "expression",
    }
}

/// The words for a kind.
pub(super) fn label(kind: &str) -> &'static str {
    KINDS.iter().find(|(value, _)| *value == kind).map_or("admin-claim-expression", |(_, label)| *label)
}

/// What a rule says beside its kind: a line for each group, and one for everybody else under this word.
pub(super) fn text(rule: &ClaimRule, otherwise: &str) -> String {
    match rule {
        ClaimRule { from: Some(from), .. } if from == GROUPS || from == ROLES => String::new(),
        ClaimRule { from: Some(from), .. } => from.clone(),
        ClaimRule { value: Some(value), .. } => value.to_string(),
        ClaimRule { values: Some(values), otherwise: rest, .. } => {
            let lines = values.iter().map(|one| format!("{} = {}", one.group, one.value));
            let rest = rest.iter().map(|value| format!("{otherwise} = {value}"));
            lines.chain(rest).collect::<Vec<_>>().join("\n")
        }
        ClaimRule { expression, .. } => expression.clone().unwrap_or_default(),
    }
}

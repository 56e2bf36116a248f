//! What rules come to for one person.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{ClaimRule, Expression, GROUPS, ROLES, Target};
use crate::protocol::{claims, role::Role, scope::ScopeSet};

/// What is known of the person.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Standard claims that the granted scopes release: rules see no more of a person than the client may.
    pub released: &'a Map<String, Value>,
    /// Names of the groups that they belong to now.
    pub groups: &'a [String],
    /// Roles that they hold.
    pub roles: &'a [Role],
    /// What the client was granted.
    pub granted: &'a ScopeSet,
    /// The client's.
    pub client_id: &'a str,
}

/// What a rule comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The claim.
    pub name: String,
    /// Where it is told.
    pub targets: Vec<Target>,
    /// Its value, or why there is none.
    pub value: Result<Value, Absent>,
}

/// Why there is no such claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Absent {
    /// The scope that brings it was not granted.
    ScopeMissing {
        /// Which.
        scope: String,
    },
    /// The person has none.
    NoValue,
    /// The address was not shown to be theirs.
    Unverified,
    /// They belong to none of the groups that it tells apart.
    NoGroup,
    /// Its expression has no answer for them.
    ExpressionFailed {
        /// Words for an administrator.
        error: String,
    },
}

/// What all rules come to; `compile` finds an expression that was read before.
pub fn release(
    rules: &[ClaimRule],
    facts: &Facts<'_>,
    compile: impl Fn(&str) -> Option<Arc<Expression>>,
) -> Vec<Outcome> {
    let outcome = |rule: &ClaimRule| Outcome {
        name: rule.name.clone(),
        targets: rule.targets().to_vec(),
        value: value(rule, facts, &compile),
    };
    rules.iter().map(outcome).collect()
}

/// What is told there.
#[must_use]
pub fn at(outcomes: &[Outcome], target: Target) -> Map<String, Value> {
    let told = outcomes.iter().filter(|outcome| outcome.targets.contains(&target));
    told.filter_map(|outcome| Some((outcome.name.clone(), outcome.value.clone().ok()?))).collect()
}

fn value(
    rule: &ClaimRule,
    facts: &Facts<'_>,
    compile: &impl Fn(&str) -> Option<Arc<Expression>>,
) -> Result<Value, Absent> {
    if let Some(value) = &rule.value {
        return Ok(value.clone());
    }
    if let Some(values) = &rule.values {
        let of_group = values.iter().find(|one| facts.groups.contains(&one.group)).map(|one| &one.value);
        return of_group.or(rule.otherwise.as_ref()).cloned().ok_or(Absent::NoGroup);
    }
    if let Some(source) = &rule.expression {
        let failed = |error| Absent::ExpressionFailed { error };
        let expression = compile(source).ok_or_else(|| failed("the expression cannot be read".to_owned()))?;
        return match expression.evaluate(facts).map_err(failed)? {
            Value::Null => Err(Absent::NoValue),
            value => Ok(value),
        };
    }
    from(rule.from.as_deref().unwrap_or_default(), facts)
}

fn from(source: &str, facts: &Facts<'_>) -> Result<Value, Absent> {
    let list = |values: Vec<Value>| Ok(Value::Array(values));
    match source {
        // Nobody's groups are an answer too: apps take rights away by it.
        GROUPS => list(facts.groups.iter().cloned().map(Value::from).collect()),
        ROLES => list(facts.roles.iter().map(|role| role.as_str().into()).collect()),
        claim => facts.released.get(claim).cloned().ok_or_else(|| match claims::scope_of(claim) {
            Some(scope) if !facts.granted.contains(scope) => Absent::ScopeMissing { scope: scope.to_owned() },
            _ => Absent::NoValue,
        }),
    }
}

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
    /// What it is, or why there is none.
    pub value: Result<Given, Absent>,
}

/// What a claim is, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// As it is told.
    pub value: Value,
    /// What brings it.
    pub source: Source,
}

/// What brings a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum Source {
    /// A scope that was granted.
    Scope {
        /// Which.
        scope: String,
    },
    /// A rule: it is a standard claim, under this name or another.
    Claim {
        /// Which.
        claim: String,
    },
    /// A rule: it is the same for everybody.
    Value,
    /// A rule, for those in one group.
    Group {
        /// Which.
        group: String,
    },
    /// A rule, for those in none of its groups.
    Otherwise,
    /// A rule: its expression comes to it.
    Expression,
    /// A rule: the groups of the person.
    Groups,
    /// A rule: the roles of the person.
    Roles,
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
    told.filter_map(|outcome| Some((outcome.name.clone(), outcome.value.as_ref().ok()?.value.clone()))).collect()
}

fn value(
    rule: &ClaimRule,
    facts: &Facts<'_>,
    compile: &impl Fn(&str) -> Option<Arc<Expression>>,
) -> Result<Given, Absent> {
    let given = |value: &Value, source| Ok(Given { value: value.clone(), source });
    if let Some(value) = &rule.value {
        return given(value, Source::Value);
    }
    if let Some(values) = &rule.values {
        if let Some(one) = values.iter().find(|one| facts.groups.contains(&one.group)) {
            return given(&one.value, Source::Group { group: one.group.clone() });
        }
        return rule.otherwise.as_ref().map_or(Err(Absent::NoGroup), |value| given(value, Source::Otherwise));
    }
    if let Some(source) = &rule.expression {
        let failed = |error| Absent::ExpressionFailed { error };
        let expression = compile(source).ok_or_else(|| failed("the expression cannot be read".to_owned()))?;
        return match expression.evaluate(facts).map_err(failed)? {
            Value::Null => Err(Absent::NoValue),
            value => Ok(Given { value, source: Source::Expression }),
        };
    }
    from(rule.from.as_deref().unwrap_or_default(), facts)
}

fn from(source: &str, facts: &Facts<'_>) -> Result<Given, Absent> {
    let list = |values: Vec<Value>, source| Ok(Given { value: Value::Array(values), source });
    match source {
        // Nobody's groups are an answer too: apps take rights away by it.
        GROUPS => list(facts.groups.iter().cloned().map(Value::from).collect(), Source::Groups),
        ROLES => list(facts.roles.iter().map(|role| role.as_str().into()).collect(), Source::Roles),
        claim => match (facts.released.get(claim), claims::scope_of(claim)) {
            (Some(value), _) => Ok(Given { value: value.clone(), source: Source::Claim { claim: claim.to_owned() } }),
            (None, Some(scope)) if !facts.granted.contains(scope) => {
                Err(Absent::ScopeMissing { scope: scope.to_owned() })
            }
            (None, _) => Err(Absent::NoValue),
        },
    }
}

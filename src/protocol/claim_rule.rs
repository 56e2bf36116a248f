//! Claims that an administrator gives a client beyond the standard ones: groups, roles, fixed and renamed values, values by
//! group, small expressions.

mod expression;
mod release;

use std::collections::HashSet;

pub use expression::{Expression, InvalidExpression};
pub use release::{Absent, Facts, Given, Outcome, Source, at, release};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{claims, names::names};

names! {
    /// Where a claim is told.
    Target {
        /// In the ID token.
        IdToken = "id_token",
        /// By the UserInfo endpoint.
        UserInfo = "userinfo",
        /// In JWT access tokens (RFC 9068), and by introspection.
        AccessToken = "access_token",
    }
}

/// One claim, and where it comes from: exactly one of `from`, `value`, `values` and `expression`.
#[serde_with::skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClaimRule {
    /// As the client reads it.
    pub name: String,
    /// `groups`, `roles`, or a standard claim under another name.
    pub from: Option<String>,
    /// The same for everybody.
    pub value: Option<Value>,
    /// By group: the first that the person belongs to.
    pub values: Option<Vec<GroupValue>>,
    /// For whoever belongs to none of them.
    pub otherwise: Option<Value>,
    /// In the Common Expression Language, over `user`, `groups`, `roles`, `scopes` and `client_id`.
    pub expression: Option<String>,
    /// Where it is told; ID token and userinfo unless said otherwise.
    pub targets: Option<Vec<Target>>,
}

/// What members of a group get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupValue {
    /// By name.
    pub group: String,
    /// Theirs.
    pub value: Value,
}

/// Claims of the protocol, and those that apps take for proven: nobody makes them up.
const RESERVED: [&str; 33] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "nonce",
    "auth_time",
    "acr",
    "amr",
    "azp",
    "sid",
    "at_hash",
    "c_hash",
    "s_hash",
    "cnf",
    "act",
    "may_act",
    "client_id",
    "scope",
    "token_type",
    "active",
    "events",
    "typ",
    "sub_jwk",
    "sub_id",
    "_claim_names",
    "_claim_sources",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
];

/// The source that is the names of a person's groups.
pub const GROUPS: &str = "groups";
/// The source that is the roles that a person holds here.
pub const ROLES: &str = "roles";

/// Most rules of a client.
const MAX_RULES: usize = 50;
/// Longest name.
const MAX_NAME: usize = 200;
/// Most groups that a rule tells apart.
const MAX_VALUES: usize = 200;
/// Longest value, as JSON.
const MAX_VALUE: usize = 4096;

impl ClaimRule {
    /// Where it is told.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        self.targets.as_deref().unwrap_or(&[Target::IdToken, Target::UserInfo])
    }

    /// Whether the groups of a person must be known for it, apart from what its expression says.
    #[must_use]
    pub fn needs_groups(&self) -> bool {
        self.values.is_some() || self.from.as_deref() == Some(GROUPS)
    }

    fn check(&self) -> Result<(), String> {
        let (name, len) = (&self.name, self.name.len());
        if len == 0 || len > MAX_NAME || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(format!("a name has from 1 to {MAX_NAME} characters, none of them a space"));
        }
        // Told in another place under its own name it is no invention.
        if RESERVED.contains(&name.as_str()) && self.from.as_ref() != Some(name) {
            return Err(format!("{name} is reserved: apps take it for proven"));
        }
        if self.targets.as_ref().is_some_and(Vec::is_empty) {
            return Err(format!("{name}: targets has none"));
        }
        let sources = [self.from.is_some(), self.value.is_some(), self.values.is_some(), self.expression.is_some()];
        if sources.into_iter().filter(|is_there| *is_there).count() != 1 {
            return Err(format!("{name}: needs exactly one of from, value, values and expression"));
        }
        if self.otherwise.is_some() && self.values.is_none() {
            return Err(format!("{name}: otherwise goes with values"));
        }
        self.check_source().map_err(|why| format!("{name}: {why}"))
    }

    fn check_source(&self) -> Result<(), String> {
        if let Some(from) = &self.from
            && ![GROUPS, ROLES].contains(&from.as_str())
            && claims::scope_of(from).is_none()
        {
            return Err(format!("{from} is neither groups nor roles nor a standard claim"));
        }
        if self.values.as_ref().is_some_and(|values| values.is_empty() || values.len() > MAX_VALUES) {
            return Err(format!("values has from 1 to {MAX_VALUES} groups"));
        }
        let by_group = self.values.iter().flatten().map(|one| &one.value);
        for value in by_group.chain(&self.value).chain(&self.otherwise) {
            if value.is_null() || value.to_string().len() > MAX_VALUE || super::json::has_nul(value) {
                return Err(format!("a value is not null, and has at most {MAX_VALUE} bytes"));
            }
        }
        match &self.expression {
            Some(source) => Expression::compile(source).map(|_| ()).map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }
}

/// Rules as they are stored. One that cannot be read, as of a newer version, costs its own claim and nobody their way in.
///
/// # Errors
/// When it is no list.
pub fn readable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ClaimRule>, D::Error> {
    let stored = Vec::<Value>::deserialize(deserializer)?;
    let read = |rule: Value| {
        let read = serde_json::from_value(rule);
        read.inspect_err(|error| tracing::error!(%error, "a claim of a client cannot be read")).ok()
    };
    Ok(stored.into_iter().filter_map(read).collect())
}

/// Whether they can be a client's.
///
/// # Errors
/// What to mend.
pub fn check(rules: &[ClaimRule]) -> Result<(), String> {
    if rules.len() > MAX_RULES {
        return Err(format!("at most {MAX_RULES}"));
    }
    let mut names = HashSet::new();
    for rule in rules {
        rule.check()?;
        if !names.insert(&rule.name) {
            return Err(format!("{} is there twice", rule.name));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

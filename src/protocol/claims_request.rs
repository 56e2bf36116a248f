//! The `claims` parameter (OIDC Core 5.5): what is asked for beyond scopes, and what must be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{claims, json::has_nul, scope::ScopeSet};

/// What is asked of userinfo and of the ID token. Claims that nobody knows are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// By name.
    pub userinfo: BTreeMap<String, Option<Wish>>,
    /// By name.
    pub id_token: BTreeMap<String, Option<Wish>>,
}

/// How much a claim is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// Whether the client can't do without.
    pub essential: Option<bool>,
    /// The one value that is good.
    pub value: Option<Value>,
    /// Values that are good.
    pub values: Option<Vec<Value>>,
}

/// A claim that is asked for by itself is allowed by itself: it stands among scopes as this and its name.
const PREFIX: &str = "claim:";

impl ClaimsRequest {
    /// Parses the parameter; `None` for what is not this shape.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok().filter(|value| !has_nul(value))?;
        // A list would pass for an object with its members in order.
        let members = ["userinfo", "id_token"].into_iter().filter_map(|member| value.get(member)?.as_object());
        let wishes = members.flat_map(serde_json::Map::values).all(|wish| wish.is_null() || wish.is_object());
        let mut asked: Self = serde_json::from_value(value.clone()).ok().filter(|_| value.is_object() && wishes)?;
        let known = claims::supported();
        asked.userinfo.retain(|name, _| known.contains(&name.as_str()));
        asked.id_token.retain(|name, _| known.contains(&name.as_str()));
        Some(asked)
    }

    /// What a person must allow beside `scopes`: each claim that no scope among them brings.
    #[must_use]
    pub fn scopes(&self, scopes: &ScopeSet) -> ScopeSet {
        let asked = self.userinfo.keys().chain(self.id_token.keys());
        let alone = asked.filter(|name| claims::scope_of(name).is_some_and(|scope| !scopes.contains(scope)));
        let names: Vec<_> = alone.map(|name| format!("{PREFIX}{name}")).collect();
        names.iter().map(String::as_str).collect()
    }

    /// The `sub` that the client insists on, wherever it says so.
    #[must_use]
    pub fn sub(&self) -> Option<&str> {
        [&self.id_token, &self.userinfo].into_iter().find_map(|of| of.get("sub")?.as_ref()?.value.as_ref()?.as_str())
    }

    /// The `acr` values that the client insists on; `None` when it does not.
    #[must_use]
    pub fn essential_acr(&self) -> Option<Vec<String>> {
        let wish = self.id_token.get("acr")?.as_ref()?;
        (wish.essential == Some(true)).then(|| wish.texts())
    }

    /// The `acr` values that the client would like.
    #[must_use]
    pub fn voluntary_acr(&self) -> Vec<String> {
        self.id_token.get("acr").cloned().flatten().map(|wish| wish.texts()).unwrap_or_default()
    }
}

impl Wish {
    fn texts(&self) -> Vec<String> {
        let all = self.values.iter().flatten().chain(&self.value);
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

/// The claim behind a scope-like word, if it is one.
#[must_use]
pub fn claim_of(word: &str) -> Option<&str> {
    word.strip_prefix(PREFIX)
}

/// Names of the claims that `granted` allows by themselves or by scope.
#[must_use]
pub fn is_allowed(name: &str, granted: &ScopeSet) -> bool {
    granted.contains(&format!("{PREFIX}{name}")) || claims::scope_of(name).is_some_and(|scope| granted.contains(scope))
}

/// The claims among what was granted.
#[must_use]
pub fn by_name(granted: &ScopeSet) -> ScopeSet {
    granted.iter().filter(|word| claim_of(word).is_some()).collect()
}

/// What a client hears of what was granted: real scopes only.
#[must_use]
pub fn public(granted: &ScopeSet) -> ScopeSet {
    granted.iter().filter(|word| claim_of(word).is_none()).collect()
}

/// The same as a parameter or member, which is left out when there is none: an empty one is no `scope` (RFC 6749 3.3).
#[must_use]
pub fn told(granted: &ScopeSet) -> Option<String> {
    Some(public(granted)).filter(|scopes| !scopes.is_empty()).map(|scopes| scopes.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ClaimsRequest {
        ClaimsRequest::parse(text).unwrap()
    }

    #[test]
    fn unknown_claims_are_left_out_and_other_shapes_refused() {
        let asked = parse(r#"{"userinfo":{"name":{"essential":true},"foo":null},"other":1}"#);
        assert_eq!(asked.userinfo.keys().collect::<Vec<_>>(), ["name"]);
        let nul = r#"{"id_token":{"name":{"value":["\u0000"]}}}"#;
        for bad in
            [nul, "", "[]", "1", r#"{"userinfo":1}"#, r#"{"userinfo":{"name":1}}"#, r#"{"userinfo":{"name":[]}}"#]
        {
            assert!(ClaimsRequest::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_no_scope_brings_must_be_allowed_by_itself() {
        let asked =
            parse(r#"{"userinfo":{"name":null,"email":null},"id_token":{"auth_time":null,"phone_number":null}}"#);
        let scopes = ScopeSet::parse("openid email").unwrap();
        let alone = asked.scopes(&scopes);
        assert_eq!(alone.to_string(), "claim:name claim:phone_number");
        let granted = scopes.union(&alone);
        assert!(is_allowed("name", &granted) && is_allowed("email", &granted) && !is_allowed("address", &granted));
        assert_eq!(public(&granted), scopes);
    }

    #[test]
    fn values_that_must_be_met() {
        let asked = parse(r#"{"id_token":{"acr":{"essential":true,"values":["a","b"]},"sub":{"value":"x"}}}"#);
        assert_eq!((asked.essential_acr().unwrap(), asked.sub()), (vec!["a".to_owned(), "b".to_owned()], Some("x")));
        let asked = parse(r#"{"id_token":{"acr":{"value":"a"}},"userinfo":{"sub":{"value":"y"}}}"#);
        assert_eq!(
            (asked.essential_acr(), asked.voluntary_acr(), asked.sub()),
            (None, vec!["a".to_owned()], Some("y"))
        );
    }
}

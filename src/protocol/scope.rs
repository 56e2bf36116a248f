//! Scopes (RFC 6749 3.3, OIDC Core 5.4).

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

/// Asks for an ID token; without it a request is plain OAuth.
pub const OPENID: &str = "openid";
/// Name, picture and the like.
pub const PROFILE: &str = "profile";
/// E-mail address.
pub const EMAIL: &str = "email";
/// Postal address.
pub const ADDRESS: &str = "address";
/// Telephone number.
pub const PHONE: &str = "phone";

/// Groups of the person. No specification names it; apps have agreed on it.
pub const GROUPS: &str = "groups";

/// Asks for refresh tokens (OIDC Core 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Reads one's own account by the account API. An administrator gives it to a client; nobody registers it.
pub const ACCOUNT_READ: &str = "account:read";

/// Every scope that the server knows, in the order of discovery.
pub const SUPPORTED: [&str; 7] = [OPENID, PROFILE, EMAIL, ADDRESS, PHONE, GROUPS, OFFLINE_ACCESS];

/// A set of scope values, kept sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeSet(BTreeSet<String>);

impl ScopeSet {
    /// Parses a space-separated list; `None` for characters outside RFC 6749 3.3 or over 2 KiB.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let token = |c: u8| matches!(c, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        let words = || text.split(' ').filter(|w| !w.is_empty());
        let valid = text.len() <= 2048 && words().all(|w| w.bytes().all(token));
        valid.then(|| words().collect())
    }

    /// Whether it has this scope.
    #[must_use]
    pub fn contains(&self, scope: &str) -> bool {
        self.0.contains(scope)
    }

    /// Whether it has all of these.
    #[must_use]
    pub fn is_superset(&self, other: &Self) -> bool {
        self.0.is_superset(&other.0)
    }

    /// What both have.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// What either has.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// What only this one has.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// Whether it opens more than what an app is told of a person: consent to that is asked for each time.
    #[must_use]
    pub fn reaches_accounts(&self) -> bool {
        self.0.iter().any(|scope| scope.starts_with("account:") || scope.starts_with("admin:"))
    }

    /// Whether it opens administration: only whoever showed a passkey gives that.
    #[must_use]
    pub fn reaches_administration(&self) -> bool {
        self.0.iter().any(|scope| scope.starts_with("admin:"))
    }

    /// Without what reaches accounts.
    #[must_use]
    pub fn without_accounts(&self) -> Self {
        let reaches = |scope: &&String| !scope.starts_with("account:") && !scope.starts_with("admin:");
        Self(self.0.iter().filter(reaches).cloned().collect())
    }

    /// Without this scope.
    #[must_use]
    pub fn without(mut self, scope: &str) -> Self {
        self.0.remove(scope);
        self
    }

    /// All of them as people read them: those that everybody knows first, in their order; then the rest.
    #[must_use]
    pub fn in_order(&self) -> Vec<&str> {
        let is_known = |scope: &&str| SUPPORTED.contains(scope);
        let known = SUPPORTED.into_iter().filter(|scope| self.contains(scope));
        known.chain(self.iter().filter(|scope| !is_known(scope))).collect()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<'a> FromIterator<&'a str> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = &'a str>>(iter: I) -> Self {
        Self(iter.into_iter().map(str::to_owned).collect())
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.iter().collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_words_and_refuses_foreign_characters() {
        assert_eq!(ScopeSet::parse(" email  openid ").unwrap().to_string(), "email openid");
        for bad in ["open\"id", "a\\b", "é", "a\tb", &"x".repeat(2049)] {
            assert!(ScopeSet::parse(bad).is_none(), "{bad:?}");
        }
    }
}

//! User names (RFC 8265 UsernameCaseMapped).

use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};
use serde::Serialize;

/// A name as mapped: equal names are equal strings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Username(String);

/// Longest name in characters.
const MAX_CHARACTERS: usize = 64;

impl Username {
    /// Maps and checks a name; `None` when it can't be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > 4 * MAX_CHARACTERS {
            return None;
        }
        let mapped = UsernameCaseMapped::enforce(text).ok()?.into_owned();
        (1..=MAX_CHARACTERS).contains(&mapped.chars().count()).then_some(Self(mapped))
    }

    /// The mapped name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_mapped_and_spaces_are_refused() {
        assert_eq!(Username::parse(" Alice ").unwrap().as_str(), "alice");
        assert_eq!(Username::parse("ÉLODIE").unwrap(), Username::parse("élodie").unwrap());
        for bad in ["", " ", "al ice", "a\u{0}b", &"x".repeat(65)] {
            assert!(Username::parse(bad).is_none(), "{bad:?}");
        }
    }
}

//! The `prompt` parameter (OIDC Core 3.1.2.1).

use serde::{Deserialize, Serialize};

/// What the client wants the person to be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Show nothing at all.
    pub none: bool,
    /// A new ceremony even with a session.
    pub login: bool,
    /// Ask for consent even if it stands.
    pub consent: bool,
    /// Let the person choose who they are.
    pub select_account: bool,
    /// Offer an account first of all (Initiating User Registration via OpenID Connect 1.0).
    #[serde(default)]
    pub create: bool,
}

impl Prompt {
    /// Parses the space-separated list; `None` for an unknown value or `none` beside another.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|w| !w.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" => prompt.consent = true,
                "select_account" => prompt.select_account = true,
                "create" => prompt.create = true,
                _ => return None,
            }
        }
        let alone = !(prompt.login || prompt.consent || prompt.select_account || prompt.create);
        (!prompt.none || alone).then_some(prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_stands_alone() {
        assert!(Prompt::parse("none").unwrap().none);
        let both = Prompt::parse("consent login").unwrap();
        assert!(both.login && both.consent);
        assert!(Prompt::parse("none login").is_none());
        assert!(Prompt::parse("NONE").is_none());
    }
}

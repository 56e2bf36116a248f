//! Response types (OAuth 2.0 Multiple Response Type Encoding Practices 3 and 5): words in any order.

use std::collections::BTreeSet;

use super::{grant_type::GrantType, names::names};

names! {
    /// What the authorization endpoint answers with.
    ResponseType {
        /// A code.
        Code = "code",
        /// An ID token: legacy.
        IdToken = "id_token",
        /// An ID token and an access token: legacy.
        IdTokenToken = "id_token token",
        /// A code and an ID token: legacy.
        CodeIdToken = "code id_token",
        /// A code and an access token: legacy.
        CodeToken = "code token",
        /// All three: legacy.
        CodeIdTokenToken = "code id_token token",
    }
}

impl ResponseType {
    /// Parses words in any order, each once.
    #[must_use]
    pub fn parse_words(text: &str) -> Option<Self> {
        let words: Vec<_> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let set: BTreeSet<_> = words.iter().copied().collect();
        let joined = set.iter().copied().collect::<Vec<_>>().join(" ");
        Self::parse(&joined).filter(|_| set.len() == words.len())
    }

    /// Whether it gives a code.
    #[must_use]
    pub const fn has_code(self) -> bool {
        !matches!(self, Self::IdToken | Self::IdTokenToken)
    }

    /// Whether it gives an ID token.
    #[must_use]
    pub const fn has_id_token(self) -> bool {
        !matches!(self, Self::Code | Self::CodeToken)
    }

    /// Whether it gives an access token.
    #[must_use]
    pub const fn has_token(self) -> bool {
        matches!(self, Self::IdTokenToken | Self::CodeToken | Self::CodeIdTokenToken)
    }

    /// Only `code` is not.
    #[must_use]
    pub fn is_legacy(self) -> bool {
        self != Self::Code
    }

    /// The grant types that a client needs for it (OpenID Connect Dynamic Client Registration 2).
    #[must_use]
    pub fn grant_types(self) -> Vec<GrantType> {
        let mut grants = Vec::new();
        if self.has_code() {
            grants.push(GrantType::AuthorizationCode);
        }
        if self.is_legacy() {
            grants.push(GrantType::Implicit);
        }
        grants
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_in_any_order_and_once() {
        assert_eq!(ResponseType::parse_words("token code id_token"), Some(ResponseType::CodeIdTokenToken));
        assert_eq!(ResponseType::parse_words("token id_token"), Some(ResponseType::IdTokenToken));
        for bad in ["", "code code", "token", "none", "CODE", "code foo"] {
            assert_eq!(ResponseType::parse_words(bad), None, "{bad}");
        }
    }
}

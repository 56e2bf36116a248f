//! Grant types (RFC 6749 4): the token endpoint's arms and what discovery advertises are this list.

/// What a token request asks with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// RFC 6749 4.1.
    AuthorizationCode,
}

impl GrantType {
    /// All that the server supports.
    pub const ALL: [Self; 1] = [Self::AuthorizationCode];

    /// As the specification spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
        }
    }

    /// The grant type of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == name)
    }
}

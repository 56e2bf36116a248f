//! `[registration]`

use super::{duration::Lifetime, section::section, setting::choice};

choice! {
    /// Who may create an account.
    SignUp: "\"closed\", \"token\" or \"open\"" {
        /// Nobody: people are invited.
        Closed = "closed",
        /// Whoever holds a token.
        Token = "token",
        /// Everybody.
        Open = "open",
    }
}

impl SignUp {
    /// Whether somebody may create an account who holds a token, or none.
    #[must_use]
    pub fn is_open_to(self, has_token: bool) -> bool {
        match self {
            Self::Closed => false,
            Self::Token => has_token,
            Self::Open => true,
        }
    }
}

section! {
    /// How people get in.
    Registration in "registration" {
        /// Who may create an account: nobody, whoever holds a token that an administrator made, or everybody.
        sign_up: SignUp = SignUp::Closed,
        /// How long an invitation can be used.
        link_lifetime: Lifetime = Lifetime::days(7),
    }
}

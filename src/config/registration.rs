//! `[registration]`

use serde::Deserialize;

use super::duration::Lifetime;

/// Who may create an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUp {
    /// Nobody: people are invited.
    #[default]
    Closed,
    /// Whoever holds a token.
    Token,
    /// Everybody.
    Open,
}

/// How people get in.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Registration {
    /// `closed`, `token` or `open`.
    pub sign_up: SignUp,
    /// How long an invitation can be used.
    pub link_lifetime: Lifetime,
}

impl Default for Registration {
    fn default() -> Self {
        Self { sign_up: SignUp::default(), link_lifetime: Lifetime::seconds(7 * 86_400) }
    }
}

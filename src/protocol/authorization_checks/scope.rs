//! `scope` (RFC 6749 3.3). Unknown scopes are ignored (OIDC Core 3.1.2.1), known ones need the client's leave.

use crate::protocol::{
    client::Client,
    error_code::{ErrorCode, OAuthError},
    parameters::Parameters,
    scope::{OPENID, ScopeSet},
};

pub(super) fn check(parameters: &Parameters, client: &Client) -> Result<ScopeSet, OAuthError> {
    let refuse = |text| OAuthError::new(ErrorCode::InvalidScope, text);
    let asked = ScopeSet::parse(parameters.find("scope").unwrap_or_default());
    let asked = asked.ok_or(refuse("scope is malformed"))?;
    if !asked.contains(OPENID) {
        return Err(refuse("scope must contain openid"));
    }
    Ok(asked.intersection(&client.scopes))
}

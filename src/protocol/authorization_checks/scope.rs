//! `scope` (RFC 6749 3.3). Unknown scopes are ignored (OIDC Core 3.1.2.1), known ones need the client's leave; claims that
//! are asked for by name stand beside them.

use crate::protocol::{
    claims_request::{ClaimsRequest, public},
    client::Client,
    error_code::{ErrorCode, OAuthError},
    grant_type::GrantType,
    parameters::Parameters,
    response_type::ResponseType,
    scope::{OFFLINE_ACCESS, OPENID, ScopeSet},
};

pub(super) fn check(
    parameters: &Parameters,
    client: &Client,
    response_type: ResponseType,
    claims: Option<&ClaimsRequest>,
) -> Result<ScopeSet, OAuthError> {
    let refuse = |text| OAuthError::new(ErrorCode::InvalidScope, text);
    let asked = ScopeSet::parse(parameters.find("scope").unwrap_or_default());
    let asked = asked.ok_or(refuse("scope is malformed"))?;
    if !asked.contains(OPENID) {
        return Err(refuse("scope must contain openid"));
    }
    let mut scopes = client.narrow(&public(&asked));
    // OIDC Core 11: without a code, or the grant, nothing could come of it.
    if !response_type.has_code() || !client.has_grant_type(GrantType::RefreshToken) {
        scopes = scopes.without(OFFLINE_ACCESS);
    }
    let by_name = claims.map(|claims| claims.scopes(&scopes)).unwrap_or_default();
    Ok(scopes.union(&client.narrow(&by_name)))
}

//! `claims` (OIDC Core 5.5).

use crate::protocol::{claims_request::ClaimsRequest, error_code::OAuthError, parameters::Parameters};

pub(super) fn check(parameters: &Parameters) -> Result<Option<ClaimsRequest>, OAuthError> {
    let parse =
        |text| ClaimsRequest::parse(text).ok_or(OAuthError::invalid_request("claims is not the JSON it must be"));
    parameters.find("claims").map(parse).transpose()
}

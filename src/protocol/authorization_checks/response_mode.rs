//! `response_mode` (OAuth 2.0 Multiple Response Types 2.1): `query`, the default of the code flow.

use crate::protocol::{error_code::OAuthError, parameters::Parameters};

pub(super) fn check(parameters: &Parameters) -> Result<(), OAuthError> {
    match parameters.find("response_mode") {
        None | Some("query") => Ok(()),
        Some(_) => Err(OAuthError::invalid_request("only response_mode=query is supported")),
    }
}
